"""Loads OCR engines by name: each once, whoever asks."""

from __future__ import annotations

import importlib.util
import threading
from typing import Literal

from models.errors import ModelError
from models.ocr.base import OcrEngine
from models.ocr.descriptor import PP_OCR

EngineName = Literal["rapidocr", "tesseract"]

_NEEDED = ("rapidocr", "cv2")

_lock = threading.Lock()
_engines: dict[tuple[str, int], OcrEngine] = {}


def load_ocr(name: EngineName = "rapidocr", threads: int = 0) -> OcrEngine:
    """The OCR engine of that name.

    Files are verified at once, networks are loaded with the first picture; memory comes back
    with ``models.runtime.unload_idle``.

    Args:
        name: ``rapidocr`` for the networks of that package, ``tesseract`` for the program.
        threads: cores that the networks may use; 0 means all.

    Raises:
        ModelError: what the engine needs is not installed.
        WeightsError: a file of its model is missing or changed.
    """
    with _lock:
        if (name, threads) not in _engines:
            _engines[name, threads] = _make(name, threads)
        return _engines[name, threads]


def installed() -> bool:
    """Whether the packages of the extra ``ocr`` are there."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def _make(name: EngineName, threads: int) -> OcrEngine:
    if name == "tesseract":
        from models.ocr.tesseract import TesseractEngine

        return TesseractEngine()
    if not installed():
        raise ModelError(
            "OCR needs the extra `ocr`: pip install 'magpie-content[ocr]', or set "
            "MAGPIE_OCR=tesseract or MAGPIE_OCR=off."
        )
    from models.ocr.ppocr import PpOcrEngine

    return PpOcrEngine(PP_OCR, threads)
