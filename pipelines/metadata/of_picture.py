"""Blocks of metadata out of the pictures that Pillow opens."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from pipelines.analysis import Value
from pipelines.metadata import photoshop
from pipelines.metadata.blocks import Blocks, Metadata, bare_exif, decode, of_tiff, packets
from pipelines.metadata.boxes import boxes
from pipelines.metadata.exif import rounded
from pipelines.metadata.fields import embedded
from pipelines.metadata.icc import profile_name
from pipelines.metadata.ifd import Buffer, decode_text
from pipelines.metadata.of_heif import of_heif
from pipelines.metadata.packet import find_packet
from pipelines.metadata.times import iso_time

_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_HEAD = len(_EXTENSION) + 40
_PHOTOSHOP = b"Photoshop 3.0\0"
_JP2_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_JP2_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_JP2_EXIF = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_PNG_TEXTS = {
    "Title": "title",
    "Author": "creator",
    "Description": "description",
    "Copyright": "rights",
    "Software": "software",
    "Comment": "comment",
    "Source": "source",
    "parameters": "ai_prompt",
}
_PNG_TIME = "Creation Time"
_RAW_PROFILE = re.compile(r"\s*\w+\s+(\d+)\s+([0-9a-fA-F\s]*)")


def metadata_of(image: Image.Image, path: Path) -> Metadata:
    """The metadata of a picture that Pillow opened (PNG: and decoded, or its end stays unseen).

    Never raises; what cannot be read gives a warning.
    """
    finder = _FINDERS.get(image.format or "")
    if finder is not None:
        return _decode(image, finder(image))
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if image.format == "TIFF":
            return _decode(image, of_tiff(data))
        if image.format == "JPEG2000":
            return _decode(image, _of_jp2(data))
        return _decode(image, Blocks(xmp=packets(find_packet(data))))


def metadata_alone(path: Path, media_type: str) -> Metadata:
    """The metadata of a picture that cannot be opened."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if media_type == "image/tiff":
            return decode(of_tiff(data))
        if media_type in {"image/heic", "image/heif", "image/avif"}:
            return decode(of_heif(data))
        return decode(Blocks(xmp=packets(find_packet(data))))


def _decode(image: Image.Image, blocks: Blocks) -> Metadata:
    """Add what Pillow itself knows of any format."""
    values = list(blocks.values)
    info = image.info
    profile = blocks.icc or info.get("icc_profile") or b""
    name = profile_name(profile) if isinstance(profile, bytes) else ""
    if name:
        values.append(embedded("colour_profile", name, "ICC profileDescription"))
    comment = info.get("comment")
    text = decode_text(comment) if isinstance(comment, bytes) else str(comment or "").strip()
    if text and text.isprintable():
        values.append(embedded("comment", text, f"{image.format} comment"))
    dpi = info.get("dpi")
    # Of TIFF and EXIF the tags are read; a unit of 1 is what programs write that know none.
    if not blocks.exif and isinstance(dpi, tuple) and dpi[0] > 1:
        values.append(embedded("resolution_dpi", rounded(float(dpi[0])), f"{image.format} density"))
    return decode(
        Blocks(blocks.exif, blocks.iptc, blocks.xmp, blocks.resources, profile, tuple(values))
    )


def _of_jpeg(image: Any) -> Blocks:
    """JPEG: application segments 1 and 13; XMP beyond 64 KB continues in further ones."""
    extended: dict[bytes, dict[int, bytes]] = {}
    parts = []
    for name, data in image.applist:
        if name == "APP13" and data.startswith(_PHOTOSHOP):
            parts.append(data[len(_PHOTOSHOP) :])
        elif name == "APP1" and data.startswith(_EXTENSION) and len(data) > _EXTENSION_HEAD:
            digest = data[len(_EXTENSION) : len(_EXTENSION) + 32]
            offset = int.from_bytes(data[_EXTENSION_HEAD - 4 : _EXTENSION_HEAD], "big")
            extended.setdefault(digest, {})[offset] = data[_EXTENSION_HEAD:]
    main = image.info.get("xmp", b"")
    others = [
        b"".join(piece for _, piece in sorted(pieces.items()))
        for digest, pieces in extended.items()
        if digest in main
    ]
    return Blocks(
        exif=bare_exif(image.info.get("exif", b"")),
        xmp=packets(main, others),
        resources=photoshop.resources(b"".join(parts)),
    )


def _of_info(image: Image.Image) -> Blocks:
    """WebP, AVIF, HEIF: chunks that Pillow hands over."""
    xmp = image.info.get("xmp") or b""
    return Blocks(
        exif=bare_exif(image.info.get("exif") or b""),
        xmp=packets(xmp.encode() if isinstance(xmp, str) else xmp),
    )


def _of_png(image: Image.Image) -> Blocks:
    """PNG: the chunks eXIf and iTXt, texts, and the profiles that ImageMagick writes as text."""
    found = {str(key): str(text) for key, text in image.info.items() if isinstance(text, str)}
    profiles = {
        key.rpartition(" ")[2].lower(): _raw_profile(text)
        for key, text in found.items()
        if key.startswith("Raw profile type ")
    }
    resources = photoshop.resources(profiles.get("iptc", b"") or profiles.get("8bim", b""))
    xmp = image.info.get("xmp") or profiles.get("xmp", b"")
    exif = image.info.get("exif") or profiles.get("exif", b"") or profiles.get("app1", b"")
    return Blocks(
        exif=bare_exif(exif),
        xmp=packets(xmp.encode() if isinstance(xmp, str) else xmp),
        resources=resources,
        values=tuple(_png_values(found)),
    )


def _png_values(found: dict[str, str]) -> Iterator[Value]:
    for key, name in _PNG_TEXTS.items():
        text = found.get(key, "").strip()
        if text:
            yield embedded(name, text, f"PNG {key}")
    time = found.get(_PNG_TIME, "")
    if not time:
        return
    from email.utils import parsedate_to_datetime

    try:
        moment = iso_time(time) or parsedate_to_datetime(time).isoformat()
    except ValueError:
        return
    yield embedded("created_at", moment, f"PNG {_PNG_TIME}")


def _raw_profile(text: str) -> bytes:
    match = _RAW_PROFILE.fullmatch(text)
    return bytes.fromhex(match.group(2))[: int(match.group(1))] if match else b""


def _of_jp2(data: Buffer) -> Blocks:
    """JPEG 2000: boxes ``uuid``."""
    found = {box.user: bytes(data[box.start : box.end]) for box in boxes(data) if box.user}
    exif = next((found[user] for user in _JP2_EXIF if user in found), b"")
    return Blocks(
        exif=bare_exif(exif),
        iptc=found.get(_JP2_IPTC, b""),
        xmp=packets(found.get(_JP2_XMP, b"")),
    )


_FINDERS = {
    "JPEG": _of_jpeg,
    "MPO": _of_jpeg,
    "PNG": _of_png,
    "WEBP": _of_info,
    "AVIF": _of_info,
    "HEIF": _of_info,
}
