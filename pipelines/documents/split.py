"""Several documents in one file, such as a pile of letters scanned at once: where to part it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.documents.fields.extract import extract_field
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.schema import schema
from pipelines.documents.pages import View
from pipelines.documents.types.labels import known_labels

_FIRST_OF = re.compile(
    r"\b(?:page|seite|pagina)\s*:?\s*(\d{1,4})\s*(?:of|von|van|/)\s*(\d{1,4})\b", re.I
)
_OF_ANY = re.compile(r"\bpage\s*:?\s*(\d{1,4})\b", re.I)
_TITLE_ROWS = 12
_LONGEST_TITLE = 45
_SURE_NUMBER = 0.6


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of one document; ``reason`` says why it begins there, empty for the first."""

    first: int
    last: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    title: str
    identifier: str
    counted: int


def propose_split(pages: Sequence[View]) -> tuple[Part, ...]:
    """The documents in a file, by the views of its pages in order; none where it is one.

    A page begins another document where its page count begins anew, or where it has a title
    such as *Invoice* with another number or kind than the page before. Pages without a sign
    belong to the document before them.
    """
    looked = [_look(view) for view in pages if view.rows]
    starts: list[tuple[int, str]] = []
    held: _Page | None = None
    for page in looked:
        if held is None:
            starts.append((page.number, ""))
            held = page
            continue
        reason = _begins(page, held)
        if reason:
            starts.append((page.number, reason))
            held = page
        elif page.counted > 1 and not held.counted:
            held = _Page(held.number, held.title, held.identifier, 1)
    if len(starts) < 2:
        return ()
    ends = [number - 1 for number, _ in starts[1:]] + [looked[-1].number]
    return tuple(
        Part(first, last, reason) for (first, reason), last in zip(starts, ends, strict=True)
    )


def _begins(page: _Page, held: _Page) -> str:
    if page.counted > 1:
        return ""
    if page.counted == 1:
        return "Its pages are counted from 1 again."
    if not page.title:
        return ""
    if held.title and page.title != held.title:
        return f"It has the title “{page.title}”, the pages before it “{held.title}”."
    if page.identifier and held.identifier and page.identifier != held.identifier:
        return f"It has the number {page.identifier}, the pages before it {held.identifier}."
    return ""


def _look(view: View) -> _Page:
    return _Page(view.rows[0][0].page, _title(view), _identifier(view), _counted(view.text))


def _counted(text: str) -> int:
    """The number that the page says it has; 0 where it says none."""
    found = _FIRST_OF.search(text) or _OF_ANY.search(text[-200:])
    return int(found[1]) if found else 0


def _title(view: View) -> str:
    """The kind of document that stands alone at the top, by the titles of our types."""
    for row in view.rows[:_TITLE_ROWS]:
        for piece in row:
            words = " ".join(re.findall(r"\w+", piece.text.lower()))
            if words and len(words) <= _LONGEST_TITLE and words in _titles():
                return _titles()[words]
    return ""


def _titles() -> dict[str, str]:
    return {title: label.name for label in known_labels("types") for title in label.title}


def _identifier(view: View) -> str:
    found = extract_field(view, schema("invoice").field("number"), Ranker()).values
    return found[0].value if found and found[0].confidence >= _SURE_NUMBER else ""
