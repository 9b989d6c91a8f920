"""The later stage that recognises text in pictures and scans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.ocr.descriptor import PP_OCR
from models.ocr.load import EngineName, installed, load_ocr
from pipelines.analysis import Analysis, Failure
from pipelines.ocr import recognise_text, wants_ocr
from pipelines.pool import ReaderPool, ReaderPoolError
from pipelines.readers.base import NOTHING
from pipelines.stages import stage_key
from service.ingest.stages import CannotRun
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
            CannotRun: the file asks for a password.
            ReaderPoolError: no picture could be read again; perhaps later.
        """
        failures: list[Failure] = []

        def close_ups(keys: Sequence[str]) -> Analysis:
            found = self._pool.close_ups(path, keys, name=name)
            if found.failure is not None:
                failures.append(found.failure)
                if not found.units and found.failure.code in {"encrypted", "missing"}:
                    raise _Stopped(found.failure)
            return found

        engine = load_ocr(self._engine, self._threads)
        try:
            found = recognise_text(NOTHING, close_ups, engine, [str(key) for key in targets])
        except _Stopped as stopped:
            raise stopped.error from None
        if failures and not found.units:
            raise ReaderPoolError(failures[0].reason)
        return found


class _Stopped(Exception):
    """No picture of this file can be read now."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        locked = failure.code == "encrypted"
        self.error = CannotRun(failure.reason) if locked else ReaderPoolError(failure.reason)
