"""Whisper through faster-whisper: sound in, timed sentences out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

RATE = 16_000
"""Samples a second that Whisper takes."""

_LEAST_CONFIDENCE = 0.37
"""Mean probability of the words below which Whisper's own decoder starts to doubt (e^-1)."""

_SILENT = 0.6
_MOST_REPETITIVE = 2.4
"""How well a text may be compressed; above it goes in circles, as on music (Radford et al.)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence or a part of one, with its seconds and the mean probability of its words."""

    start_s: float
    end_s: float
    text: str
    confidence: float


def transcribe(sound: NDArray[np.float32], folder: Path, threads: int = 1) -> Iterator[Spoken]:
    """What is said in some sound; nothing where a detector of voices hears none.

    Args:
        sound: mono, 16,000 samples a second, -1 to 1: shape (n,).
        folder: of a model for CTranslate2.
        threads: cores to use.
    """
    segments, _ = _model(folder, threads).transcribe(
        sound,
        beam_size=5,
        vad_filter=True,
        # What was misheard once must not go on being misheard.
        condition_on_previous_text=False,
        compression_ratio_threshold=_MOST_REPETITIVE,
        no_speech_threshold=_SILENT,
    )
    for segment in segments:
        confidence = math.exp(min(0.0, segment.avg_logprob))
        text = segment.text.strip()
        if (
            text
            and confidence >= _LEAST_CONFIDENCE
            and segment.no_speech_prob < _SILENT
            and segment.compression_ratio <= _MOST_REPETITIVE
        ):
            yield Spoken(round(segment.start, 2), round(segment.end, 2), text, confidence)


@lru_cache(maxsize=1)
def _model(folder: Path, threads: int) -> WhisperModel:
    from faster_whisper import WhisperModel

    return WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
    )
