"""One content in one cell of a CSV file, and back.

A cell that a spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets
hide and which is taken off again on reading (OWASP, "CSV Injection"). Items of a list are
joined by the field's first separator; separators and backslashes inside of items get a
backslash in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.record.field import Content, Field

_FORMULA = re.compile("'*[=+\\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


def to_cell(field: Field, content: Content) -> str:
    """A canonical content as the text of a cell."""
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, tuple):
        joint = f"{field.separators[0]} "
        return guarded(joint.join(_escaped(field, item) for item in content))
    return guarded(content) if isinstance(content, str) else repr(content)


def from_cell(field: Field, cell: str) -> str | tuple[str, ...]:
    """What a cell says for a field, for ``contents.canonical``; empty for an empty cell."""
    text = unguarded(cell)
    if field.type != "texts" or not text.strip():
        return text
    return tuple(_items(field, text))


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """The text that ``guarded`` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _escaped(field: Field, item: str) -> str:
    return re.sub(f"([\\\\{re.escape(field.separators)}])", r"\\\1", item)


def _items(field: Field, text: str) -> Iterator[str]:
    piece = ""
    characters = iter(text)
    for character in characters:
        if character == "\\":
            # A backslash that escapes nothing stands for itself, as in files of others.
            following = next(characters, "")
            escapes = following == "\\" or following in field.separators
            piece += following if escapes and following else f"\\{following}"
        elif character in field.separators:
            yield from filter(None, [piece.strip()])
            piece = ""
        else:
            piece += character
    yield from filter(None, [piece.strip()])
