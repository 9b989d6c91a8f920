"""Vectors of pictures, and of the words that ask for them, on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder, Vectors, VisualVectors
from models.batching import Batcher
from models.descriptor import ModelDescriptor
from models.pixels import DEFAULT_FIT
from models.runtime import Session
from models.text import OnnxTextEncoder
from models.weights import verify

_MAX_BATCH = 8
_INTERACTIVE_ITEMS = 2

Pixels = NDArray[np.uint8]
Row = tuple[NDArray[np.float32], NDArray[np.float32]]


class QueryEncoder(Protocol):
    """The half of a visual model that sees words."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode queries into the space of the pictures."""

    def close(self) -> None:
        """End what belongs to it."""


class AlignedQueries:
    """Queries of our own model: a trained step after another model's text vectors.

    See ``models/weights/magpie-lite2-alignment.md`` for data, terms and figures.

    Args:
        descriptor: with the file ``query``, from text vectors to queries.
        text: the text encoder that the step was trained against; stays open.
    """

    def __init__(self, descriptor: ModelDescriptor, text: TextEncoder) -> None:
        self._text = text
        self._session = Session(verify(descriptor)["query"], 1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        (vectors,) = self._session.run(["query"], {"text": self._text.encode(texts)})
        return vectors

    def close(self) -> None:
        """Nothing belongs to it alone."""


class OnnxVisualEncoder:
    """A network that sees pictures, beside one that sees queries.

    Args:
        descriptor: with the file ``encoder``, from pixels to ``visual`` and ``look``.
        queries: the other half.
        threads: cores that one batch may use; 0 means all.

    Raises:
        WeightsError: a file is missing or changed.
    """

    def __init__(self, descriptor: ModelDescriptor, queries: QueryEncoder, threads: int) -> None:
        self.descriptor = descriptor
        self._side = (descriptor.fit or DEFAULT_FIT).side
        self._queries = queries
        self._pictures = Session(verify(descriptor)["encoder"], threads)
        self._batcher: Batcher[Pixels, Row] = Batcher(
            self._encode_batch, name="magpie-visual", max_items=_MAX_BATCH
        )

    def encode_pixels(
        self, pixels: Sequence[NDArray[np.uint8]], *, bulk: bool | None = None
    ) -> VisualVectors:
        """Encode pictures of shape (side, side, 3), as ``models.pixels.fit`` makes them.

        Args:
            pixels: any number of pictures, made with ``descriptor.fit``.
            bulk: whether single pictures may overtake this call; by default when it is long.

        Raises:
            ValueError: a picture has another shape or type.
        """
        side = self._side
        for picture in pixels:
            if picture.shape != (side, side, 3) or picture.dtype != np.uint8:
                raise ValueError(
                    f"A picture must be uint8 of shape ({side}, {side}, 3), not {picture.dtype} "
                    f"of shape {picture.shape}: prepare it with models.pixels.fit."
                )
        if bulk is None:
            bulk = len(pixels) > _INTERACTIVE_ITEMS
        visual = np.empty((len(pixels), self.descriptor.dimension), dtype=np.float32)
        look = np.empty((len(pixels), self.descriptor.look_dimension), dtype=np.float32)
        for index, future in enumerate(self._batcher.submit(pixels, bulk=bulk)):
            visual[index], look[index] = future.result()
        return VisualVectors(visual, look)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode queries into the space of ``VisualVectors.visual``: shape (n, dimension)."""
        if not texts:
            return np.zeros((0, self.descriptor.dimension), dtype=np.float32)
        return self._queries.encode(texts)

    def close(self) -> None:
        """End the encoder's threads; later calls raise EncoderClosedError."""
        self._batcher.close()
        self._queries.close()

    def _encode_batch(self, batch: list[Pixels]) -> list[Row]:
        visual, look = self._pictures.run(["visual", "look"], {"pixels": np.stack(batch)})
        return list(zip(visual, look, strict=True))


def visual_encoder(
    descriptor: ModelDescriptor, text: TextEncoder, threads: int
) -> OnnxVisualEncoder:
    """The encoder of a visual model, ours or one with a text network of its own.

    Args:
        descriptor: a file ``recipe`` tells that it reads words itself.
        text: what our own models read words with.
        threads: cores that one batch may use; 0 means all.
    """
    queries: QueryEncoder
    if any(file.role == "recipe" for file in descriptor.files):
        queries = OnnxTextEncoder(descriptor, threads, network="query")
    else:
        queries = AlignedQueries(descriptor, text)
    return OnnxVisualEncoder(descriptor, queries, threads)
