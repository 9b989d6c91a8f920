"""Vectors and thumbnails of pictures, read and encoded as ingest does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError

if TYPE_CHECKING:
    from models.base import VisualEncoder, VisualVectors
    from pipelines.analysis import Picture, Vector
    from service.encoders import Encoders
    from service.settings import Settings

_CHUNK = 64


def vectors(paths: Sequence[Path]) -> tuple[VisualVectors, VisualEncoder]:
    """Vectors of photos, a row each, and the encoder that made them.

    Raises:
        EvalError: a file holds no picture.
    """
    import numpy as np

    from models.base import VisualVectors
    from service.encoders import Encoders
    from service.settings import Settings

    settings = Settings()
    encoders = Encoders(settings)
    seen, looks = [], []
    for _, visual, look in encoded(paths, settings, encoders):
        seen.append(visual)
        looks.append(look)
    return VisualVectors(np.stack(seen), np.stack(looks)), encoders.visual()


def encoded(
    paths: Sequence[Path], settings: Settings, encoders: Encoders
) -> Iterator[tuple[Picture, Vector, Vector]]:
    """Picture, ``visual`` and ``look`` of each photo.

    Raises:
        EvalError: a file holds no picture.
    """
    from pipelines.analyse import encode
    from pipelines.pool import ReaderPool

    with ReaderPool(processes=settings.readers) as pool:
        for start in range(0, len(paths), _CHUNK):
            chunk = paths[start : start + _CHUNK]
            readings = [future.result() for future in [pool.submit(path) for path in chunk]]
            analyses = encode(readings, text=encoders.text(), visual=encoders.visual())
            for path, analysis in zip(chunk, analyses, strict=True):
                unit = next((u for u in analysis.units if u.visual is not None), None)
                if unit is None or unit.picture is None or unit.visual is None or unit.look is None:
                    why = analysis.failure.reason if analysis.failure else "It holds no picture."
                    raise EvalError(f"{path} cannot be measured: {why}")
                yield unit.picture, unit.visual, unit.look
