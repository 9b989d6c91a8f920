"""TIFF files with several pages, as scanners and fax machines write them."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageFile

from pipelines.analysis import Analysis, Unit
from pipelines.close_up import page_is_wanted
from pipelines.metadata.ifd import Tiff
from pipelines.metadata.of_picture import metadata_of
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.raster import check_size, finish

_NEW_SUBFILE_TYPE = 254
_SUBFILE_TYPE = 255
_DATA_TAGS = ((273, 279), (324, 325))
"""Where strips or tiles start, and how long they are."""

_NO_PAGE = 0b101
"""Bits of a reduced copy and of a transparency mask (TIFF 6.0, section 8)."""


def odd_kind() -> Unreadable:
    """The failure of a sound TIFF that Pillow does not decode."""
    return Unreadable(
        "unsupported",
        "The TIFF holds its picture in a rare way, such as colours of 32 bits, and cannot be "
        "shown; save a copy with 8 or 16 bits a channel.",
    )


def is_whole(path: Path) -> bool:
    """Whether all of the first page's data stand in the file, so that it is not damaged."""
    size = path.stat().st_size
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            first = Tiff(data).first()
        except ValueError:
            return False
        for offsets, lengths in _DATA_TAGS:
            places = zip(first.numbers(offsets), first.numbers(lengths), strict=False)
            ends = [start + length for start, length in places]
            if ends:
                return max(ends) <= size
    return False


def full_pages(path: Path) -> list[int]:
    """Places of the pages among the file's directories; smaller copies and masks left out."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return [
            place
            for place, directory in enumerate(Tiff(data).chain())
            if not (directory.integer(_NEW_SUBFILE_TYPE) or 0) & _NO_PAGE
            and directory.integer(_SUBFILE_TYPE) != 2
        ]


def read(opened: ImageFile.ImageFile, pages: list[int], file: InputFile) -> Iterator[Analysis]:
    """Yield metadata first, then one part a page; a damaged page gives a warning."""
    metadata = metadata_of(opened, file.path)
    most = min(len(pages), file.limits.pages, file.limits.pictures)
    cut = f"Only the first {most:,} of {len(pages):,} pages were read."
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        width=opened.width,
        height=opened.height,
        pages=len(pages),
        values=metadata.values,
        warnings=(*metadata.warnings, *((cut,) if most < len(pages) else ())),
    )
    seen = 0
    for number, place in enumerate(pages[:most], start=1):
        if not page_is_wanted(number):
            continue
        try:
            part = _page(opened, number, place, file)
            seen += 1
        except MemoryError:
            raise
        except (Exception, Image.DecompressionBombError):
            text = f"Page {number} is damaged, or too large, and was left out."
            part = Analysis("document", file.media_type, warnings=(text,))
        yield part
    if not seen:
        raise Unreadable("corrupt", "No page can be decoded; upload a sound copy.")


def _page(opened: ImageFile.ImageFile, number: int, place: int, file: InputFile) -> Analysis:
    opened.seek(place)
    check_size(opened.size, file.limits)
    size = opened.size
    opened.load()
    # A copy, because the conversion of colours would change what the next page starts from.
    upright, size, warnings = finish(opened.copy(), size, 1)
    picture = make_picture(upright, size, fingerprint=False)
    unit = Unit(key=f"page:{number}", kind="page", page=number, picture=picture)
    return Analysis("document", file.media_type, units=(unit,), warnings=warnings)
