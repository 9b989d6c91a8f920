"""Terms that measures of pictures speak for: colours, how many people, and the kind of picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.analysis import Value
from pipelines.attribute_values import colour_word
from pipelines.attributes import PALETTE

_MAIN, _NOTABLE = 0.5, 0.3
"""Shares of a colour from which on it names the picture, and from which on it may."""

_PERHAPS = 0.45
_PEOPLE = ("no_people", "one_person", "two_people", "three_or_more_people")
_KINDS = frozenset({"document", "screenshot", "graphic"})
_TERMS = {colour_word(name): name for name in PALETTE}
_FIRST_SHARE = re.compile(r"^(?P<colour>[a-z ]+) (?P<percent>\d{1,3})%")


def measured(kind: str, values: Sequence[Value]) -> dict[str, float]:
    """Probability by term of the general vocabulary.

    Args:
        kind: of the asset. Frames of small videos are so flat that they resemble graphics.
        values: of a picture or a video (see ``pipelines.attribute_values``).
    """
    return {
        term: share
        for value in values
        if kind == "image" or value.name != "kind_of_picture"
        for term, share in _terms(value)
    }


def _terms(value: Value) -> Iterator[tuple[str, float]]:
    if value.name == "people_count" and isinstance(value.value, int):
        yield _PEOPLE[min(max(value.value, 0), len(_PEOPLE) - 1)], value.confidence
    elif value.name == "kind_of_picture" and value.value in _KINDS:
        yield str(value.value), value.confidence
    elif value.name == "colours":
        found = _FIRST_SHARE.match(value.evidence)
        term = _TERMS.get(found["colour"]) if found else None
        share = int(found["percent"]) / 100 if found else 0.0
        if term is not None and share >= _NOTABLE:
            yield term, value.confidence if share >= _MAIN else _PERHAPS
