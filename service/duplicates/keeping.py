"""Which of several copies to keep: rules in order, and the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record as the rules see it.

    Attributes:
        id: of the asset.
        protected: it lies in a protected collection.
        licensed: a licence or terms of use are known.
        approved: it is approved or published.
        facts: how many fields people or its file fill, apart from technical ones.
        extent: pixels, or seconds of a clip; 0 where unknown.
        quality: bits a pixel or second at which it is stored, as far as they tell (``quality``).
        original: how near its format is to what a camera or an author makes; more is nearer.
        since: when it was made, or came.
        missing: its file was not found any more.
    """

    id: str
    protected: bool
    licensed: bool
    approved: bool
    facts: int
    extent: float
    quality: float
    original: int
    since: datetime
    missing: bool = False


def to_keep(candidates: Sequence[Candidate]) -> tuple[str, str]:
    """The id of the copy to keep, and the first rule that sets it apart from the next best.

    The answer does not depend on the order of the candidates.
    """
    best, *others = sorted(candidates, key=_rank)
    if not others:
        return best.id, "it is the only one"
    places = zip(REASONS, _rank(best), _rank(others[0]), strict=True)
    return best.id, next((reason for reason, mine, its in places if mine != its), REASONS[-1])


REASONS = (
    "its file is there",
    "it lies in a protected collection",
    "its licence is known",
    "it is approved",
    "more is known about it",
    "it is larger",
    "it is compressed less",
    "its format is closer to the original",
    "it is the oldest",
    "they are alike, and it came first",
)
"""Why a copy is kept, in the order in which it is asked."""


def _rank(each: Candidate) -> tuple[bool, bool, bool, bool, int, float, float, int, datetime, str]:
    return (
        each.missing,
        not each.protected,
        not each.licensed,
        not each.approved,
        -each.facts,
        -each.extent,
        -each.quality,
        -each.original,
        each.since,
        each.id,
    )


_LOSSY = frozenset({"image/jpeg", "image/webp", "image/avif", "image/heic", "image/heif"})
_LOSSLESS_BITS = 8.0
_CLIPS = ("video/", "audio/")


def quality(media_type: str, size: int, extent: float) -> float:
    """Bits a pixel in half steps, so that other headers of a file change nothing.

    Formats that lose nothing count as 8, and nothing counts as more: beyond it nobody sees a
    difference. Clips count kilobits a second.
    """
    if extent <= 0:
        return 0.0
    if media_type.startswith(_CLIPS):
        return float(round(size * 8 / extent / 100_000))
    if not media_type.startswith("image/"):
        return 0.0
    if media_type not in _LOSSY:
        return _LOSSLESS_BITS
    return min(_LOSSLESS_BITS, round(size * 16 / extent) / 2)


_ORIGINALS: tuple[tuple[str, int], ...] = (
    ("image/x-", 5),
    ("image/vnd.adobe.photoshop", 4),
    ("image/tiff", 4),
    ("image/heic", 3),
    ("image/jpeg", 3),
    ("image/png", 2),
    ("image/", 1),
    ("application/vnd.openxmlformats", 4),
    ("application/vnd.oasis", 4),
    ("application/msword", 3),
    ("application/rtf", 3),
    ("application/pdf", 2),
    ("text/", 1),
)


def original(media_type: str) -> int:
    """How near a format is to the original: raw before TIFF before JPEG, Word before PDF."""
    return next((rank for start, rank in _ORIGINALS if media_type.startswith(start)), 0)
