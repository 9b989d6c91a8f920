"""Where metadata stands in a file: the blocks of each standard, as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import md5

from pipelines.analysis import Value
from pipelines.metadata import photoshop
from pipelines.metadata.exif import exif_values, orientation_of
from pipelines.metadata.ifd import Buffer, Tiff
from pipelines.metadata.iptc import iptc_values
from pipelines.metadata.reconcile import ORDER, ORDER_IPTC_NEWER, reconcile
from pipelines.metadata.xmp import parse_xmp
from pipelines.metadata.xmp_fields import property_values

_EXIF_HEADER = b"Exif\0\0"
_IPTC_TAG = 33723
_PHOTOSHOP_TAG = 34377
_XMP_TAG = 700
DAMAGED = "The {} data of the file is damaged and was left out."


@dataclass(frozen=True, slots=True)
class Blocks:
    """Metadata of one file, not decoded yet.

    Attributes:
        exif: a TIFF structure.
        iptc: datasets of IPTC-IIM.
        xmp: packets; the main one first.
        resources: Photoshop image resources by number.
        icc: colour profile.
        values: what its container says itself.
    """

    exif: Buffer = b""
    iptc: bytes = b""
    xmp: tuple[bytes, ...] = ()
    resources: Mapping[int, bytes] = field(default_factory=dict)
    icc: bytes = b""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of one file.

    Attributes:
        values: in the order of ``reconcile``.
        orientation: EXIF orientation, 1 to 8.
        warnings: which standard could not be read.
    """

    values: tuple[Value, ...]
    orientation: int
    warnings: tuple[str, ...]


def decode(blocks: Blocks) -> Metadata:
    """Read all blocks; one that is damaged gives a warning and leaves the others alone."""
    values: list[Value] = list(blocks.values)
    warnings: list[str] = []
    orientation = 1
    iptc = blocks.iptc or blocks.resources.get(photoshop.IPTC, b"")
    if blocks.exif:
        try:
            tiff = Tiff(blocks.exif)
            orientation = orientation_of(tiff)
            values += exif_values(tiff)
        except Exception:
            warnings.append(DAMAGED.format("EXIF"))
    for packet in blocks.xmp:
        try:
            values += property_values(parse_xmp(packet))
        except Exception:
            warnings.append(DAMAGED.format("XMP"))
    try:
        values += iptc_values(iptc)
        values += photoshop.resource_values(dict(blocks.resources))
    except Exception:
        warnings.append(DAMAGED.format("IPTC"))
    if not values and not warnings:
        return Metadata((), orientation, ())
    newer = _iptc_is_newer(iptc, blocks.resources.get(photoshop.IPTC_DIGEST, b""))
    found = reconcile(values, ORDER_IPTC_NEWER if newer else ORDER)
    return Metadata(found, orientation, tuple(dict.fromkeys(warnings)))


def of_tiff(data: Buffer) -> Blocks:
    """Blocks of a TIFF file (or a raw photo built like one), from the tags of its first page."""
    try:
        tiff = Tiff(data)
    except ValueError:
        return Blocks()
    first = tiff.first()
    packet = first.raw(_XMP_TAG)
    return Blocks(
        exif=data,
        iptc=first.raw(_IPTC_TAG),
        xmp=(packet,) if packet else (),
        resources=photoshop.resources(first.raw(_PHOTOSHOP_TAG)),
    )


def of_resources(found: Mapping[int, bytes]) -> Blocks:
    """Blocks of a Photoshop file, from its image resources."""
    packet = found.get(photoshop.XMP, b"")
    return Blocks(
        exif=found.get(photoshop.EXIF, b""),
        xmp=(packet,) if packet else (),
        resources=found,
        icc=found.get(photoshop.ICC, b""),
    )


def bare_exif(data: bytes) -> bytes:
    """A block of EXIF without the header that some containers put before it."""
    while data.startswith(_EXIF_HEADER):
        data = data[len(_EXIF_HEADER) :]
    return data


def packets(main: bytes, others: Iterable[bytes] = ()) -> tuple[bytes, ...]:
    """XMP packets that are not empty."""
    return tuple(packet for packet in (main, *others) if packet.strip(b"\0 "))


def _iptc_is_newer(iptc: bytes, digest: bytes) -> bool:
    """Whether IPTC was changed by a program that knows no XMP (MWG guidelines 2.0, 5.3).

    A program that writes both keeps the MD5 of the IPTC block beside it.
    """
    if not iptc or not any(digest):
        return False
    return md5(iptc, usedforsecurity=False).digest() != digest
