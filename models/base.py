"""What a model is to the rest of Magpie: arrays in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.descriptor import ModelDescriptor

Vectors = NDArray[np.float32]
"""Shape (n, d), float32; rows have unit length."""


class VisualVectors(NamedTuple):
    """Vectors of n pictures.

    Attributes:
        visual: shape (n, descriptor.dimension), unit rows, comparable with ``encode_query``.
        look: shape (n, descriptor.look_dimension), unit rows: backbone features before the
            head, for look-alikes and few-shot learning.
    """

    visual: Vectors
    look: Vectors


class TextEncoder(Protocol):
    """Turns words into vectors of the space ``text``. Thread safe."""

    descriptor: ModelDescriptor

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that are searched; an empty sequence gives shape (0, d)."""

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, which some models tell from what is searched."""


class VisualEncoder(Protocol):
    """Turns pictures and queries into vectors of the space ``visual``. Thread safe."""

    descriptor: ModelDescriptor

    def encode_pixels(self, pixels: Sequence[NDArray[np.uint8]]) -> VisualVectors:
        """Encode pictures, each of shape (side, side, 3), as ``models.pixels.fit`` makes them."""

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode queries into the space of ``VisualVectors.visual``: shape (n, dimension)."""
