"""Edited copies of some photos, as they pile up wherever pictures are used."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from service.sample.photos import photo_file


def banner() -> bytes:
    """The launch site cut to a wide strip with words on it, for the top of a web page."""
    image = _opened("rocket.jpg").crop((0, 150, 640, 390)).resize((1200, 450))
    strip = Image.new("RGB", (1200, 450), "#0e1730")
    strip.paste(image)
    draw = ImageDraw.Draw(strip)
    draw.text((60, 130), "Off the Ground", fill="white", font=ImageFont.load_default(72))
    draw.text((64, 222), "from 12 April", fill="#f0b45a", font=ImageFont.load_default(38))
    return _encoded(strip, "JPEG", quality=85)


def thumbnail() -> bytes:
    """The coffee cup, small."""
    return _encoded(_opened("coffee.png").resize((300, 200)), "WEBP", quality=70)


def square() -> bytes:
    """The motorcycle cut to a square, for a social network."""
    return _encoded(_opened("motorcycle_left.png").crop((150, 20, 630, 500)), "JPEG", quality=88)


def forwarded() -> bytes:
    """The astronaut as a messenger left her: smaller and compressed without mercy."""
    return _encoded(_opened("astronaut.png").resize((400, 400)), "JPEG", quality=22)


def mirrored() -> bytes:
    """The cat, mirrored so that it looks into the page."""
    flipped = _opened("chelsea.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return _encoded(flipped, "JPEG", quality=90)


EDITS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("Brand/Web/banner-1200.jpg", banner),
    ("Brand/Web/cup-300.webp", thumbnail),
    ("Brand/Web/insta-04.jpg", square),
    ("Brand/Web/newsletter-march.jpg", mirrored),
    ("Press/from-phone.jpg", forwarded),
)


def _opened(source: str) -> Image.Image:
    with Image.open(photo_file(source)) as opened:
        return opened.convert("RGB")


def _encoded(image: Image.Image, format_: str, *, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, quality=quality)
    return buffer.getvalue()
