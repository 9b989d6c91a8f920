"""Pooled backbone features of many photos in several views."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.alignment.data import VIEWS, Photo, view
from models.runtime import Session

_BATCH = 16
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Features:
    """What the backbone says about photos.

    Attributes:
        views: one array a view, shape (photos, FEATURES), float16.
        logits: of the plain view, shape (photos, 1000), float32.
    """

    views: tuple[NDArray[np.float16], ...]
    logits: NDArray[np.float32]


def extract(photos: Sequence[Photo], threads: int, views: int = VIEWS) -> Features:
    """Run the backbone over every view of every photo, on ONNX Runtime for its speed."""
    import torch

    from models.alignment.network import SIDE, Trunk, load_backbone
    from models.export.files import write_network

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trunk.onnx"
        example = torch.zeros(2, SIDE, SIDE, 3, dtype=torch.uint8)
        write_network(
            Trunk(load_backbone()).eval(), {"pixels": example}, ("features", "logits"), path
        )
        session = Session(path, threads)
        found = []
        for number in range(views):
            found.append(_one_view(photos, number, session))
            _logger.info("view %d of %d: %d photos", number + 1, views, len(photos))
    return Features(tuple(features for features, _ in found), found[0][1])


def _one_view(
    photos: Sequence[Photo], number: int, session: Session
) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    def load(start: int) -> NDArray[np.uint8]:
        chunk = photos[start : start + _BATCH]
        return np.stack([view(photo.path, number, start + i) for i, photo in enumerate(chunk)])

    features, logits = [], []
    starts = list(range(0, len(photos), _BATCH))
    with ThreadPoolExecutor(1) as reader:
        # One chunk is read while the network works on the one before.
        coming = reader.submit(load, 0)
        for following in [*starts[1:], None]:
            pixels = coming.result()
            if following is not None:
                coming = reader.submit(load, following)
            pooled, classes = session.run(["features", "logits"], {"pixels": pixels})
            features.append(pooled.astype(np.float16))
            logits.append(classes)
    return np.concatenate(features), np.concatenate(logits)
