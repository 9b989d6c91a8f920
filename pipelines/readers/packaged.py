"""Zip packages of which only some is read: XPS and Visio text, previews of Apple iWork."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.analysis import Analysis
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures, picture_of
from pipelines.readers.flow import Flow
from pipelines.readers.markup import attribute, descendants, parse_xml, words
from pipelines.readers.office import properties
from pipelines.readers.zipped import Archive, encrypted, open_archive

_XPS = "application/vnd.ms-xpsdocument"
_VISIO = "application/vnd.ms-visio.drawing"
_IWORK = ("application/vnd.apple.iwork", "application/vnd.apple.keynote")
MEDIA_TYPES = frozenset({_XPS, _VISIO, *_IWORK})

_PAGES = {
    _XPS: re.compile(r"/(\d+)\.fpage$", re.I),
    _VISIO: re.compile(r"visio/pages/page(\d+)\.xml$"),
}
_PREVIEWS = ("preview.jpg", "QuickLook/Thumbnail.jpg", "preview-web.jpg", "preview-micro.jpg")
_IWORK_PDF = "QuickLook/Preview.pdf"


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield a part for each page, or the preview of an iWork document."""
    with open_archive(file) as archive:
        if file.media_type in _IWORK:
            yield from _read_iwork(archive, file)
        else:
            yield from _read_pages(archive, file)


def _read_pages(archive: Archive, file: InputFile) -> Iterator[Analysis]:
    pattern = _PAGES[file.media_type]
    pages = sorted(
        (int(match.group(1)), name) for name in archive.names if (match := pattern.search(name))
    )
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        pages=len(pages),
        values=tuple(properties(archive)),
    )
    flow = Flow(file.limits)
    for number, (_, name) in enumerate(pages[: file.limits.pages], start=1):
        root = parse_xml(archive.read(name))
        if file.media_type == _XPS:
            # A leading {} marks text that begins with a brace.
            for glyphs in descendants(root, "Glyphs"):
                flow.row([attribute(glyphs, "UnicodeString").removeprefix("{}")])
        else:
            for text in descendants(root, "Text"):
                flow.paragraph(words(text))
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            units=flow.take(number),
            warnings=flow.warnings(),
        )


def _read_iwork(archive: Archive, file: InputFile) -> Iterator[Analysis]:
    """The PDF or pictures that Pages, Numbers and Keynote put beside their own format."""
    if any("iwpv2" in name for name in archive.names):
        raise encrypted()
    name = next((name for name in _PREVIEWS if name in archive), "")
    preview = picture_of(archive.read(name), file.limits.pixels, encode=False) if name else None
    pictures = EmbeddedPictures(file)
    names = [n for n in archive.names if n.startswith("Data/") and "-small" not in n]
    found = (pictures.unit(archive.read(n)) for n in [name, *names] if n)
    units = tuple(unit for unit in found if unit is not None)
    if not units and preview is None and _IWORK_PDF not in archive:
        raise Unreadable(
            "unsupported",
            "The document holds no preview to read, or is encrypted; export it as PDF or docx.",
        )
    warning = "Only the preview and the pictures of this document are read; export it as PDF."
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        units=units,
        preview=preview,
        warnings=(warning,),
    )
    if _IWORK_PDF in archive:
        yield from Attachments(file).read(archive.read(_IWORK_PDF), "Preview.pdf")
