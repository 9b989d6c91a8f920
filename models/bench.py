"""How fast a model is on this machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.descriptor import ModelDescriptor
from models.load import load_text, load_visual
from models.ocr.load import load_ocr
from models.pixels import DEFAULT_FIT

_TEXTS = 64
_PICTURES = 16
_QUERIES = 15
_QUERY = "a red bicycle in front of a bakery"
_PASSAGE = "Either party may end this agreement with thirty days' notice in writing. " * 3
_PAGE = (1000, 700)


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured; None where a model does no such thing.

    Attributes:
        texts_per_s: passages of about 45 tokens, in bulk.
        images_per_s: pictures that are ready for the network, in bulk; pages for OCR.
        query_ms: one question at a time, the median.
    """

    texts_per_s: float | None = None
    images_per_s: float | None = None
    query_ms: float | None = None


def measure(descriptor: ModelDescriptor, threads: int = 0, folders: Sequence[Path] = ()) -> Speed:
    """Load a model and time it, a few seconds long.

    Args:
        descriptor: of the model.
        threads: cores that one batch may use; 0 means all.
        folders: where models of the owner stand.

    Raises:
        ModelError, WeightsError: it cannot be loaded.
    """
    if descriptor.task == "text":
        text = load_text(descriptor.name, threads, folders)
        texts = [f"{number} {_PASSAGE}" for number in range(_TEXTS)]
        return Speed(
            texts_per_s=_rate(lambda: text.encode(texts), _TEXTS),
            query_ms=_median_ms(lambda: text.encode_query([_QUERY])),
        )
    random = np.random.default_rng(0)
    if descriptor.task == "visual":
        visual = load_visual(descriptor.name, threads, folders)
        side = (descriptor.fit or DEFAULT_FIT).side
        shape = (_PICTURES, side, side, 3)
        pixels = list(random.integers(0, 256, shape, dtype=np.uint8))
        return Speed(
            images_per_s=_rate(lambda: visual.encode_pixels(pixels), _PICTURES),
            query_ms=_median_ms(lambda: visual.encode_query([_QUERY])),
        )
    page = _page()
    engine = load_ocr(threads=threads)
    return Speed(images_per_s=_rate(lambda: engine.recognise(page), 1))


def _rate(work: Callable[[], object], items: int) -> float:
    work()
    started = time.perf_counter()
    work()
    return items / (time.perf_counter() - started)


def _median_ms(work: Callable[[], object]) -> float:
    def once() -> float:
        started = time.perf_counter()
        work()
        return (time.perf_counter() - started) * 1000

    once()
    return statistics.median(once() for _ in range(_QUERIES))


def _page() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A white page with ten lines of print."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(page)
    for line in range(10):
        draw.text((40, 40 + 60 * line), _PASSAGE[:70], fill="black", font_size=28)
    return np.asarray(page)
