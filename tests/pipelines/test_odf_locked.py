"""Encrypted OpenDocument files open with their password, and say so without it."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path

import pytest

from pipelines.reading import read_file

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_TYPE = "application/vnd.oasis.opendocument.text"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A text encrypted with the password "magpie"."""
    ciphers = pytest.importorskip("cryptography.hazmat.primitives.ciphers")
    content = (
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:text="{_TEXT}"><office:body>'
        "<office:text><text:p>Kept secret.</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(content.encode()) + packer.flush()
    salt, start = bytes(range(16)), bytes(16)
    first = hashlib.sha256(b"magpie").digest()
    key = hashlib.pbkdf2_hmac("sha1", first, salt, 1000, 32)
    padding = 16 - len(packed) % 16
    cipher = ciphers.Cipher(ciphers.algorithms.AES256(key), ciphers.modes.CBC(start)).encryptor()
    data = cipher.update(packed + bytes(padding - 1) + bytes([padding])) + cipher.finalize()
    shown = [b64encode(each).decode() for each in (hashlib.sha256(packed[:1024]).digest(), start)]
    manifest = (
        f'<m:manifest xmlns:m="{_MANIFEST}"><m:file-entry m:full-path="content.xml">'
        f'<m:encryption-data m:checksum-type="{_MANIFEST}#sha256-1k" m:checksum="{shown[0]}">'
        '<m:algorithm m:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" '
        f'm:initialisation-vector="{shown[1]}"/>'
        '<m:key-derivation m:key-derivation-name="PBKDF2" m:iteration-count="1000" '
        f'm:salt="{b64encode(salt).decode()}"/><m:start-key-generation '
        'm:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256"/>'
        "</m:encryption-data></m:file-entry></m:manifest>"
    )
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _TYPE)
        archive.writestr("content.xml", data)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_the_password_opens_it(locked: Path) -> None:
    analysis = read_file(locked, password="magpie")
    assert analysis.failure is None
    assert [unit.text for unit in analysis.units] == ["Kept secret."]


@pytest.mark.parametrize(("password", "words"), [(None, "give its password"), ("x", "another")])
def test_without_it_the_file_says_so(locked: Path, password: str | None, words: str) -> None:
    failure = read_file(locked, password=password).failure
    assert failure is not None
    assert failure.code == "encrypted"
    assert words in failure.reason
