"""The headers of the tus protocol, 1.0.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from service.errors import BadRequest

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
"""Algorithms of ``Upload-Checksum``; they find damage on the way, not forgery."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must amount to."""

    algorithm: str
    digest: bytes


def metadata(header: str) -> dict[str, str]:
    """The pairs of ``Upload-Metadata``: names, and values that were sent in Base64.

    Raises:
        BadRequest: it is not built as tus says.
    """
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise BadRequest(
                "Upload-Metadata must hold pairs of a name and a value in Base64, with commas "
                "between them."
            ) from None
    return found


def number(name: str, header: str | None) -> int:
    """A header that counts bytes.

    Raises:
        BadRequest: it is missing, or no whole number.
    """
    if header is None or not header.isascii() or not header.isdigit() or len(header) > 18:
        raise BadRequest(f"The header {name} must be a whole number of bytes.")
    return int(header)


def checksum(header: str | None) -> Checksum | None:
    """``Upload-Checksum``: an algorithm and a digest in Base64.

    Raises:
        BadRequest: the algorithm is not known, or the digest no Base64.
    """
    if header is None:
        return None
    algorithm, _, digest = header.partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadRequest(f"Upload-Checksum must use one of {', '.join(CHECKSUMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except binascii.Error:
        raise BadRequest("The digest in Upload-Checksum must be in Base64.") from None
