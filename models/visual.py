"""The embedded visual model: pictures and words in one space, on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder, Vectors, VisualVectors
from models.batching import Batcher
from models.descriptor import ModelDescriptor
from models.runtime import Session
from models.weights import verify

_MAX_BATCH = 8
_INTERACTIVE_ITEMS = 2

Pixels = NDArray[np.uint8]
Row = tuple[NDArray[np.float32], NDArray[np.float32]]


class AlignmentEncoder:
    """EfficientNet-Lite2 features with a trained head into a space shared with MiniLM.

    See ``models/weights/magpie-lite2-alignment.md`` for data, terms and figures.

    Args:
        descriptor: with the files ``encoder`` (pictures) and ``query`` (text vectors).
        text: the text encoder that the head was trained against.
        threads: cores that one batch may use; 0 means all.

    Raises:
        WeightsError: a file is missing or changed.
    """

    def __init__(self, descriptor: ModelDescriptor, text: TextEncoder, threads: int) -> None:
        self.descriptor = descriptor
        self._text = text
        paths = verify(descriptor)
        self._pictures = Session(paths["encoder"], threads)
        self._query = Session(paths["query"], 1)
        self._batcher: Batcher[Pixels, Row] = Batcher(
            self._encode_batch, name="magpie-visual", max_items=_MAX_BATCH
        )

    def encode_pixels(
        self, pixels: Sequence[NDArray[np.uint8]], *, bulk: bool | None = None
    ) -> VisualVectors:
        """Encode pictures of shape (side, side, 3), as ``models.pixels.fit`` makes them.

        Args:
            pixels: any number of pictures.
            bulk: whether single pictures may overtake this call; by default when it is long.

        Raises:
            ValueError: a picture has another shape or type.
        """
        side = self.descriptor.side
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
        (vectors,) = self._query.run(["query"], {"text": self._text.encode(texts)})
        return vectors

    def close(self) -> None:
        """End the encoder's thread; later calls raise EncoderClosedError."""
        self._batcher.close()

    def _encode_batch(self, batch: list[Pixels]) -> list[Row]:
        visual, look = self._pictures.run(["visual", "look"], {"pixels": np.stack(batch)})
        return list(zip(visual, look, strict=True))
