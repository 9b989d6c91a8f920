"""How well words find photos: recall at 1, 5 and 10 and the median rank of the right photo.

Photos are read and encoded as ingest does it, questions as search does it; the ranking is
exact, over the space ``visual`` alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts import captions as layout
from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from service.encoders import Encoders
    from service.settings import Settings

_CHUNK = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with captions.jsonl and the photos that it names",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    import numpy as np

    from service.encoders import Encoders
    from service.settings import Settings

    photos = layout.read(options.data)
    settings = Settings()
    encoders = Encoders(settings)
    print(f"Reading {len(photos):,} photos ...", file=sys.stderr)
    gallery = _encode_photos([photo.path for photo in photos], settings, encoders)
    asked = [(row, caption) for row, photo in enumerate(photos) for caption in photo.captions]
    print(f"Asking {len(asked):,} questions ...", file=sys.stderr)
    ranks = np.array([_rank(gallery, row, caption, encoders) for row, caption in asked])
    return {
        "r1": round(float((ranks <= 1).mean()), 4),
        "r5": round(float((ranks <= 5).mean()), 4),
        "r10": round(float((ranks <= 10).mean()), 4),
        "median_rank": float(np.median(ranks)),
        "queries": len(asked),
        "gallery": len(photos),
    }


def _encode_photos(
    paths: Sequence[Path], settings: Settings, encoders: Encoders
) -> NDArray[np.float32]:
    """Vectors of photos, one unit row each: shape (n, dimension)."""
    import numpy as np

    from pipelines.analyse import encode
    from pipelines.pool import ReaderPool

    vectors = []
    with ReaderPool(processes=settings.readers) as pool:
        for start in range(0, len(paths), _CHUNK):
            chunk = paths[start : start + _CHUNK]
            readings = [future.result() for future in [pool.submit(path) for path in chunk]]
            analyses = encode(readings, text=encoders.text(), visual=encoders.visual())
            for path, analysis in zip(chunk, analyses, strict=True):
                vector = next((u.visual for u in analysis.units if u.visual is not None), None)
                if vector is None:
                    why = analysis.failure.reason if analysis.failure else "It holds no picture."
                    raise EvalError(f"{path} cannot be measured: {why}")
                vectors.append(vector)
    return np.stack(vectors)


def _rank(gallery: NDArray[np.float32], row: int, caption: str, encoders: Encoders) -> int:
    """The rank of a photo for a caption, from 1; among equals the last."""
    # One at a time, as people ask: the int8 text model depends a little on its batch.
    scores = gallery @ encoders.visual().encode_query([caption])[0]
    return int((scores >= scores[row]).sum())
