"""The later stage that makes copies for browsers of what they do not play themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.analysis import Analysis
from pipelines.stages import stage_key
from pipelines.video.proxy import sound_plays
from service.media.outcome import finished
from service.media.pool import MediaPool


class ProxyStage:
    """Implements ``LaterStage``."""

    name = "proxy"
    enabled = True
    key = stage_key("", "proxy")

    def __init__(self, pool: MediaPool) -> None:
        self._pool = pool

    def targets(self, analysis: Analysis) -> list[str]:
        """Sounds that browsers do not play, and all videos: of these more has to be known."""
        codecs = {each.name: str(each.value) for each in analysis.values}
        if analysis.kind == "video":
            return ["copy"] if "video_codec" in codecs else []
        heard = codecs.get("audio_codec")
        plays = heard is None or sound_plays(analysis.media_type, heard)
        return [] if plays or analysis.kind != "audio" else ["copy"]

    def run(
        self,
        path: Path,
        name: str,
        targets: Sequence[Any],  # noqa: ARG002 - it is always the whole file
    ) -> Analysis:
        """A copy, or nothing where none is needed.

        Raises:
            ReaderPoolError: the file is not there, or Magpie is closing; perhaps later.
        """
        return finished(self._pool.get().work(path, "proxy", name=name))
