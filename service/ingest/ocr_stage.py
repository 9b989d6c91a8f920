"""The later stage that recognises text in pictures and scans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.ocr.descriptor import PP_OCR
from models.ocr.load import EngineName, installed, load_ocr
from pipelines.analysis import Analysis
from pipelines.ocr import recognise_text, wants_ocr
from pipelines.pool import ReaderPool
from pipelines.stages import stage_key
from service.settings import Settings


class OcrStage:
    """Implements ``LaterStage``; its engine is loaded with the first picture."""

    name = "ocr"

    def __init__(self, settings: Settings, pool: ReaderPool) -> None:
        self._pool = pool
        self._threads = settings.encoder_threads
        self._engine: EngineName = "tesseract" if settings.ocr == "tesseract" else "rapidocr"
        self.enabled = settings.ocr == "tesseract" or (settings.ocr == "rapidocr" and installed())
        self.key = (
            stage_key("", "ocr", PP_OCR)
            if self._engine == "rapidocr"
            else stage_key("", "ocr", settings={"engine": self._engine})
        )

    def targets(self, analysis: Analysis) -> list[str]:
        """Keys of the units whose pictures look like text."""
        return list(wants_ocr(analysis))

    def run(self, path: Path, name: str, targets: Sequence[Any]) -> Analysis:
        """The text in these pictures, as passages.

        Raises:
            ModelError: the engine is not installed.
        """
        return recognise_text(
            Analysis(kind="other", media_type="application/octet-stream"),
            lambda keys: self._pool.close_ups(path, keys, name=name),
            load_ocr(self._engine, self._threads),
            [str(key) for key in targets],
        )
