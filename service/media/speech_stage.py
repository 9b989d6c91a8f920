"""The later stage that writes down what is said in videos and sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.speech.descriptor import WHISPER_TINY
from models.speech.load import PACKAGED, installed, model_folder, model_name
from pipelines.analysis import Analysis
from pipelines.stages import stage_key
from service.media.outcome import finished
from service.media.pool import MediaPool
from service.settings import Settings


class SpeechStage:
    """Implements ``LaterStage``; its model is loaded with the first sound."""

    name = "speech"

    def __init__(self, settings: Settings, pool: MediaPool) -> None:
        self._pool = pool
        self._model = settings.speech
        self._threads = settings.encoder_threads
        self.enabled = settings.speech != "off" and installed()
        self.key = (
            stage_key("", "speech", WHISPER_TINY)
            if settings.speech == PACKAGED
            else stage_key("", "speech", settings={"model": model_name(settings.speech)})
        )

    def targets(self, analysis: Analysis) -> list[str]:
        """The sound of what has some."""
        return ["sound"] if any(each.name == "audio_codec" for each in analysis.values) else []

    def run(
        self,
        path: Path,
        name: str,
        targets: Sequence[Any],  # noqa: ARG002 - it is always the whole sound
    ) -> Analysis:
        """What is said, as passages with their seconds; nothing where nobody speaks.

        Raises:
            ModelError: the model is not there and cannot be fetched.
            ReaderPoolError: the file is not there, or Magpie is closing; perhaps later.
        """
        folder = model_folder(self._model)
        found = finished(
            self._pool.get().work(
                path, "speech", name=name, model=str(folder), threads=self._threads
            )
        )
        heard_by = model_name(self._model)
        return replace(
            found, units=tuple(replace(unit, source_model=heard_by) for unit in found.units)
        )
