"""A first guess at the relevance of a visual model that nobody has fitted yet.

What a cosine means differs from model to model. Photos that packages carry and captions that
do not belong to them show where a model's chance level lies and how wide it is; our own
model's fitted curves, measured in those units, are taken over. It is a guess and says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.alignment.labels import class_names
from models.calibration import calibration
from models.errors import ModelError
from models.pixels import DEFAULT_FIT, fit
from models.visual import OnnxVisualEncoder

if TYPE_CHECKING:
    from PIL.Image import Image

_PHOTOS = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "coins.png",
    "gravel.png",
    "grass.png",
    "horse.png",
    "ihc.png",
    "moon.png",
    "page.png",
    "rocket.jpg",
    "text.png",
)
"""In scikit-image's ``data``: free photos, of which hardly two show the same."""

_EVERY = 20
_NARROWEST = 1e-6


def estimate(encoder: OnnxVisualEncoder, ours: OnnxVisualEncoder, path: Path) -> None:
    """Write a calibration file for a model, by comparison with our own.

    Args:
        encoder: the new model.
        ours: the model with fitted curves.
        path: of the JSON file.
    """
    fitted = calibration(ours.descriptor)
    there, here = _chance(encoder), _chance(ours)
    # Cosines of words and pictures stay far below one: the unit is the spread.
    slope, middle = _moved(
        fitted.slope, fitted.middle, (here.mean, here.spread), (there.mean, there.spread)
    )
    # Those of equal pictures are one: the unit is the way from chance to one.
    look_slope, look_middle = _moved(
        fitted.look_slope,
        fitted.look_middle,
        (here.look_mean, 1.0 - here.look_mean),
        (there.look_mean, max(1.0 - there.look_mean, _NARROWEST)),
    )
    record = {
        "slope": round(slope, 3),
        "middle": round(middle, 4),
        "prior": fitted.prior,
        "look_slope": round(look_slope, 3),
        "look_middle": round(look_middle, 4),
        "fitted": False,
    }
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


class _Chance(NamedTuple):
    """Cosines by chance: mean and spread over photo and caption, mean over photo and photo."""

    mean: float
    spread: float
    look_mean: float


def _moved(
    slope: float, middle: float, here: tuple[float, float], there: tuple[float, float]
) -> tuple[float, float]:
    """A logistic curve, carried from one origin and unit to another."""
    scale = there[1] / here[1]
    return slope / scale, there[0] + (middle - here[0]) * scale


def _chance(encoder: OnnxVisualEncoder) -> _Chance:
    how = encoder.descriptor.fit or DEFAULT_FIT
    vectors = encoder.encode_pixels([fit(photo, how) for photo in _photos()])
    captions = [f"a photo of a {names[0]}" for names in class_names()[::_EVERY]]
    crossed = vectors.visual @ encoder.encode_query(captions).T
    alike = vectors.look @ vectors.look.T
    pairs = alike[np.triu_indices(len(alike), 1)]
    return _Chance(
        float(crossed.mean()), max(float(crossed.std()), _NARROWEST), float(pairs.mean())
    )


def _photos() -> Iterator[Image]:
    from PIL import Image

    try:
        import skimage
    except ImportError as error:
        raise ModelError(
            "Adding a visual model needs the extra `torch` with scikit-image's photos: pip install "
            "'magpie-content[torch]'."
        ) from error
    for name in _PHOTOS:
        path = Path(skimage.__file__).parent / "data" / name
        if path.is_file():
            with Image.open(path) as photo:
                yield photo.convert("RGB")
