"""Duplicates among videos: copies, cuts and letterboxed versions, by their frames in order.

Frames that are alike propose pairs; the offset at which most frames match proves them. A clip
that hardly changes proves little: two shots of a fixed camera are similar, no duplicates, unless
one is as long as the other and the frames are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.duplicates.hamming import pairs_within
from pipelines.duplicates.links import Link, LinkKind
from pipelines.duplicates.video_prints import VideoPrint

_NEAR_BITS = 8
_MATCH_BITS = 12
_LEAST_SHARED = 3
_LEAST_MATCHES = 8
_LEAST_SHARE = 0.6
_SAME_START_S = 1.0
_SAME_LENGTH = 0.04
_DIFFERENT_BITS = 16
_LEAST_DIFFERENT = 3
_STILL_BITS = 3.0
_LISTED = 12


@dataclass(frozen=True, slots=True)
class VideoEvidence:
    """How two videos resemble each other.

    Attributes:
        offset_s: where the first frame of the first video stands in the second, in seconds;
            negative where the second begins later.
        matches: frames that match at this offset.
        share_of_first, share_of_second: of the frames of either video that show anything.
        bits: mean difference of the hashes of frames that match.
        frames: some of them, as seconds in the first and in the second video.
        bars_differ: whether black bars were cut off one that the other does not have.
    """

    offset_s: float
    matches: int
    share_of_first: float
    share_of_second: float
    bits: float
    frames: tuple[tuple[float, float], ...]
    bars_differ: bool


VideoLink = Link[VideoEvidence]


def video_links(
    prints: Sequence[VideoPrint], *, names: Sequence[str] | None = None
) -> list[VideoLink]:
    """All links among videos, whatever order they come in.

    Args:
        prints: of the videos, which are counted from 0.
        names: something of each video that stays when the order changes; decides which of two
            is the first of a link.
    """
    names = names or [f"{item:09d}" for item in range(len(prints))]
    found = []
    for pair in sorted(candidates(prints)):
        first, second = sorted(pair, key=lambda item: (names[item], item))
        verdict = match(prints[first], prints[second])
        if verdict is not None:
            found.append(Link(first, second, *verdict))
    return sorted(found, key=lambda link: (link.first, link.second))


def candidates(prints: Sequence[VideoPrint]) -> set[tuple[int, int]]:
    """Pairs of videos with a few frames that look alike."""
    hashes = [np.unique(each.hashes[each.shown]) for each in prints]
    owners = np.repeat(np.arange(len(prints)), [len(each) for each in hashes])
    if not len(owners):
        return set()
    near = pairs_within(np.concatenate(hashes), _NEAR_BITS)
    first, second = owners[near.first], owners[near.second]
    codes, votes = np.unique((first * len(prints) + second)[first != second], return_counts=True)
    least = {item: min(_LEAST_SHARED, len(each)) for item, each in enumerate(hashes)}
    found = set()
    for code, shared in zip(codes.tolist(), votes.tolist(), strict=True):
        one, other = divmod(code, len(prints))
        if shared >= min(least[one], least[other]):
            found.add((min(one, other), max(one, other)))
    return found


def match(first: VideoPrint, second: VideoPrint) -> tuple[LinkKind, float, VideoEvidence] | None:
    """What two videos have to do with each other, how surely, and why; None if nothing."""
    rate = min(first.rate, second.rate)
    one, one_shown = _at(first, rate)
    other, other_shown = _at(second, rate)
    if not one_shown.any() or not other_shown.any():
        return None
    offset = _offset(one, one_shown, other, other_shown)
    rows = np.arange(max(0, -offset), min(len(one), len(other) - offset))
    bits = np.bitwise_count(one[rows] ^ other[rows + offset])
    agree = (bits <= _MATCH_BITS) & one_shown[rows] & other_shown[rows + offset]
    matched = rows[agree]
    shares = len(matched) / one_shown.sum(), len(matched) / other_shown.sum()
    if len(matched) < _LEAST_MATCHES or max(shares) < _LEAST_SHARE:
        return None
    listed = matched[np.linspace(0, len(matched) - 1, min(_LISTED, len(matched))).astype(int)]
    evidence = VideoEvidence(
        offset_s=round(offset / rate, 2),
        matches=len(matched),
        share_of_first=round(float(shares[0]), 3),
        share_of_second=round(float(shares[1]), 3),
        bits=round(float(bits[agree].mean()), 2),
        frames=tuple((float(row / rate), float((row + offset) / rate)) for row in listed),
        bars_differ=_bars_differ(first, second),
    )
    longest = max(first.duration_s, second.duration_s)
    apart = abs(first.duration_s - second.duration_s)
    same_span = apart <= max(_SAME_START_S, _SAME_LENGTH * longest)
    same_span = same_span and abs(offset) <= _SAME_START_S * rate
    if not _moves(one[matched]) and not (same_span and evidence.bits <= _STILL_BITS):
        return "similar", 0.5, evidence
    return "same_clip" if same_span else "trimmed_clip", round(float(max(shares)), 3), evidence


def _at(found: VideoPrint, rate: float) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Hashes at a slower clock: rates are powers of two of each other."""
    step = max(1, round(found.rate / rate))
    return found.hashes[::step], found.shown[::step]


def _offset(
    one: NDArray[np.uint64],
    one_shown: NDArray[np.bool_],
    other: NDArray[np.uint64],
    other_shown: NDArray[np.bool_],
) -> int:
    """How many frames later the second shows what the first shows, by most matches.

    Near matches count more, so that among the offsets of a slow clip the true one wins; of
    equal ones the least.
    """
    votes = np.zeros(len(one) + len(other) - 1)
    places = np.flatnonzero(other_shown)
    for row in np.flatnonzero(one_shown):
        bits = np.bitwise_count(other[places] ^ one[row])
        near = bits <= _MATCH_BITS
        votes[places[near] - row + len(one) - 1] += 1 + (_MATCH_BITS - bits[near]) / _MATCH_BITS
    offsets = np.arange(len(votes)) - (len(one) - 1)
    return int(offsets[np.lexsort((np.abs(offsets), -votes))[0]])


def _moves(hashes: NDArray[np.uint64]) -> bool:
    """Whether frames show several different pictures."""
    different: list[np.uint64] = []
    for value in hashes:
        if all(np.bitwise_count(value ^ known) >= _DIFFERENT_BITS for known in different):
            different.append(value)
            if len(different) == _LEAST_DIFFERENT:
                return True
    return False


def _bars_differ(first: VideoPrint, second: VideoPrint) -> bool:
    one, other = first.picture, second.picture
    edges = (
        (one.left, other.left),
        (one.top, other.top),
        (one.right, other.right),
        (one.bottom, other.bottom),
    )
    return any(abs(a - b) > 0.02 for a, b in edges)
