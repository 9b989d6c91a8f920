"""Fits the estimate of how many people a photo shows, from photos with captions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.base import VisualEncoder

_RIDGE = 0.2
_BATCH = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with train_captions.jsonl and train/ with its photos",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to write")
    parser.add_argument(
        "--limit", type=int, default=6000, metavar="N", help="at most so many photos"
    )


def run(options: argparse.Namespace) -> Figures:
    """Fit and write."""
    import numpy as np

    from eval.fitting.people_counts import people_in
    from eval.layouts import rows
    from models.load import load_visual
    from pipelines.people import MOST, write

    table = options.data / "train_captions.jsonl"
    photos = list(rows.read(table))[: options.limit]
    counts = np.array([people_in(rows.value(row, "captions", table), MOST) for row in photos])
    shown = [row for row, count in zip(photos, counts, strict=True) if count]
    encoder = load_visual()
    print(f"Reading {len(shown):,} photos ...", file=sys.stderr)
    look = looks(
        encoder, [options.data / "train" / rows.value(row, "file", table) for row in shown]
    )
    weights, bias = fit(look, counts[counts > 0], MOST)
    write(encoder.descriptor, weights, bias, options.out)
    return {
        "photos": len(photos),
        **{f"photos_with_{n}": int((counts == n).sum()) for n in range(MOST + 1)},
    }


def looks(encoder: VisualEncoder, paths: list[Path]) -> NDArray[np.float32]:
    """Vectors of the space ``look`` of some photos: shape (n, dimension)."""
    import numpy as np
    from PIL import Image

    from models.pixels import DEFAULT_FIT
    from models.pixels import fit as fitted

    found = []
    for start in range(0, len(paths), _BATCH):
        pixels = []
        for path in paths[start : start + _BATCH]:
            with Image.open(path) as image:
                pixels.append(fitted(image.convert("RGB"), encoder.descriptor.fit or DEFAULT_FIT))
        found.append(encoder.encode_pixels(pixels).look)
    return np.concatenate(found)


def fit(
    look: NDArray[np.floating], counts: NDArray[np.int64], most: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One curve for each count against the others, each side weighing the same.

    Args:
        look: shape (n, dimension), of photos that show people.
        counts: shape (n,), from 1.

    Returns:
        Weights of shape (most, dimension) and biases of shape (most,).
    """
    import numpy as np

    from eval.fitting.tag_curves import logistic

    weights, biases = [], []
    for count in range(1, most + 1):
        right = counts == count
        even = np.where(right, 0.5 / max(right.sum(), 1), 0.5 / max((~right).sum(), 1))
        row, bias = logistic(look.astype(np.float64), right, even, _RIDGE)
        weights.append(row)
        biases.append(bias)
    return np.asarray(weights, np.float32), np.asarray(biases, np.float32)
