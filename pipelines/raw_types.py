"""Camera raw formats that are built like TIFF: told from pictures by their tags."""

from __future__ import annotations

from pipelines.metadata.ifd import Directory, Tiff

TIFF_BASED: dict[str, str] = {
    "nikon": "image/x-nikon-nef",
    "canon": "image/x-canon-cr2",
    "sony": "image/x-sony-arw",
    "pentax": "image/x-pentax-pef",
    "ricoh": "image/x-pentax-pef",
    "samsung": "image/x-samsung-srw",
    "hasselblad": "image/x-hasselblad-3fr",
    "kodak": "image/x-kodak-dcr",
    "eastman": "image/x-kodak-dcr",
    "epson": "image/x-epson-erf",
}
"""Media types by the maker's first word."""

DNG = "image/x-adobe-dng"
OTHER = "image/x-raw"

_DNG_VERSION = 0xC612
_SONY_PRIVATE = 0xC634
_PHOTOMETRIC = 262
_SENSOR = frozenset({32803, 34892})
"""Colour filter array and linear raw (TIFF/EP, DNG 1.7)."""

_SUB_DIRECTORIES = 330
_MAKE = 271
_CR2_MARK = b"CR\x02"


def tiff_media_type(head: bytes) -> str:
    """The media type of a file that starts like a TIFF, from its first 64 KiB.

    Directories beyond them stay unseen; cameras write theirs first.
    """
    try:
        tiff = Tiff(head)
        first = tiff.first()
    except ValueError:
        return "image/tiff"
    if _DNG_VERSION in first:
        return DNG
    make = first.text(_MAKE).partition(" ")[0].lower()
    sony = make == "sony" and _SONY_PRIVATE in first
    if head[8:11] == _CR2_MARK or sony or _from_sensor(first):
        return TIFF_BASED.get(make, OTHER)
    return "image/tiff"


def _from_sensor(first: Directory) -> bool:
    """Whether any picture of the file is what a sensor saw."""
    return any(
        directory.integer(_PHOTOMETRIC) in _SENSOR
        for directory in (first, *first.directories(_SUB_DIRECTORIES))
    )
