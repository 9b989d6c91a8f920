"""Vectors as the catalog keeps them: float16, little endian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pack(vector: NDArray[np.float32]) -> bytes:
    """A vector of shape (d,) as 2 x d bytes."""
    return np.asarray(vector, dtype="<f2").tobytes()


def unpack(data: bytes) -> NDArray[np.float32]:
    """The vector of ``pack``, as float32 of shape (d,)."""
    return np.frombuffer(data, dtype="<f2").astype(np.float32)
