from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from models.calibration import calibration
from models.load import load_visual
from models.pixels import fit
from models.visual import OnnxVisualEncoder

skimage = pytest.importorskip("skimage", reason="photos come with the extra `sample`")

PHOTOS = {
    "a cat": "chelsea.png",
    "a cup of coffee": "coffee.png",
    "a rocket on its launch pad": "rocket.jpg",
    "a woman in an orange space suit": "astronaut.png",
    "coins on a table": "coins.png",
    "the surface of the moon": "moon.png",
}


def photo(name: str) -> Image.Image:
    return Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")


@pytest.fixture(scope="module")
def encoder() -> OnnxVisualEncoder:
    return load_visual(threads=1)


@pytest.fixture(scope="module")
def pixels() -> list[NDArray[np.uint8]]:
    return [fit(photo(name)) for name in PHOTOS.values()]


def test_shapes_and_lengths(encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]]) -> None:
    vectors = encoder.encode_pixels(pixels)
    queries = encoder.encode_query(list(PHOTOS))
    dimension = encoder.descriptor.dimension
    assert vectors.visual.shape == queries.shape == (len(PHOTOS), dimension)
    assert vectors.look.shape == (len(PHOTOS), encoder.descriptor.look_dimension)
    for rows in (*vectors, queries):
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert encoder.encode_query([]).shape == (0, dimension)
    assert encoder.encode_pixels([]).visual.shape == (0, dimension)


@pytest.mark.parametrize("query", ["a cat", "cat", "a photo of a tabby", "a cat looks at you"])
def test_the_cat_is_found_by_words(
    encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]], query: str
) -> None:
    scores = encoder.encode_pixels(pixels).visual @ encoder.encode_query([query])[0]
    assert list(PHOTOS)[int(scores.argmax())] == "a cat"


def test_names_of_things_find_them(
    encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]]
) -> None:
    queries = encoder.encode_query(["espresso", "a photo of a missile", "Egyptian cat"])
    best = (queries @ encoder.encode_pixels(pixels).visual.T).argmax(axis=1)
    assert [list(PHOTOS.values())[i] for i in best] == ["coffee.png", "rocket.jpg", "chelsea.png"]


def test_a_picture_finds_its_edited_copy(
    encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]]
) -> None:
    gallery = encoder.encode_pixels(pixels)
    width, height = photo("chelsea.png").size
    edited = ImageOps.mirror(photo("chelsea.png")).crop((20, 10, width - 30, height - 20))
    copy = encoder.encode_pixels([fit(edited)])
    assert int((gallery.visual @ copy.visual[0]).argmax()) == 0
    assert int((gallery.look @ copy.look[0]).argmax()) == 0
    assert float(gallery.look[0] @ copy.look[0]) > 0.8


def test_pictures_that_were_not_fitted_are_refused(encoder: OnnxVisualEncoder) -> None:
    with pytest.raises(ValueError, match=r"models\.pixels\.fit"):
        encoder.encode_pixels([np.zeros((224, 224, 3), np.uint8)])


def test_many_threads_get_the_vectors_of_their_own_pictures(
    encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]]
) -> None:
    alone = [encoder.encode_pixels([picture]).visual[0] for picture in pixels]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: encoder.encode_pixels(pixels).visual[i % 6], range(18)))
    for index, vector in enumerate(found):
        np.testing.assert_allclose(vector, alone[index % 6], atol=1e-4)


def test_relevance_tells_right_from_wrong(
    encoder: OnnxVisualEncoder, pixels: list[NDArray[np.uint8]]
) -> None:
    relevance_of = calibration(encoder.descriptor).relevance
    gallery = encoder.encode_pixels(pixels).visual
    cat, invoice = encoder.encode_query(["a cat", "an invoice from a plumber"])
    relevance = [relevance_of(float(cosine)) for cosine in gallery @ cat]
    assert relevance[0] > 0.5
    assert max(relevance[1:]) < 0.2
    assert max(relevance_of(float(cosine)) for cosine in gallery @ invoice) < 0.2


def test_relevance_rises_with_the_cosine_and_stays_a_probability(
    encoder: OnnxVisualEncoder,
) -> None:
    curves = calibration(encoder.descriptor)
    curve = [curves.relevance(cosine) for cosine in np.linspace(-1, 1, 41)]
    assert curve == sorted(curve)
    assert curve[0] >= 0
    assert curve[-1] <= 1
    assert curves.relevance(curves.middle) == pytest.approx(0.5)
