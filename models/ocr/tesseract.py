"""Tesseract by its command line: one process a picture, limited in time and memory."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from models.errors import ModelError
from models.ocr.base import Line, Pixels

_MISSING = (
    "Tesseract is not installed: install the program `tesseract`, or set MAGPIE_OCR=rapidocr "
    "or MAGPIE_OCR=off."
)
_SECONDS = 60.0
_MEMORY_BYTES = 2 * 1024**3
_LEAST_CONFIDENCE = 0.3
_LEAST_SIDE = 16
_GOOD_SIDE = 2_400
_MOST_ENLARGED = 2.0


class TesseractError(ModelError):
    """Tesseract failed on a picture; the message says how."""


class _Word(NamedTuple):
    """A word of Tesseract's table; its box in pixels."""

    line: tuple[str, ...]
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    text: str


class TesseractEngine:
    """Reads text with the installed Tesseract (Smith 2007) and its languages, on one core.

    Args:
        languages: as ``tesseract --list-langs`` names them, joined by ``+``.
        seconds: time that one picture may take.

    Raises:
        ModelError: the program or one of the languages is not installed.
    """

    def __init__(self, languages: str = "eng", seconds: float = _SECONDS) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise ModelError(_MISSING)
        self._program = program
        self._seconds = seconds
        self._languages = languages
        installed = self._run("--list-langs").splitlines()[1:]
        if absent := [each for each in languages.split("+") if each not in installed]:
            raise ModelError(
                f"Tesseract has no data for {', '.join(absent)}: install them, or choose among "
                f"{', '.join(each for each in installed if each != 'osd')}."
            )
        # Mode 1 finds which way a page lies, with the data `osd`; mode 3 takes it as upright.
        self._mode = "1" if "osd" in installed else "3"
        self.name = f"{self._run('--version').splitlines()[0]} {languages}"

    def recognise(self, pixels: Pixels) -> tuple[Line, ...]:
        """See ``OcrEngine.recognise``.

        Raises:
            TesseractError: it took too long, or ended without an answer.
        """
        if min(pixels.shape[:2]) < _LEAST_SIDE:
            return ()
        pixels = _enlarged(pixels)
        height, width = pixels.shape[:2]
        picture = b"P6 %d %d 255\n" % (width, height) + pixels.tobytes()
        table = self._run("-", "-", "-l", self._languages, "--psm", self._mode, "tsv", give=picture)
        lines = [list(words) for _, words in groupby(_words(table), key=lambda word: word.line)]
        direction = Counter(map(_direction, lines)).most_common(1)
        return tuple(_line(words, direction[0][0], width, height) for words in lines)

    def _run(self, *arguments: str, give: bytes = b"") -> str:
        process = subprocess.Popen(
            [self._program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Its threads spin while they wait: two take ten times as long on a busy machine.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
        _limit_memory(process.pid)
        try:
            out, _ = process.communicate(give, timeout=self._seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise TesseractError(
                f"Tesseract took longer than {self._seconds:g} seconds for a picture; upload a "
                "smaller copy, or set MAGPIE_OCR=rapidocr."
            ) from None
        if process.returncode != 0:
            raise TesseractError(
                f"Tesseract failed on a picture (exit code {process.returncode}); try "
                "MAGPIE_OCR=rapidocr."
            )
        return out.decode("utf-8", "replace")


def _enlarged(pixels: Pixels) -> Pixels:
    """Small print made larger: Tesseract expects 300 dots to the inch."""
    factor = min(_MOST_ENLARGED, _GOOD_SIDE / max(pixels.shape[:2]))
    if factor <= 1:
        return pixels
    from PIL import Image

    size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
    large = Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(large, dtype=np.uint8)


def _limit_memory(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))


def _words(table: str) -> list[_Word]:
    """Words of Tesseract's table (TSV, level 5), those that it doubts left out."""
    found = []
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text, confidence = (row["text"] or "").strip(), float(row["conf"]) / 100
        if row["level"] != "5" or not text or confidence < _LEAST_CONFIDENCE:
            continue
        left, top = int(row["left"]), int(row["top"])
        found.append(
            _Word(
                line=(row["block_num"], row["par_num"], row["line_num"]),
                left=left,
                top=top,
                right=left + int(row["width"]),
                bottom=top + int(row["height"]),
                confidence=min(confidence, 1.0),
                text=text,
            )
        )
    return found


def _direction(words: Sequence[_Word]) -> int:
    """By how many quarter turns, clockwise, a line is turned: from its first to its last word."""
    across = words[-1].left + words[-1].right - words[0].left - words[0].right
    down = words[-1].top + words[-1].bottom - words[0].top - words[0].bottom
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 2
    return 1 if down > 0 else 3


def _line(words: Sequence[_Word], quarters: int, width: int, height: int) -> Line:
    left, right = min(word.left for word in words), max(word.right for word in words)
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    around = [(left, top), (right, top), (right, bottom), (left, bottom)]
    inside = [(min(x / width, 1.0), min(y / height, 1.0)) for x, y in around]
    first, second, third, fourth = inside[quarters:] + inside[:quarters]
    letters = sum(len(word.text) for word in words)
    return Line(
        text=" ".join(word.text for word in words),
        corners=(first, second, third, fourth),
        confidence=sum(word.confidence * len(word.text) for word in words) / letters,
    )
