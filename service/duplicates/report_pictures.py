"""Pictures of a report as data URIs: small ones, and where two of them differ."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

SIDE = 320
"""Longest side in pixels."""

_QUALITY = 72
_LEAST = 28
_RED = np.array([214, 40, 40], np.float32)
_BLUE = np.array([60, 120, 200], np.float32)


def small(data: bytes) -> Image.Image:
    """A small copy of one of Magpie's own thumbnails; raises OSError where it is damaged."""
    image = Image.open(BytesIO(data)).convert("RGB")
    image.thumbnail((SIDE, SIDE))
    return image


def data_uri(image: Image.Image) -> str:
    """A picture as an address that carries it."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def difference(
    kept: Image.Image, other: Image.Image, evidence: Mapping[str, Any], *, kept_is_first: bool
) -> Image.Image | None:
    """The kept picture in grey, in red what the other shows differently, in blue what it lacks.

    Args:
        kept, other: small copies.
        evidence: ``pipelines.duplicates.verify.ImageEvidence`` as JSON.
        kept_is_first: whether the map leads from the kept picture to the other.

    Returns:
        None where the evidence holds no map.
    """
    across = _map(evidence, kept_is_first=kept_is_first)
    if across is None:
        return None
    pixels = np.diag([*other.size, 1.0]) @ across @ np.diag([1 / kept.width, 1 / kept.height, 1.0])
    coefficients = tuple(pixels[:2].ravel().tolist())
    how = (kept.size, Image.Transform.AFFINE, coefficients)
    laid = other.transform(*how, resample=Image.Resampling.BILINEAR)
    covered = Image.new("L", other.size, 255).transform(*how)
    blur = ImageFilter.GaussianBlur(1.5)
    grey = ImageChops.difference(
        kept.convert("L").filter(blur), _toned(laid, kept, covered).filter(blur)
    )
    shown = np.asarray(covered, np.float32)[..., None] / 255
    strength = np.clip((np.asarray(grey, np.float32) - _LEAST) / 60, 0, 1)[..., None] * shown
    base = 96 + np.asarray(kept.convert("L"), np.float32)[..., None].repeat(3, axis=2) * 0.6
    marked = base * (1 - strength) + _RED * strength
    marked = np.where(shown > 0.5, marked, base * 0.45 + _BLUE * 0.55)
    return Image.fromarray(np.clip(marked, 0, 255).astype(np.uint8))


def _toned(laid: Image.Image, kept: Image.Image, covered: Image.Image) -> Image.Image:
    """The other picture in grey with the brightness and contrast of the kept one."""
    inside = np.asarray(covered) > 128
    if not inside.any():
        return laid.convert("L")
    values = np.asarray(laid.convert("L"), np.float32)
    wanted = np.asarray(kept.convert("L"), np.float32)[inside]
    gain = float(wanted.std() / max(values[inside].std(), 1.0))
    toned = (values - values[inside].mean()) * min(max(gain, 0.5), 2.0) + wanted.mean()
    return Image.fromarray(np.clip(toned, 0, 255).astype(np.uint8))


def _map(evidence: Mapping[str, Any], *, kept_is_first: bool) -> NDArray[np.float64] | None:
    """From the kept picture to the other, both from 0 to 1 across and down: shape (3, 3)."""
    if not evidence.get("map"):
        return None
    across = np.vstack([np.array(evidence["map"], np.float64), [0, 0, 1]])
    if evidence.get("mirrored"):
        across = across @ np.array([[-1.0, 0, 1], [0, 1, 0], [0, 0, 1]])
    if kept_is_first:
        return across
    try:
        back: NDArray[np.float64] = np.linalg.inv(across)
    except np.linalg.LinAlgError:
        return None
    return back
