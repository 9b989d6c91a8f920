"""How fast near hashes are found among many, and how completely.

Hashes are random; in planted groups a hash is repeated with up to eight bits flipped.
``recall`` is the share of planted pairs within eight bits that are found, ``seconds`` and
``peak_mb`` are of the search alone. Beside it, where it is installed, imagededup on the first
20,000 of them (``ratio_20k``: how many times longer it takes).
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from eval.errors import EvalError
from eval.registry import Figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 8
_GROUP = 4
_PLANTED = 0.1
_PEER_ITEMS = 20_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--items", type=int, default=1_000_000, metavar="N", help="default 1000000")


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    if options.items < 100:
        raise EvalError("Give --items 100 or more.")
    from eval.memory import MemoryWatch
    from pipelines.duplicates.hamming import pairs_within

    hashes, planted = _hashes(options.items)
    print(f"Searching {len(hashes):,} hashes ...", file=sys.stderr)
    with MemoryWatch() as watch:
        started = time.perf_counter()
        found = pairs_within(hashes, _BITS)
        seconds = time.perf_counter() - started
    codes = set((found.first * len(hashes) + found.second).tolist())
    wanted = planted[:, 0] * len(hashes) + planted[:, 1]
    hit = sum(code in codes for code in wanted.tolist())
    return {
        "items": len(hashes),
        "seconds": round(seconds, 2),
        "peak_mb": round(watch.peak_mb),
        "planted_pairs": len(wanted),
        "recall": round(hit / len(wanted), 5),
        "found_pairs": len(codes),
        **_peer(hashes[:_PEER_ITEMS]),
    }


def _hashes(items: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes in random order, and the pairs of planted rows within eight bits."""
    random = np.random.default_rng(0)
    hashes = random.integers(0, 2**64, items, dtype=np.uint64)
    members = random.permutation(items)[: int(items * _PLANTED) // _GROUP * _GROUP]
    rows = members.reshape(-1, _GROUP)
    for column in range(1, _GROUP):
        flips = random.integers(0, 64, (len(rows), _BITS))
        kept = np.arange(_BITS) < random.integers(0, _BITS + 1, (len(rows), 1))
        bits = np.where(kept, np.uint64(1) << flips.astype(np.uint64), np.uint64(0))
        hashes[rows[:, column]] = hashes[rows[:, 0]] ^ np.bitwise_xor.reduce(bits, axis=1)
    one, other = np.triu_indices(_GROUP, 1)
    pairs = np.sort(np.stack([rows[:, one].ravel(), rows[:, other].ravel()], axis=1), axis=1)
    near = np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]]) <= _BITS
    return hashes, pairs[near]


def _peer(hashes: NDArray[np.uint64]) -> dict[str, float]:
    """Seconds for the same hashes, ours and imagededup's."""
    from eval.peers import imagededup_phash
    from pipelines.duplicates.hamming import pairs_within

    method = imagededup_phash()
    if method is None:
        return {}
    codes = {str(row): f"{value:016x}" for row, value in enumerate(hashes.tolist())}
    print(f"Searching {len(hashes):,} hashes with imagededup ...", file=sys.stderr)
    started = time.perf_counter()
    method.find_duplicates(encoding_map=codes, max_distance_threshold=_BITS)
    theirs = time.perf_counter() - started
    started = time.perf_counter()
    pairs_within(hashes, _BITS)
    ours = time.perf_counter() - started
    return {
        "seconds_20k": round(ours, 3),
        "imagededup_seconds_20k": round(theirs, 3),
        "ratio_20k": round(theirs / ours, 2),
    }
