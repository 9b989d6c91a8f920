"""Captioned photos to train from, and the views of a photo that training sees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.pixels import fit, opaque

if TYPE_CHECKING:
    from PIL.Image import Image

CAPTIONS = "train_captions.jsonl"
VIEWS = 6
"""The photo, its mirror image and four random crops."""

_SMALLEST_AREA = 0.5
_WIDEST_ASPECT = 1.4


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo and what people said about it."""

    path: Path
    captions: tuple[str, ...]


def read(folder: Path) -> list[Photo]:
    """Photos of a training folder.

    The folder holds ``train_captions.jsonl``, one ``{"file": ..., "captions": [...]}`` a line;
    the files stand in it or in its folder ``train`` or ``images``.

    Raises:
        ModelError: the list, or a photo in it, is missing.
    """
    listing = folder / CAPTIONS
    if not listing.is_file():
        raise ModelError(
            f"{folder} holds no {CAPTIONS}: write one line a photo, "
            '{"file": "name.jpg", "captions": ["what it shows"]}.'
        )
    records = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    return [
        Photo(_find(folder, record["file"]), tuple(record["captions"]))
        for record in records
        if record["captions"]
    ]


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / "train" / name, folder / "images" / name):
        if path.is_file():
            return path
    raise ModelError(f"{name}, listed in {folder / CAPTIONS}, is missing: add it or its line goes.")


def view(path: Path, number: int, seed: int) -> NDArray[np.uint8]:
    """One view of a photo as the network takes it: shape (side, side, 3), uint8.

    Args:
        path: of the photo.
        number: 0 for the photo itself, 1 for its mirror image, more for random crops.
        seed: of the random crop; the same numbers give the same crop.
    """
    from PIL import Image, ImageOps

    with Image.open(path) as opened:
        image = opaque(ImageOps.exif_transpose(opened))
        if number == 1:
            image = ImageOps.mirror(image)
        elif number > 1:
            image = _crop(image, np.random.default_rng((seed, number)))
        return fit(image)


def _crop(image: Image, random: np.random.Generator) -> Image:
    from PIL import ImageOps

    area = random.uniform(_SMALLEST_AREA, 1.0)
    aspect = np.exp(random.uniform(-1, 1) * np.log(_WIDEST_ASPECT))
    width = min(1.0, (area * aspect) ** 0.5)
    height = min(1.0, (area / aspect) ** 0.5)
    left, top = random.uniform(0, 1 - width), random.uniform(0, 1 - height)
    box = (left, top, left + width, top + height)
    scaled = (round(x * size) for x, size in zip(box, (*image.size, *image.size), strict=True))
    x0, y0, x1, y1 = scaled
    cropped = image.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)))
    return ImageOps.mirror(cropped) if random.random() < 0.5 else cropped
