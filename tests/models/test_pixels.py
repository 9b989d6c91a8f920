from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.pixels import SIDE, fit


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 900),
    height=st.integers(1, 900),
    mode=st.sampled_from(["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16", "I", "F", "YCbCr"]),
)
def test_any_picture_fits(width: int, height: int, mode: str) -> None:
    pixels = fit(Image.new(mode, (width, height)))
    assert pixels.shape == (SIDE, SIDE, 3)
    assert pixels.dtype == np.uint8


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (64, 64), (200, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    pixels = fit(image)
    assert tuple(pixels[130, 200]) == (255, 255, 255)
    assert tuple(pixels[130, 60]) == (0, 0, 255)


def test_sixteen_bits_keep_their_shades() -> None:
    ramp = np.linspace(0, 65535, 256 * 256).reshape(256, 256).astype(np.uint16)
    pixels = fit(Image.fromarray(ramp))
    assert pixels[10].mean() < 20
    assert pixels[130].mean() == pytest.approx(128, abs=5)
    assert pixels[250].mean() > 235


def test_a_large_picture_keeps_its_layout() -> None:
    image = Image.new("RGB", (4000, 3000), "black")
    image.paste("red", (0, 0, 2000, 1500))
    pixels = fit(image)
    assert tuple(pixels[60, 60]) == (255, 0, 0)
    assert tuple(pixels[200, 200]) == (0, 0, 0)
    assert tuple(pixels[60, 200]) == (0, 0, 0)
