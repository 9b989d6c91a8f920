from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models.load import load_text
from models.text import MiniLmEncoder

CANONICAL = {}


@pytest.fixture(scope="module")
def encoder() -> MiniLmEncoder:
    return load_text(threads=1)


def test_shape_length_and_order(encoder: MiniLmEncoder) -> None:
    texts = ["a long sentence about the harvest of olives in autumn " * 5, "olives", ""] * 20
    vectors = encoder.encode(texts)
    assert vectors.shape == (60, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[0] @ vectors[3]) > 0.999
    assert (vectors[1] @ vectors[4]) > 0.98
    assert encoder.encode([]).shape == (0, 384)


def test_paraphrases_are_nearer_than_other_matters(encoder: MiniLmEncoder) -> None:
    contract, paraphrase, dog = encoder.encode(
        [
            "Either party may end this agreement with thirty days' notice.",
            "The contract can be terminated by both sides one month in advance.",
            "A dog jumps over a fence.",
        ]
    )
    assert contract @ paraphrase > 0.5
    assert contract @ dog < 0.2


def test_words_beyond_the_limit_change_nothing(encoder: MiniLmEncoder) -> None:
    start = "word " * 254
    (cut,) = encoder.encode([start])
    (longer,) = encoder.encode([start + "submarine " * 200])
    assert cut @ longer > 0.9999


def test_many_threads_get_the_vectors_of_their_own_texts(encoder: MiniLmEncoder) -> None:
    texts = [f"an invoice over {n} euros for {n % 7} chairs" for n in range(48)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    with ThreadPoolExecutor(12) as pool:
        together = np.concatenate(list(pool.map(lambda text: encoder.encode([text]), texts)))
    assert (np.argmax(together @ alone.T, axis=1) == np.arange(48)).all()
