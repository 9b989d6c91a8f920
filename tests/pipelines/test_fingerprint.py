"""Pictures that look the same have hashes a few bits apart, others about half of the bits."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageFilter

from pipelines.fingerprint import fingerprints, perceptual_hash

MakePhoto = Callable[..., Image.Image]


def distance(first: Image.Image, second: Image.Image) -> int:
    return (int(perceptual_hash(first), 16) ^ int(perceptual_hash(second), 16)).bit_count()


def recompressed(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=30)
    return Image.open(buffer)


@pytest.mark.parametrize(
    "edit",
    [
        recompressed,
        lambda image: image.resize((100, 90)),
        lambda image: image.filter(ImageFilter.GaussianBlur(1)),
        lambda image: image.convert("L").convert("RGB"),
        lambda image: image.point(lambda value: value * 0.8 + 20),
    ],
    ids=["recompressed", "resized", "blurred", "grey", "flatter"],
)
def test_an_edited_copy_is_near(
    photo: MakePhoto, edit: Callable[[Image.Image], Image.Image]
) -> None:
    for seed in range(5):
        image = photo(seed=seed)
        assert distance(image, edit(image)) <= 8


def test_another_picture_is_far(photo: MakePhoto) -> None:
    images = [photo(seed=seed) for seed in range(8)]
    distances = [distance(a, b) for n, a in enumerate(images) for b in images[:n]]
    assert min(distances) >= 16


def test_the_hash_is_the_same_on_every_machine(photo: MakePhoto) -> None:
    gradient = Image.linear_gradient("L").convert("RGB")
    assert perceptual_hash(gradient) == perceptual_hash(gradient.copy())
    assert len(perceptual_hash(gradient)) == 16


def test_equal_pixels_of_another_original_size_are_not_equal(photo: MakePhoto) -> None:
    image = photo()
    assert fingerprints(image, image.size).pixels == fingerprints(image, image.size).pixels
    assert fingerprints(image, image.size).pixels != fingerprints(image, (999, 999)).pixels
