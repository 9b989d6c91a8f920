"""What a record shows, item by item, for selections and facets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.record.entries import Key
from service.record.field import Content

MOST_TERM_CHARACTERS = 400
"""Longer texts are selected by their beginning; searching finds the rest."""

MOST_TERMS = 500
"""Items of one record that it can be selected by."""


def fold(text: str) -> str:
    """The form in which texts are compared: without case, one kind of spaces."""
    # Not ``casefold``: the database compares file names by its own ``lower``.
    return " ".join(text.lower().split())


def terms_of(contents: Mapping[Key, Content]) -> Iterator[dict[str, Any]]:
    """Rows of ``RecordTerm`` without their asset, for what a record shows."""
    count = 0
    for (name, language), content in contents.items():
        for item in content if isinstance(content, tuple) else (content,):
            count += 1
            if count > MOST_TERMS:
                return
            number = float(item) if isinstance(item, int | float) else None
            text = fold(str(item))[:MOST_TERM_CHARACTERS]
            yield {"name": name, "language": language, "text": text, "number": number}
