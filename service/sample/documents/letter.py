"""A typewritten letter that went through an office scanner: a PDF that is a picture only."""

from __future__ import annotations

import io
import time
from typing import Any

import numpy as np
from PIL import Image

from service.sample.documents.paper import MUSEUM, MUSEUM_ADDRESS, PAGE_HEIGHT, drawn

_DPI = 150
_TILT_DEGREES = 0.7
_SCANNED_AT = time.struct_time((2025, 1, 24, 9, 42, 0, 4, 24, 0))
_PAPER = np.array((250, 247, 238), dtype=np.float32)
_INK = np.array((38, 36, 44), dtype=np.float32)
_LINES = (
    "Desmond Hale",
    "Rose Cottage, Mill Lane",
    "Kilkenny",
    "",
    "20 January 2025",
    "",
    "",
    "The Keeper of Transport",
    MUSEUM,
    *MUSEUM_ADDRESS,
    "",
    "",
    "Dear Sir or Madam,",
    "",
    "For thirty-one years a red motorcycle has stood in my garage. I",
    "bought it new in 1982, rode it to Istanbul and back in the summer",
    "of 1986, and have not had the heart to sell it since my knees gave",
    "up. It starts at the second kick.",
    "",
    "I should like to offer it to your museum as a gift, together with",
    "the tool roll, both panniers and the diary of the journey. I ask",
    "for nothing but that it be shown now and then, and that children",
    "be allowed to hear the engine once a year.",
    "",
    "Your photographer came by last week and was kind enough to say that",
    "it is the cleanest garage he has worked in. I enclose the",
    "registration papers. Please let me know whether you would like to",
    "have it before the end of May, when the house is to be sold.",
    "",
    "Yours faithfully,",
)


def scanned_letter() -> bytes:
    """The offer of a gift, as a PDF of one scanned page without a text layer."""
    scan = _scanned(_rendered(drawn([_typed], title="", author="")))
    buffer = io.BytesIO()
    scan.save(
        buffer,
        "PDF",
        resolution=_DPI,
        quality=72,
        title="Scan 2025-01-24",
        creator="Office scanner",
        creationDate=_SCANNED_AT,
        modDate=_SCANNED_AT,
    )
    return buffer.getvalue()


def _typed(canvas: Any) -> None:
    canvas.setFont("Courier-Bold", 11)
    y = PAGE_HEIGHT - 96
    for line in _LINES:
        canvas.drawString(76, y, line)
        y -= 17
    canvas.setLineWidth(1.3)
    canvas.setLineCap(1)
    path = canvas.beginPath()
    path.moveTo(80, y - 26)
    for curve in (
        (84, y + 16, 96, y + 12, 92, y - 18),
        (90, y - 36, 104, y - 8, 112, y - 14),
        (118, y - 20, 116, y - 26, 124, y - 14),
        (134, y + 2, 132, y - 34, 144, y - 16),
        (152, y + 22, 150, y - 44, 160, y - 14),
        (168, y + 8, 170, y - 26, 214, y - 6),
    ):
        path.curveTo(*curve)
    canvas.drawPath(path, stroke=1, fill=0)


def _rendered(pdf: bytes) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[0].render(scale=_DPI / 72, grayscale=True).to_pil()
    finally:
        document.close()
    return image.convert("L")


def _scanned(page: Image.Image) -> Image.Image:
    """Tilt the page, give it the colour of old paper, and add a scanner's noise and shadow."""
    tilted = page.rotate(_TILT_DEGREES, Image.Resampling.BICUBIC, fillcolor=255)
    coverage = 1.0 - np.asarray(tilted, dtype=np.float32)[..., None] / 255.0
    height, width = coverage.shape[:2]
    random = np.random.default_rng(1982)
    # Typewriter ribbons ink unevenly: vary the darkness over patches of some letters.
    patches = random.uniform(0.72, 1.0, (height // 12 + 1, width // 12 + 1)).astype(np.float32)
    ribbon = np.kron(patches, np.ones((12, 12), np.float32))[:height, :width, None]
    colours = _PAPER + (_INK - _PAPER) * coverage * ribbon
    shadow = 1.0 - 0.10 * np.exp(-np.arange(width, dtype=np.float32) / 45.0)[None, :, None]
    noise = random.normal(0.0, 4.0, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(colours * shadow + noise, 0, 255).astype(np.uint8), "RGB")
