"""Word documents of 1997 to 2003 (MS-DOC): text by its piece table, headings, lists, tables.

Older ones are left to LibreOffice, which takes seconds where this takes hundredths.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from pipelines.analysis import Analysis, Unit
from pipelines.readers import libreoffice
from pipelines.readers.base import InputFile
from pipelines.readers.doc_formats import Formats
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.officeart import drawn_pictures
from pipelines.readers.ole import damaged, ole_values, open_ole, stream, unlocked

MEDIA_TYPES = frozenset({"application/msword"})

_WORD_97 = 0xA5EC
_SECOND_TABLE = 0x0200
_LENGTHS = 76
_CLX = 0x1A2
_STORIES = (
    (0, ""),
    (1, "footnotes"),
    (2, "header and footer"),
    (4, "comments"),
    (5, "endnotes"),
    (6, "text boxes"),
)
_FIELD = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14([^\x13\x15]*))?\x15")
_MARKS = dict.fromkeys((1, 2, 3, 4, 5, 6, 8, 0x13, 0x14, 0x15, 0x1F)) | {0x0B: "\n", 0x1E: "-"}


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then the text and the pictures."""
    data = unlocked(file)
    with open_ole(data) as ole:
        word = stream(ole, "WordDocument")
        if len(word) < _CLX + 8 or struct.unpack_from("<H", word)[0] != _WORD_97:
            yield from libreoffice.read(file)
            return
        flags = struct.unpack_from("<H", word, 10)[0]
        table = stream(ole, "1Table" if flags & _SECOND_TABLE else "0Table")
        pictures = EmbeddedPictures(file)
        images: list[Unit] = []
        for name in ("Data", "WordDocument"):
            for image in drawn_pictures(stream(ole, name)):
                unit = pictures.unit(image)
                images += [unit] if unit is not None else []
    yield Analysis(kind="document", media_type=file.media_type, values=ole_values(data))
    flow = Flow(file.limits)
    try:
        _write(flow, word, table)
    except (struct.error, IndexError) as error:
        if not flow.take():
            raise damaged() from error
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        units=(*flow.take(), *images),
        warnings=flow.warnings(),
    )


def _write(flow: Flow, word: bytes, table: bytes) -> None:
    text, places = _characters(word, table)
    formats = Formats(word, table)
    lengths = struct.unpack_from("<8i", word, _LENGTHS)
    for number, section in _STORIES:
        start = sum(max(0, length) for length in lengths[:number])
        end = start + max(0, lengths[number])
        if section and text[start:end].strip("\r\x03\x04\x07 "):
            flow.begin(section)
        _story(flow, text[start:end], places[start:end], formats)


def _characters(word: bytes, table: bytes) -> tuple[str, list[int]]:
    """The text of all stories, and where each character stands in the main stream."""
    start, length = struct.unpack_from("<II", word, _CLX)
    clx = table[start : start + length]
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    size = struct.unpack_from("<I", clx, at + 1)[0]
    pieces = clx[at + 5 : at + 5 + size]
    count = (len(pieces) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", pieces)
    texts: list[str] = []
    places: list[int] = []
    for number in range(count):
        raw = struct.unpack_from("<I", pieces, (count + 1) * 4 + number * 8 + 2)[0]
        characters = min(positions[number + 1] - positions[number], len(word))
        wide = not raw & 0x40000000
        place = raw & 0x3FFFFFFF if wide else (raw & 0x3FFFFFFF) // 2
        width = 2 if wide else 1
        piece = word[place : place + characters * width]
        decoded = piece.decode("utf-16-le" if wide else "cp1252", "replace")
        if len(decoded) != len(piece) // width:
            # A character outside of the basic plane counts twice in positions.
            decoded = "".join(
                chr(code) for (code,) in struct.iter_unpack("<H", piece[: len(piece) & ~1])
            )
        texts.append(decoded)
        places += range(place, place + len(decoded) * width, width)
    return "".join(texts), places


def _story(flow: Flow, text: str, places: list[int], formats: Formats) -> None:
    cells: list[str] = []
    cell: list[str] = []
    for mark in re.finditer(r"[^\r\x07\x0c]*[\r\x07\x0c]|[^\r\x07\x0c]+\Z", text):
        look = formats.paragraph(places[mark.end() - 1])
        shown = _shown(text, places, mark.start(), mark.end(), formats)
        if look.ends_row:
            flow.row([*cells, *cell])
            cells, cell = [], []
        elif look.in_table:
            cell.append(shown)
            if mark.group().endswith("\x07"):
                cells.append(" ".join(filter(None, cell)))
                cell = []
        elif look.heading:
            flow.heading(shown)
        elif look.level is not None:
            flow.item(shown, look.level)
        else:
            flow.paragraph(shown)
    if cells or cell:
        flow.row([*cells, *cell])


def _shown(text: str, places: list[int], start: int, end: int, formats: Formats) -> str:
    """A paragraph without deleted and hidden text, and with results of fields only."""
    kept = formats.without_hidden(text, places, start, end).rstrip("\r\x07\x0c")
    before = ""
    while before != kept:
        before, kept = kept, _FIELD.sub(lambda match: match.group(1) or "", kept)
    # Two halves of a character outside of the basic plane become one again.
    kept = kept.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return kept.translate(_MARKS).strip()
