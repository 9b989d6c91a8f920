"""The later stage that finds the scenes of videos, and reads what is written in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.errors import ModelError
from models.ocr.descriptor import PP_OCR
from models.ocr.load import EngineName, installed, load_ocr
from pipelines.analysis import Analysis, Unit
from pipelines.ocr import recognise_text
from pipelines.readers.base import NOTHING
from pipelines.stages import stage_key
from pipelines.text_gate import TEXT_SCORE
from pipelines.video.keys import second_of
from service.ingest.stages import CannotRun
from service.media.outcome import finished
from service.media.pool import MediaPool
from service.settings import Settings

_MOST_READ = 40
"""Frames of one video in which text is looked for: two seconds each."""


class SceneStage:
    """Implements ``LaterStage``."""

    name = "scenes"
    enabled = True

    def __init__(self, settings: Settings, pool: MediaPool) -> None:
        self._pool = pool
        self._threads = settings.encoder_threads
        self._engine: EngineName = "tesseract" if settings.ocr == "tesseract" else "rapidocr"
        self._reads = settings.ocr == "tesseract" or (settings.ocr == "rapidocr" and installed())
        self.key = stage_key(
            "",
            "scenes",
            PP_OCR if self._reads and self._engine == "rapidocr" else None,
            {"text": self._engine if self._reads else "off"},
        )

    def targets(self, analysis: Analysis) -> list[str]:
        """The whole of a video of which a frame could be decoded."""
        return ["video"] if analysis.kind == "video" and analysis.units else []

    def run(
        self,
        path: Path,
        name: str,
        targets: Sequence[Any],  # noqa: ARG002 - it is always the whole video
    ) -> Analysis:
        """Its scenes with pictures, the text in them as passages, and a contact sheet.

        Raises:
            CannotRun: no scene can be made out.
            ReaderPoolError: the file is not there, or Magpie is closing; perhaps later.
        """
        found = finished(self._pool.get().work(path, "scenes", name=name))
        if not found.units:
            raise CannotRun(" ".join(found.warnings) or "No frame of the video can be decoded.")
        return self._with_text(path, name, found) if self._reads else found

    def _with_text(self, path: Path, name: str, found: Analysis) -> Analysis:
        scenes = {
            unit.key: unit
            for unit in found.units
            if unit.picture is not None and (unit.picture.text_score or 0) >= TEXT_SCORE
        }
        keys = list(scenes)[:: -(-len(scenes) // _MOST_READ)] if scenes else []
        if not keys:
            return found

        def close_ups(some: Sequence[str]) -> Analysis:
            return self._pool.get().close_ups(path, some, name=name)

        try:
            engine = load_ocr(self._engine, self._threads)
            read = recognise_text(NOTHING, close_ups, engine, keys)
        except ModelError as error:
            said = f"The text in the pictures could not be read: {error}"
            return replace(found, warnings=(*found.warnings, said))
        return replace(found, units=(*found.units, *_timed(read.units, scenes)))


def _timed(passages: Sequence[Unit], scenes: dict[str, Unit]) -> Iterator[Unit]:
    """Passages under keys of this stage, with the seconds of the frame that they stand in."""
    for passage in passages:
        frame, _, number = passage.key.removeprefix("ocr:").rpartition(":")
        scene = scenes[frame]
        yield replace(
            passage, key=f"{frame}:text:{number}", start_s=second_of(frame), end_s=scene.end_s
        )
