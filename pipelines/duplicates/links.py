"""What two files have to do with each other, and how we know: a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

LinkKind = Literal[
    "same_bytes",
    "same_pixels",
    "reencoded",
    "edited",
    "similar",
    "placed",
    "same_text",
    "near_text",
    "same_template",
    "contained_text",
    "same_invoice",
    "same_clip",
    "trimmed_clip",
]
"""What two files have to do with each other.

``similar`` pictures show the same scene at another moment; a ``placed`` picture fills a part of
another picture, a page or a frame. Of texts, ``near_text`` is another version, and a
``same_template`` has other words in the same frame.
"""

GROUPED: frozenset[LinkKind] = frozenset(
    {
        "same_bytes",
        "same_pixels",
        "reencoded",
        "edited",
        "same_text",
        "same_clip",
        "trimmed_clip",
    }
)
"""Kinds whose files are duplicates of each other; the others are links and nothing more."""

Evidence_co = TypeVar("Evidence_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Link(Generic[Evidence_co]):
    """Two items and what was found about them.

    Attributes:
        first, second: the items, by the numbers that the caller counts them with.
        kind: what they have to do with each other.
        score: how strong the evidence is, above 0 and at most 1.
        evidence: what a person can look at to check it.
    """

    first: int
    second: int
    kind: LinkKind
    score: float
    evidence: Evidence_co
