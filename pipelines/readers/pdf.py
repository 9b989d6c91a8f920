"""PDF, by pypdfium2: text by page with boxes, placed pictures, a preview.

Scripts and links of a document are never followed or run; files embedded in it are read with
the readers of their types. A page without text
(a scan) or covered by one picture becomes a unit ``page`` with its rendering; other
placed pictures become units ``embedded_image``.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from models.pixels import opaque
from pipelines.analysis import Analysis, Fingerprints, Picture, Unit, Value
from pipelines.close_up import page_is_wanted, side_for
from pipelines.passages import Section, passages
from pipelines.pictures import THUMBNAIL_SIDE, make_picture, thumbnail
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.pdf_attachments import embedded_files

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

    from pipelines.readers.pdf_text import PageText

MEDIA_TYPES = frozenset({"application/pdf"})

_PAGE_SIDE = 640
_COVERS_PAGE = 0.8
_MOST_BOOKMARKS = 5_000
_WRONG_PASSWORD = 4
_TEXTS = (
    ("Title", "title"),
    ("Author", "creator"),
    ("Subject", "description"),
    ("Keywords", "keywords"),
)
_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?'?|(Z))?"
)
_IMAGE_OBJECT = re.compile(rb"/Image\b")


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield metadata and preview first, then one part a page."""
    document = _open(file)
    try:
        yield from _read_document(document, file)
    finally:
        document.close()


def render_page(file: InputFile, number: int, side: int = THUMBNAIL_SIDE) -> Picture:
    """A picture of one page, numbered from 1, longest side ``side`` pixels, not for encoding.

    Raises:
        Unreadable: the document or the page cannot be read.
    """
    document = _open(file)
    try:
        if not 1 <= number <= len(document):
            raise Unreadable("missing", f"The document has no page {number}.")
        image, size = _drawn(document[number - 1], side)
        return Picture(*size, pixels=None, thumbnail=thumbnail(image, side), fingerprints=None)
    finally:
        document.close()


def _open(file: InputFile) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(file.path, password=file.password)
    except PdfiumError as error:
        if error.err_code == _WRONG_PASSWORD:
            reason = (
                "The PDF is encrypted and the password does not open it; give another one."
                if file.password
                else "The PDF is encrypted; give its password, or upload a copy without one."
            )
            raise Unreadable("encrypted", reason) from error
        raise Unreadable(
            "corrupt", "The PDF is damaged and cannot be opened; upload a sound copy."
        ) from error


def _read_document(document: PdfDocument, file: InputFile) -> Iterator[Analysis]:
    count = len(document)
    most = min(count, file.limits.pages)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        pages=count,
        values=tuple(_values(document)),
        warnings=(f"Only the first {most:,} of {count:,} pages were read.",)
        if most < count
        else (),
    )
    state = _Progress(file, _has_pictures(file), _bookmarks(document))
    for index in range(most):
        if not page_is_wanted(index + 1):
            continue
        yield state.read_page(document, index)
        if state.characters >= file.limits.text_chars:
            yield state.cut(index + 1)
            break
    yield from embedded_files(document, file)


class _Progress:
    """What is counted over the pages of one document."""

    def __init__(
        self, file: InputFile, has_pictures: bool, bookmarks: dict[int, list[str]]
    ) -> None:
        self.file = file
        self.has_pictures = has_pictures
        self.bookmarks = bookmarks
        self.characters = 0
        self.passages = 0
        self.pictures = 0
        self.section = ""
        self.seen: set[Fingerprints | None] = set()

    def read_page(self, document: PdfDocument, index: int) -> Analysis:
        """The part of one page; a damaged page gives a warning instead of units."""
        from pypdfium2 import PdfiumError

        number = index + 1
        try:
            page = document[index]
        except PdfiumError:
            return self._part(warnings=(f"Page {number} is damaged and was left out.",))
        try:
            preview = _rendering(page, THUMBNAIL_SIDE, encode=False) if index == 0 else None
            return self._part(units=tuple(self._units(page, number)), preview=preview)
        finally:
            page.close()

    def cut(self, number: int) -> Analysis:
        """The part that says that reading stopped after a page for its amount of text."""
        most = self.file.limits.text_chars
        return self._part(
            warnings=(f"Reading stopped after page {number}: more than {most:,} characters.",)
        )

    def _part(
        self,
        units: tuple[Unit, ...] = (),
        preview: Picture | None = None,
        warnings: tuple[str, ...] = (),
    ) -> Analysis:
        return Analysis(
            kind="document",
            media_type=self.file.media_type,
            units=units,
            preview=preview,
            warnings=warnings,
        )

    def _units(self, page: PdfPage, number: int) -> Iterator[Unit]:
        from pipelines.readers.pdf_text import read_text

        text = read_text(page)
        self.characters += len(text.text)
        yield from self._passages(text, number)
        covered = False
        if self.has_pictures and self.pictures < self.file.limits.pictures:
            for unit in self._pictures(page, number):
                covered = covered or unit is None
                if unit is not None:
                    yield unit
        if (covered or not text.text.strip()) and self.pictures < self.file.limits.pictures:
            self.pictures += 1
            picture = _rendering(page, round(side_for(_PAGE_SIDE)), encode=True)
            yield Unit(key=f"page:{number}", kind="page", page=number, picture=picture)

    def _passages(self, text: PageText, number: int) -> Iterator[Unit]:
        from dataclasses import replace

        sections = self._sections(text.text, number)
        found = passages(text.text, sections=sections, page=number, first=self.passages)
        self.passages += len(found)
        for unit in found:
            assert unit.char_start is not None and unit.char_end is not None
            yield replace(unit, box=text.box(unit.char_start, unit.char_end))

    def _sections(self, text: str, number: int) -> list[Section]:
        """Bookmarks of the page where their titles stand, after the section still open."""
        sections = [Section(0, self.section)] if self.section else []
        at = 0
        for title in self.bookmarks.get(number, ()):
            pattern = r"\s+".join(re.escape(word) for word in title.split())
            found = re.compile(pattern, re.IGNORECASE).search(text, at)
            at = found.start() if found else at
            sections.append(Section(at, title))
            self.section = title
        return sections

    def _pictures(self, page: PdfPage, number: int) -> Iterator[Unit | None]:
        """Placed pictures, each once a document; None for one that covers the page."""
        from pipelines.readers.pdf_pictures import placed_pictures

        for place, placed in enumerate(placed_pictures(page, self.file.limits.pixels)):
            box = placed.box
            if (box.right - box.left) * (box.bottom - box.top) >= _COVERS_PAGE:
                yield None
                continue
            if self.pictures >= self.file.limits.pictures:
                return
            image = placed.load()
            if image is None:
                continue
            picture = make_picture(image, placed.size)
            if picture.fingerprints in self.seen:
                continue
            self.seen.add(picture.fingerprints)
            self.pictures += 1
            yield Unit(
                key=f"embedded_image:{number}:{place}",
                kind="embedded_image",
                page=number,
                box=box,
                picture=picture,
            )


def _rendering(page: PdfPage, side: int, *, encode: bool) -> Picture:
    image, size = _drawn(page, side)
    return make_picture(image, size, encode=encode, fingerprint=False)


def _drawn(page: PdfPage, side: int) -> tuple[Image, tuple[int, int]]:
    """A page as an image, longest side ``side`` pixels, and its size in points."""
    width, height = page.get_size()
    # A little less, because the size in pixels is rounded up.
    scale = (side - 0.001) / max(width, height, 1.0)
    bitmap = page.render(scale=scale, may_draw_forms=False, limit_image_cache=True)
    image = opaque(bitmap.to_pil())
    return image, (max(1, round(width)), max(1, round(height)))


def _has_pictures(file: InputFile) -> bool:
    """Whether the file holds any picture object; looking through all objects of a page is slow.

    Pictures are streams, whose dictionaries stand uncompressed in the file.
    """
    with (
        file.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as m,
    ):
        return _IMAGE_OBJECT.search(m) is not None


def _bookmarks(document: PdfDocument) -> dict[int, list[str]]:
    """Titles of the outline by page number."""
    titles: dict[int, list[str]] = {}
    for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = bookmark.get_title().strip()
        if index is not None and title:
            titles.setdefault(index + 1, []).append(title)
    return titles


def _values(document: PdfDocument) -> Iterator[Value]:
    """Values of the document information dictionary."""
    for key, name in _TEXTS:
        text = document.get_metadata_value(key).strip()
        if text:
            yield Value(name, text, "embedded", model=f"PDF {key}")
    for key, name in (("CreationDate", "created_at"), ("ModDate", "modified_at")):
        moment = pdf_date(document.get_metadata_value(key))
        if moment:
            yield Value(name, moment, "embedded", model=f"PDF {key}")


def pdf_date(text: str) -> str:
    """A PDF date (``D:20110501120000+02'00'``, ISO 32000-1, 7.9.4) as ISO 8601, or empty."""
    match = _DATE.match(text.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes, utc = match.groups()
    zone = "+00:00" if utc else f"{sign}{hours}:{minutes or '00'}" if sign else ""
    iso = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        return datetime.fromisoformat(iso + zone).isoformat()
    except ValueError:
        return ""
