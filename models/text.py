"""MiniLM sentence embeddings on ONNX Runtime, without torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.base import Vectors
from models.batching import Batcher
from models.descriptor import ModelDescriptor
from models.runtime import Session
from models.weights import verify

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 256
"""Longer texts are cut, as sentence-transformers does for this model."""

_MAX_BATCH_ITEMS = 32
_MAX_BATCH_TOKENS = 512
"""Larger batches are no faster on a CPU and make queries wait."""

_INTERACTIVE_ITEMS = 8

Tokens = list[int]


class MiniLmEncoder:
    """all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019): mean pooling, unit length.

    Vectors are within a cosine of .999 of the original float32 weights, and do not depend
    on the texts that share a batch.

    Args:
        descriptor: with the files ``encoder`` and ``tokenizer``.
        threads: cores that one batch may use; 0 means all.

    Raises:
        WeightsError: a file is missing or changed.
    """

    def __init__(self, descriptor: ModelDescriptor, threads: int) -> None:
        self.descriptor = descriptor
        paths = verify(descriptor)
        self._tokenizer_path = paths["tokenizer"]
        self._tokenizer: Tokenizer | None = None
        self._lock = threading.Lock()
        self._session = Session(paths["encoder"], threads)
        self._batcher: Batcher[Tokens, NDArray[np.float32]] = Batcher(
            self._encode_batch,
            name="magpie-text",
            max_items=_MAX_BATCH_ITEMS,
            max_weight=_MAX_BATCH_TOKENS,
            weight=len,
        )

    def encode(self, texts: Sequence[str], *, bulk: bool | None = None) -> Vectors:
        """Encode texts: shape (n, 384), unit rows.

        Args:
            texts: any number, any length; text beyond 256 tokens is ignored.
            bulk: whether queries may overtake this call; by default when it is long.
        """
        if not texts:
            return np.zeros((0, self.descriptor.dimension), dtype=np.float32)
        if bulk is None:
            bulk = len(texts) > _INTERACTIVE_ITEMS
        tokens = [encoding.ids for encoding in self._tokenize().encode_batch(list(texts))]
        # Neighbours of one length waste no work on padding.
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        futures = self._batcher.submit([tokens[index] for index in order], bulk=bulk)
        vectors = np.empty((len(tokens), self.descriptor.dimension), dtype=np.float32)
        for index, future in zip(order, futures, strict=True):
            vectors[index] = future.result()
        return vectors

    def close(self) -> None:
        """End the encoder's thread; later calls raise EncoderClosedError."""
        self._batcher.close()

    def _tokenize(self) -> Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
                tokenizer.no_padding()
                tokenizer.enable_truncation(MAX_TOKENS)
                self._tokenizer = tokenizer
            return self._tokenizer

    def _encode_batch(self, batch: list[Tokens]) -> list[NDArray[np.float32]]:
        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], feeds)
        summed = np.einsum("ntd,nt->nd", hidden, mask.astype(np.float32))
        # The mean differs from the sum by a factor that the normalisation takes away.
        norms = np.linalg.norm(summed, axis=1, keepdims=True)
        return list(np.asarray(summed / norms, dtype=np.float32))
