"""What an OCR engine is to the rest of Magpie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture: shape (h, w, 3), uint8, RGB."""

Corner = tuple[float, float]
"""Left to right and top to bottom, as fractions of the picture's width and height."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a piece of one where wide gaps cut it.

    Attributes:
        text: what it says; never empty.
        corners: around the text, clockwise as a person reads it: from where its first letter
            begins at the top. In a picture that lies on its side the first is therefore not
            the one that is top left in the picture.
        confidence: between 0 and 1, the mean over its characters.
    """

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    confidence: float


class OcrEngine(Protocol):
    """Reads the text in pictures. Thread safe; one picture at a time."""

    name: str
    """The engine and what decides its results, such as ``pp-ocrv6-small 3.10.0``."""

    def recognise(self, pixels: Pixels) -> tuple[Line, ...]:
        """Lines in no particular order; none where there is no text.

        Args:
            pixels: of any size from 1 x 1, turned by any multiple of 90 degrees and a little
                askew.
        """
