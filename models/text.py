"""Vectors of texts on ONNX Runtime, without torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.base import Vectors
from models.batching import Batcher
from models.descriptor import ModelDescriptor
from models.recipes import TextRecipe, clean
from models.runtime import Session
from models.weights import verify

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MINILM = TextRecipe(
    max_tokens=256,
    inputs=("input_ids", "attention_mask", "token_type_ids"),
    output="last_hidden_state",
    pooled=False,
)
"""all-MiniLM-L6-v2 (Wang et al. 2020), cut and averaged as sentence-transformers does."""

_MAX_BATCH_ITEMS = 32
_MAX_BATCH_TOKENS = 512
"""Larger batches are no faster on a CPU and make queries wait."""

_INTERACTIVE_ITEMS = 8

_RECENT = 256
"""Vectors of single texts that are kept in memory; 0.4 MB."""

Tokens = list[int]


class OnnxTextEncoder:
    """A text network with its tokenizer: unit vectors, which do not depend on their batch.

    Args:
        descriptor: with the file ``tokenizer``, and with ``recipe`` unless it is MiniLM.
        threads: cores that one batch may use; 0 means all.
        network: role of the file that holds the network.

    Raises:
        WeightsError: a file is missing or changed.
    """

    def __init__(
        self, descriptor: ModelDescriptor, threads: int, *, network: str = "encoder"
    ) -> None:
        self.descriptor = descriptor
        paths = verify(descriptor)
        self._recipe = TextRecipe.read(paths["recipe"]) if "recipe" in paths else MINILM
        self._tokenizer_path = paths["tokenizer"]
        self._tokenizer: Tokenizer | None = None
        self._lock = threading.Lock()
        self._recent: dict[str, Vectors] = {}
        self._session = Session(paths[network], threads)
        self._batcher: Batcher[Tokens, NDArray[np.float32]] = Batcher(
            self._encode_batch,
            name="magpie-text",
            max_items=_MAX_BATCH_ITEMS,
            max_weight=_MAX_BATCH_TOKENS,
            weight=len,
        )

    def encode(self, texts: Sequence[str], *, bulk: bool | None = None) -> Vectors:
        """Encode texts that are searched: shape (n, dimension), unit rows.

        Args:
            texts: any number, any length; what is beyond the model's limit is ignored.
            bulk: whether queries may overtake this call; by default when it is long.
        """
        return self._encode(texts, self._recipe.document, bulk)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, which some models tell from what is searched."""
        return self._encode(texts, self._recipe.query, None)

    def close(self) -> None:
        """End the encoder's thread; later calls raise EncoderClosedError."""
        self._batcher.close()

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The token ids of texts as the network takes them, before a batch is filled up."""
        cleaned = [clean(text, self._recipe.cleaning) for text in texts]
        rows = [encoding.ids for encoding in self._tokenize().encode_batch(cleaned)]
        zeroed = self._recipe.zeroed_id
        if zeroed is not None:
            rows = [[0 if token == zeroed else token for token in row] for row in rows]
        # A network cannot average over nothing.
        return [row or [self._recipe.pad_id] for row in rows]

    def _encode(self, texts: Sequence[str], prompt: str, bulk: bool | None) -> Vectors:
        if not texts:
            return np.zeros((0, self.descriptor.dimension), dtype=np.float32)
        if len(texts) > 1:
            return self._encode_all([prompt + text for text in texts], bulk)
        # A question goes into several spaces, and again when its page is loaded again.
        said = prompt + texts[0]
        with self._lock:
            known = self._recent.get(said)
        if known is None:
            known = self._encode_all([said], bulk)
            with self._lock:
                self._recent[said] = known
                if len(self._recent) > _RECENT:
                    del self._recent[next(iter(self._recent))]
        return known.copy()

    def _encode_all(self, texts: Sequence[str], bulk: bool | None) -> Vectors:
        if bulk is None:
            bulk = len(texts) > _INTERACTIVE_ITEMS
        tokens = self.tokens(texts)
        # Neighbours of one length waste no work on padding.
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        futures = self._batcher.submit([tokens[index] for index in order], bulk=bulk)
        vectors = np.empty((len(tokens), self.descriptor.dimension), dtype=np.float32)
        for index, future in zip(order, futures, strict=True):
            vectors[index] = future.result()
        return vectors

    def _tokenize(self) -> Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
                if not self._recipe.fixed_length:
                    tokenizer.no_padding()
                    tokenizer.enable_truncation(self._recipe.max_tokens)
                self._tokenizer = tokenizer
            return self._tokenizer

    def _encode_batch(self, batch: list[Tokens]) -> list[NDArray[np.float32]]:
        shape = (len(batch), max(map(len, batch)))
        ids = np.full(shape, self._recipe.pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        offered = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }
        feeds = {name: offered[name] for name in self._recipe.inputs}
        (vectors,) = self._session.run([self._recipe.output], feeds)
        if not self._recipe.pooled:
            # The mean differs from the sum by a factor that the normalisation takes away.
            vectors = np.einsum("ntd,nt->nd", vectors, mask.astype(np.float32))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return list(np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32))
