"""PowerPoint presentations of 1997 to 2003 (MS-PPT): the text of each slide and its notes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.officeart import drawn_pictures
from pipelines.readers.ole import damaged, ole_values, open_ole, stream, unlocked

MEDIA_TYPES = frozenset({"application/vnd.ms-powerpoint"})

_SLIDE_LIST, _SLIDE_PLACE = 0x0FF0, 0x03F3
_TEXT_KIND, _TEXT_WIDE, _TEXT_NARROW, _TEXT_OUTLINE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
_SLIDE, _SLIDE_ATOM, _NOTES = 0x03EE, 0x03EF, 0x03F0
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_TITLES = frozenset({0, 6})
_NOTE_TEXT = 2
_OTHER = 4
_MOST_EDITS = 1_000
_MOST_DEPTH = 30


class _Record(NamedTuple):
    kind: int
    instance: int
    start: int
    end: int
    is_container: bool


class _Text(NamedTuple):
    kind: int
    text: str


class _Place(NamedTuple):
    offset: int
    identity: int
    texts: list[_Text]


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then one part a slide, then the pictures."""
    data = unlocked(file)
    with open_ole(data) as ole:
        document = stream(ole, "PowerPoint Document")
        user = stream(ole, "Current User")
        images = stream(ole, "Pictures")
    try:
        slides, notes = _lists(document, user)
    except (struct.error, IndexError) as error:
        raise damaged() from error
    yield Analysis(
        kind="document", media_type=file.media_type, pages=len(slides), values=ole_values(data)
    )
    flow = Flow(file.limits)
    for number, slide in enumerate(slides[: file.limits.pages], start=1):
        try:
            _write(flow, document, slide, notes)
        except (struct.error, IndexError):
            flow.end_table()
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            units=flow.take(number),
            warnings=flow.warnings(),
        )
    pictures = EmbeddedPictures(file)
    for image in drawn_pictures(images):
        unit = pictures.unit(image)
        if unit is not None:
            yield Analysis(kind="document", media_type=file.media_type, units=(unit,))


def _records(data: bytes, start: int, end: int) -> Iterator[_Record]:
    at = start
    end = min(end, len(data))
    while at + 8 <= end:
        head, kind, length = struct.unpack_from("<HHI", data, at)
        yield _Record(kind, head >> 4, at + 8, min(at + 8 + length, end), head & 0xF == 0xF)
        at += 8 + length


def _offsets(document: bytes, user: bytes) -> tuple[dict[int, int], int]:
    """Where the objects of the last edit stand by their number, and the document's number."""
    offsets: dict[int, int] = {}
    at = struct.unpack_from("<I", user, 16)[0]
    number = 0
    for _ in range(_MOST_EDITS):
        if struct.unpack_from("<H", document, at + 2)[0] != _EDIT:
            break
        previous, directory, root = struct.unpack_from("<III", document, at + 16)
        number = number or root
        for record in _records(document, directory, len(document)):
            if record.kind == _DIRECTORY:
                _read_directory(document, record, offsets)
            break
        if previous == 0 or previous >= at:
            break
        at = previous
    return offsets, number


def _read_directory(document: bytes, record: _Record, offsets: dict[int, int]) -> None:
    at = record.start
    while at + 4 <= record.end:
        packed = struct.unpack_from("<I", document, at)[0]
        first, count = packed & 0xFFFFF, packed >> 20
        for place in range(count):
            offset = struct.unpack_from("<I", document, at + 4 + place * 4)[0]
            offsets.setdefault(first + place, offset)
        at += 4 + count * 4


def _lists(document: bytes, user: bytes) -> tuple[list[_Place], dict[int, _Place]]:
    """Slides in their order, and notes by their identity."""
    offsets, number = _offsets(document, user)
    root = next(_records(document, offsets.get(number, 0), len(document)))
    slides: list[_Place] = []
    notes: dict[int, _Place] = {}
    for record in _records(document, root.start, root.end):
        if record.kind != _SLIDE_LIST:
            continue
        places = _places(document, record, offsets)
        if record.instance == 0:
            slides += places
        elif record.instance == 2:
            notes.update({place.identity: place for place in places})
    return slides, notes


def _places(document: bytes, container: _Record, offsets: dict[int, int]) -> list[_Place]:
    places: list[_Place] = []
    kind = _OTHER
    for record in _records(document, container.start, container.end):
        if record.kind == _SLIDE_PLACE:
            number, _, _, identity = struct.unpack_from("<IIiI", document, record.start)
            places.append(_Place(offsets.get(number, -1), identity, []))
        elif record.kind == _TEXT_KIND and places:
            kind = struct.unpack_from("<I", document, record.start)[0]
            places[-1].texts.append(_Text(kind, ""))
        elif record.kind in {_TEXT_WIDE, _TEXT_NARROW} and places and places[-1].texts:
            places[-1].texts[-1] = _Text(kind, _decoded(document, record))
    return places


def _decoded(document: bytes, record: _Record) -> str:
    raw = document[record.start : record.end]
    return raw.decode("utf-16-le" if record.kind == _TEXT_WIDE else "latin-1", "replace")


def _write(flow: Flow, document: bytes, slide: _Place, notes: dict[int, _Place]) -> None:
    container = _container(document, slide.offset, _SLIDE)
    if container is None:
        for text in slide.texts:
            _write_text(flow, text)
        return
    for text in _texts(document, container, slide.texts, _MOST_DEPTH):
        _write_text(flow, text)
    note = notes.get(_notes_of(document, container))
    inside = _container(document, note.offset, _NOTES) if note is not None else None
    if note is not None and inside is not None:
        found = list(_texts(document, inside, note.texts, _MOST_DEPTH))
        spoken = [text for text in found if text.kind == _NOTE_TEXT and text.text.strip()]
        if spoken:
            flow.begin("speaker notes")
        for text in spoken:
            _write_text(flow, text)


def _write_text(flow: Flow, text: _Text) -> None:
    shown = text.text.replace("\x0b", "\n")
    if text.kind in _TITLES:
        flow.heading(shown.replace("\r", " "))
        return
    for paragraph in shown.split("\r"):
        flow.item(paragraph) if text.kind == 1 else flow.paragraph(paragraph)


def _container(document: bytes, offset: int, kind: int) -> _Record | None:
    if offset < 0:
        return None
    record = next(_records(document, offset, len(document)), None)
    return record if record is not None and record.kind == kind else None


def _notes_of(document: bytes, slide: _Record) -> int:
    for record in _records(document, slide.start, slide.end):
        if record.kind == _SLIDE_ATOM:
            return int(struct.unpack_from("<I", document, record.start + 16)[0])
    return 0


def _texts(
    document: bytes, container: _Record, outline: list[_Text], depth: int
) -> Iterator[_Text]:
    """Texts of shapes in drawing order; some stand in the outline of the document."""
    kind = _OTHER
    for record in _records(document, container.start, container.end):
        if record.kind == _TEXT_KIND:
            kind = struct.unpack_from("<I", document, record.start)[0]
        elif record.kind in {_TEXT_WIDE, _TEXT_NARROW}:
            yield _Text(kind, _decoded(document, record))
        elif record.kind == _TEXT_OUTLINE:
            place = struct.unpack_from("<I", document, record.start)[0]
            if place < len(outline):
                yield outline[place]
        elif record.is_container and depth > 0:
            yield from _texts(document, record, outline, depth - 1)
