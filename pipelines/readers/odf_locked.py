"""Encrypted OpenDocument packages: each file inside is deflated, then encrypted by itself.

As ODF 1.2 part 3 writes it since LibreOffice 3.5: AES-256 in CBC mode, the key by PBKDF2
from the SHA-256 of the password.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from xml.etree.ElementTree import Element

from pipelines.readers.base import CORRUPT, InputFile, Unreadable
from pipelines.readers.markup import attribute, child, descendants
from pipelines.readers.zipped import Archive, encrypted

_MOST_ITERATIONS = 10_000_000
_CHECKED_BYTES = 1_024
_BLOCK_BYTES = 16


class UnlockedArchive(Archive):
    """An archive whose encrypted files are decrypted when they are read."""

    def __init__(self, archive: Archive, manifest: Element, file: InputFile) -> None:
        self._archive = archive
        self.names = archive.names
        self._most = file.limits.unpacked_bytes
        self._password = _password_of(file)
        self._locked = {
            attribute(entry, "full-path"): data
            for entry in descendants(manifest, "file-entry")
            if (data := child(entry, "encryption-data")) is not None
        }

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    def read(self, name: str) -> bytes:
        """The bytes of a file inside, decrypted.

        Raises:
            Unreadable: the password is wrong, or it is encrypted in another way or damaged.
        """
        data = self._archive.read(name)
        lock = self._locked.get(name)
        return data if lock is None else self._unlocked(data, lock)

    def size(self, name: str) -> int:
        """Bytes of a file inside, as it is stored."""
        return self._archive.size(name)

    def _unlocked(self, data: bytes, lock: Element) -> bytes:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        algorithm = _needed(lock, "algorithm")
        if not attribute(algorithm, "algorithm-name").endswith("#aes256-cbc"):
            raise encrypted()
        if not data or len(data) % _BLOCK_BYTES:
            raise Unreadable(CORRUPT.code, CORRUPT.reason)
        start = _bytes(algorithm, "initialisation-vector")
        cipher = Cipher(algorithms.AES256(self._key(lock)), modes.CBC(start)).decryptor()
        packed = cipher.update(data) + cipher.finalize()
        packed = packed[: -min(packed[-1], _BLOCK_BYTES) or None]
        found = hashlib.sha256(packed[:_CHECKED_BYTES]).digest()
        if found != _bytes(lock, "checksum"):
            raise Unreadable(
                "encrypted",
                "The file is encrypted and the password does not open it; give another.",
            )
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, self._most)

    def _key(self, lock: Element) -> bytes:
        derivation, start = _needed(lock, "key-derivation"), _needed(lock, "start-key-generation")
        iterations = int(attribute(derivation, "iteration-count", "0"))
        is_known = attribute(derivation, "key-derivation-name").endswith("PBKDF2")
        is_sha256 = attribute(start, "start-key-generation-name").endswith("#sha256")
        if not (is_known and is_sha256 and 0 < iterations <= _MOST_ITERATIONS):
            raise encrypted()
        first = hashlib.sha256(self._password.encode()).digest()
        return hashlib.pbkdf2_hmac("sha1", first, _bytes(derivation, "salt"), iterations, 32)


def _password_of(file: InputFile) -> str:
    if file.password is None:
        raise Unreadable(
            "encrypted", "The file is encrypted; give its password, or upload a copy without one."
        )
    return file.password


def _needed(lock: Element, name: str) -> Element:
    found = child(lock, name)
    if found is None:
        raise encrypted()
    return found


def _bytes(element: Element, name: str) -> bytes:
    try:
        return base64.b64decode(attribute(element, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise encrypted() from error
