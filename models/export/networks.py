"""Models of other projects wrapped for export, in torch: arrays in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class SentenceNetwork(nn.Module):
    """All steps of a sentence-transformers model: token arrays to unit vectors (n, d)."""

    def __init__(self, model: Any, inputs: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.inputs = tuple(inputs)

    def forward(self, *arrays: Tensor) -> Tensor:
        features: dict[str, Any] = dict(zip(self.inputs, arrays, strict=True))
        for step in self.model:
            features = step(features)
        return functional.normalize(features["sentence_embedding"], dim=1)


class PictureNetwork(nn.Module):
    """The picture half of an open_clip model: (n, side, side, 3) uint8 to visual and look.

    ``look`` is what stands before the projection into the shared space; where a model has no
    such step, or does it inside, it is the same as ``visual``.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, tower: Any, mean: Sequence[float], spread: Sequence[float]) -> None:
        super().__init__()
        self.tower = tower
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("spread", torch.tensor(spread).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        x = pixels.permute(0, 3, 1, 2).float() / 255.0
        visual, look = self._both((x - self.mean) / self.spread)
        return functional.normalize(visual, dim=1), functional.normalize(look, dim=1)

    def _both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        tower = self.tower
        if hasattr(tower, "trunk"):
            look = tower.trunk(x)
            visual = tower.head(look)
            return visual, look if look.ndim == 2 else visual
        projection = getattr(tower, "proj", None)
        if projection is None:
            visual = tower(x)
            return visual, visual
        tower.proj = None
        try:
            look = tower(x)
        finally:
            tower.proj = projection
        return look @ projection, look


class QueryNetwork(nn.Module):
    """The text half of an open_clip model: token ids (n, context) to unit vectors (n, d)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        vectors: Tensor = self.model.encode_text(ids, normalize=True)
        return vectors
