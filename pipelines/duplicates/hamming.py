"""Pairs of 64-bit hashes that differ in few bits, found without comparing all with all.

Multi-index hashing (Norouzi, Punjani, Fleet: "Fast Exact Search in Hamming Space with
Multi-Index Hashing", 2014): a hash is cut into three bands of 21 or 22 bits. Two hashes that
differ in at most d bits differ in at most d // 3 bits of some band, so it is enough to look up
every band with each choice of so few bits flipped. The search is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
"""Hashes: shape (n,), uint64."""

MOST_EQUAL = 8
"""Of more items with one and the same hash, each is paired with the first alone."""

MOST_BITS = 11
"""The largest distance that can be asked for: at most three flipped bits a band."""

_BANDS = 3
_AT_ONCE = 2_000_000

_Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Pairs of rows whose hashes are near, in order of ``first``, then ``second``.

    Attributes:
        first, second: rows, shape (pairs,), int64.
        bits: how many bits differ, shape (pairs,), uint8.
    """

    first: _Rows
    second: _Rows
    bits: NDArray[np.uint8]


def pairs_within(hashes: Hashes, bits: int) -> NearPairs:
    """All pairs ``first < second`` of hashes that differ in at most ``bits`` bits.

    Of more than ``MOST_EQUAL`` equal hashes only the first is paired with others, and each of
    the rest with it: the number of pairs stays bounded, and they stay connected.

    Raises:
        ValueError: ``bits`` is not between 0 and ``MOST_BITS``.
    """
    values, runs = _runs(hashes)
    first, second, distance = _join(values, values, bits, same=True)
    found = [runs.expand(first, second, distance), runs.within()]
    return _sorted(*(np.concatenate(column) for column in zip(*found, strict=True)))


def pairs_between(left: Hashes, right: Hashes, bits: int) -> NearPairs:
    """All pairs of a row of ``left`` and a row of ``right`` that differ in at most ``bits`` bits.

    Equal hashes are treated as by ``pairs_within``, on either side.

    Raises:
        ValueError: ``bits`` is not between 0 and ``MOST_BITS``.
    """
    values, runs = _runs(left)
    others, other_runs = _runs(right)
    first, second, distance = _join(values, others, bits, same=False)
    first, second, distance = runs.expand(first, second, distance, other_runs)
    return _in_order(first, second, distance)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows of equal hashes: those of value ``v`` are ``rows[starts[v]:][:sizes[v]]``."""

    rows: _Rows
    starts: _Rows
    sizes: _Rows

    def expand(
        self, first: _Rows, second: _Rows, bits: NDArray[np.uint8], others: _Runs | None = None
    ) -> tuple[_Rows, _Rows, NDArray[np.uint8]]:
        """Pairs of values as pairs of rows."""
        others = others or self
        left, right = self._told(), others._told()
        pair, one, other = _products(left[first], right[second])
        return (
            self.rows[self.starts[first][pair] + one],
            others.rows[others.starts[second][pair] + other],
            bits[pair],
        )

    def within(self) -> tuple[_Rows, _Rows, NDArray[np.uint8]]:
        """Pairs of rows of one value."""
        told = self._told()
        run, one, other = _products(told, told)
        few = one < other
        many, far = _spread(np.where(self.sizes > MOST_EQUAL, self.sizes, 0))
        rest = far > 0
        start, many = self.starts[run[few]], self.starts[many[rest]]
        first = np.concatenate([self.rows[start + one[few]], self.rows[many]])
        second = np.concatenate([self.rows[start + other[few]], self.rows[many + far[rest]]])
        return first, second, np.zeros(len(first), np.uint8)

    def _told(self) -> _Rows:
        """How many rows of a value are paired with rows of others."""
        return np.where(self.sizes > MOST_EQUAL, 1, self.sizes)


def _runs(hashes: Hashes) -> tuple[Hashes, _Runs]:
    """Different hashes in ascending order, and the rows of each in ascending order."""
    rows = np.argsort(hashes, kind="stable")
    values, starts, sizes = np.unique(hashes[rows], return_index=True, return_counts=True)
    return values, _Runs(rows, starts.astype(np.int64), sizes.astype(np.int64))


def _join(
    left: Hashes, right: Hashes, bits: int, *, same: bool
) -> tuple[_Rows, _Rows, NDArray[np.uint8]]:
    """Pairs of near values; of one list with itself each pair once, and none with itself."""
    if not 0 <= bits <= MOST_BITS:
        raise ValueError(f"bits must be between 0 and {MOST_BITS}, not {bits}")
    found: list[NDArray[np.int64]] = [np.empty((0, 3), np.int64)]
    for band in range(_BANDS):
        width = (64 - band + _BANDS - 1) // _BANDS
        keys = _band(left, band)
        buckets = _Buckets(keys, width)
        others = buckets if same else _Buckets(_band(right, band), width)
        for mask in _masks(width, bits // _BANDS):
            for first, second in buckets.meet(others, mask, same=same):
                distance = np.bitwise_count(left[first] ^ right[second])
                near = distance <= bits
                found.append(np.stack([first[near], second[near], distance[near]], axis=1))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1], pairs[:, 2].astype(np.uint8)


def _band(hashes: Hashes, band: int) -> NDArray[np.uint32]:
    """Every third bit, so that neighbouring bits, which agree often, spread over the bands."""
    key = np.zeros(len(hashes), np.uint32)
    for place, bit in enumerate(range(band, 64, _BANDS)):
        key |= ((hashes >> np.uint64(bit)) & np.uint64(1)).astype(np.uint32) << np.uint32(place)
    return key


class _Buckets:
    """Rows by the value of one band."""

    def __init__(self, keys: NDArray[np.uint32], width: int) -> None:
        self.rows = np.argsort(keys, kind="stable")
        self.keys, starts, sizes = np.unique(keys[self.rows], return_index=True, return_counts=True)
        self.starts, self.sizes = starts.astype(np.int64), sizes.astype(np.int64)
        self.place = np.full(1 << width, -1, np.int32)
        self.place[self.keys] = np.arange(len(self.keys), dtype=np.int32)

    def meet(self, others: _Buckets, mask: int, *, same: bool) -> Iterator[tuple[_Rows, _Rows]]:
        """Rows whose keys differ exactly in the bits of a mask, some at a time."""
        partner = self.keys ^ np.uint32(mask)
        bucket = others.place[partner]
        there = bucket >= 0
        if same:
            there &= self.keys <= partner
        mine = np.flatnonzero(there)
        other = bucket[mine]
        for part in _parts(self.sizes[mine] * others.sizes[other]):
            one, two = mine[part], other[part]
            pair, left, right = _products(self.sizes[one], others.sizes[two])
            first = self.rows[self.starts[one][pair] + left]
            second = others.rows[others.starts[two][pair] + right]
            if same:
                first, second = np.minimum(first, second), np.maximum(first, second)
                if mask == 0:
                    unequal = left < right
                    first, second = first[unequal], second[unequal]
            yield first, second


def _masks(width: int, most: int) -> Iterator[int]:
    for flipped in range(most + 1):
        for places in combinations(range(width), flipped):
            yield sum(1 << place for place in places)


def _parts(sizes: _Rows) -> Iterator[slice]:
    """Slices of about ``_AT_ONCE`` pairs each."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
        yield slice(start, end)
        start = end


def _spread(sizes: _Rows) -> tuple[_Rows, _Rows]:
    """For each run of a size, its number as often as the size, and 0, 1, 2 ... within it."""
    run = np.repeat(np.arange(len(sizes)), sizes)
    return run, np.arange(len(run)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _products(left: _Rows, right: _Rows) -> tuple[_Rows, _Rows, _Rows]:
    """All combinations within each pair of runs: the pair, and the place in either run."""
    pair, place = _spread(left * right)
    width = right[pair]
    return pair, place // width, place % width


def _sorted(first: _Rows, second: _Rows, bits: NDArray[np.uint8]) -> NearPairs:
    return _in_order(np.minimum(first, second), np.maximum(first, second), bits)


def _in_order(first: _Rows, second: _Rows, bits: NDArray[np.uint8]) -> NearPairs:
    order = np.lexsort((second, first))
    return NearPairs(first[order], second[order], bits[order])
