"""Finds the curve by which `service/search/judge.py` turns likeness of pictures into relevance.

Edits of a photo are like it; the nearest other photo of a library counts as not. Slope and
offset come from logistic regression, both kinds counting the same (Platt 1999). Photos of
people's everyday life serve: whoever photographs one thing many times has more alike.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.fitting.logistic import balanced, fit_logistic
from eval.layouts.photos import photos_in
from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_EDITED = 200
_CHUNK = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of different photos"
    )
    parser.add_argument("--limit", type=int, default=1200, metavar="N", help="photos to take")


def run(options: argparse.Namespace) -> Figures:
    """Fit."""
    import numpy as np

    paths = photos_in(options.data)
    # Neighbours by name are often of one occasion.
    random.Random(0).shuffle(paths)
    paths = paths[: options.limit]
    if len(paths) < 2:
        raise EvalError(f"{options.data} holds a single photo; name a folder with more.")
    print(f"Encoding {len(paths):,} photos and edits of {_EDITED} ...", file=sys.stderr)
    whole = _looks(paths, lambda photo: [photo])
    alike = whole @ whole.T
    np.fill_diagonal(alike, -1.0)
    nearest = alike.max(axis=1)
    edited = _looks(paths[:_EDITED], _edits)
    each = len(edited) // len(paths[:_EDITED])
    same = (edited * whole[:_EDITED].repeat(each, axis=0)).sum(axis=1)
    y = np.concatenate([np.ones(len(same)), np.zeros(len(nearest))])
    slope, offset = fit_logistic(np.concatenate([same, nearest]), y, balanced(y))
    return {
        "look_cosine": round(slope, 2),
        "look_offset": round(offset, 2),
        "edit_median": round(float(np.median(same)), 4),
        "nearest_other_median": round(float(np.median(nearest)), 4),
        "photos": len(paths),
    }


def _looks(paths: Sequence[Path], variants: Callable[[Image], list[Image]]) -> NDArray[np.float32]:
    """Vectors in the space ``look`` of variants of photos, a row each, photo by photo."""
    import numpy as np
    from PIL import Image

    from models.pixels import fit
    from service.encoders import Encoders
    from service.settings import Settings

    encoder = Encoders(Settings()).visual()
    rows = []
    for start in range(0, len(paths), _CHUNK):
        pixels = []
        for path in paths[start : start + _CHUNK]:
            with Image.open(path) as photo:
                pixels += [fit(variant) for variant in variants(photo.convert("RGB"))]
        rows.append(encoder.encode_pixels(pixels).look)
    return np.concatenate(rows)


def _edits(photo: Image) -> list[Image]:
    from PIL import Image, ImageEnhance

    width, height = photo.size

    def crop(kept: float) -> Image.Image:
        x, y = width * (1 - kept) / 2, height * (1 - kept) / 2
        return photo.crop((round(x), round(y), round(width - x), round(height - y)))

    return [
        photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        photo.transpose(Image.Transpose.ROTATE_90),
        photo.rotate(5),
        photo.convert("L").convert("RGB"),
        ImageEnhance.Color(photo).enhance(0.4),
        crop(0.8),
        crop(0.5),
        photo.resize((max(1, width // 4), max(1, height // 4))),
    ]
