"""OLE compound files (MS-CFB): which kind they are, their properties, and passwords."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.analysis import Analysis, Value
from pipelines.readers.base import InputFile, Unreadable

MEDIA_TYPES = frozenset({"application/x-ole-storage"})

_KINDS = (
    ("EncryptedPackage", "application/vnd.ms-office.encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
)
_PROPERTIES = (
    ("title", "title"),
    ("author", "creator"),
    ("subject", "subject"),
    ("keywords", "keywords"),
    ("comments", "description"),
    ("last_saved_by", "modified_by"),
    ("create_time", "created_at"),
    ("last_saved_time", "modified_at"),
)
# Excel encrypts workbooks with a protected structure under this password, and asks nobody for it.
_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105
_OLDEST = datetime(1980, 1, 1)


def read(file: InputFile) -> Iterator[Analysis]:
    """Read a file whose kind its start does not tell by the reader of its kind."""
    from pipelines.readers.registry import reader_for

    with open_ole(file.path.read_bytes()) as ole:
        media_type = next((kind for name, kind in _KINDS if ole.exists(name)), "")
    reader = reader_for(media_type) if media_type else None
    if reader is None:
        raise Unreadable(
            "unsupported",
            "The file is an OLE container of an unknown kind, which has no reader; it is kept, "
            "and found by its name only.",
        )
    yield from reader.read(replace(file, media_type=media_type))


def open_ole(data: bytes) -> Any:
    """An ``olefile.OleFileIO`` of a compound file.

    Raises:
        Unreadable: it is damaged.
    """
    import olefile

    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise damaged() from error


def stream(ole: Any, name: str) -> bytes:
    """The bytes of a stream; empty if it is not there."""
    try:
        return bytes(ole.openstream(name).read()) if ole.exists(name) else b""
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise damaged() from error


def damaged() -> Unreadable:
    """The refusal of a file that does not keep to its format."""
    return Unreadable("corrupt", "The Office file is damaged inside; upload a sound copy.")


def unlocked(file: InputFile) -> bytes:
    """The bytes of an Office file, decrypted with the given password where it is encrypted.

    Raises:
        Unreadable: it is encrypted and the password is missing or wrong.
    """
    data = file.path.read_bytes()
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not office.is_encrypted():
            return data
    except (FileFormatError, OSError, ValueError, IndexError, AssertionError):
        # Its reader finds what is wrong with it, or copes.
        return data
    for password in filter(None, (file.password, _DEFAULT_PASSWORD)):
        plain = io.BytesIO()
        try:
            office.load_key(password=password)
            office.decrypt(plain)
        except (InvalidKeyError, DecryptionError, FileFormatError, ValueError):
            continue
        return plain.getvalue()
    if file.password is None:
        raise Unreadable(
            "encrypted", "The file is encrypted; give its password, or upload a copy without one."
        )
    raise Unreadable(
        "encrypted", "The file is encrypted and the password does not open it; give another."
    )


def ole_values(data: bytes) -> tuple[Value, ...]:
    """Values of the summary information (MS-OLEPS); none where it is damaged."""
    try:
        with open_ole(data) as ole:
            return tuple(_values(ole.get_metadata()))
    except Exception:
        return ()


def _values(metadata: Any) -> Iterator[Value]:
    encoding = f"cp{metadata.codepage}" if (metadata.codepage or 0) > 0 else "cp1252"
    encoding = "utf-8" if metadata.codepage in {65001, -535} else encoding
    for label, name in _PROPERTIES:
        found = getattr(metadata, label, None)
        if isinstance(found, bytes):
            found = found.decode(encoding, "replace").replace("\x00", "").strip()
        elif isinstance(found, datetime):
            found = found.replace(tzinfo=UTC).isoformat() if found > _OLDEST else ""
        if found:
            yield Value(name, str(found), "embedded", model=f"OLE {label}")
