"""The kinds of duplicates as the catalog groups them, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from pipelines.duplicates.links import GROUPED, LinkKind

Kind = LinkKind
KINDS: tuple[Kind, ...] = get_args(LinkKind)

COPIES = "copies"
"""The family of all kinds that say that files are the same; every other kind is its own."""

Mergeable = Literal[
    "same_bytes", "same_pixels", "reencoded", "edited", "same_text", "same_clip", "trimmed_clip"
]

_FROM_ALIKE = (
    "same_bytes",
    "same_pixels",
    "reencoded",
    "edited",
    "same_text",
    "same_clip",
    "trimmed_clip",
)

WORDS: dict[str, str] = {
    "same_bytes": "the same bytes",
    "same_pixels": "the same pixels",
    "reencoded": "saved again or resized",
    "edited": "an edited copy",
    "similar": "a similar shot",
    "placed": "placed in another file",
    "same_text": "the same text in another file",
    "near_text": "another version of the text",
    "same_template": "the same template",
    "contained_text": "a part of the text",
    "same_invoice": "possibly the same invoice twice",
    "same_clip": "the same clip saved again",
    "trimmed_clip": "a part of the clip",
}
"""Each kind in words, as of one file beside another."""


def family_of(kind: str) -> str:
    """The family whose groups a link of some kind makes."""
    return COPIES if kind in GROUPED else kind


def weakest(kinds: Iterable[str]) -> str:
    """Of the kinds in one group, the one that is least alike; the same bytes where none is."""
    return max(kinds, key=_place, default="same_bytes")


def _place(kind: str) -> int:
    return _FROM_ALIKE.index(kind) if kind in _FROM_ALIKE else len(_FROM_ALIKE)
