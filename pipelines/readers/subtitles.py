"""Subtitles (WebVTT, SubRip): the words, with the seconds at which they are spoken."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import NamedTuple

from pipelines.analysis import Analysis, Unit
from pipelines.passages import passages
from pipelines.readers.base import InputFile
from pipelines.text_decoding import decode

MEDIA_TYPES = frozenset({"text/vtt", "application/x-subrip"})

_BYTES_PER_CHARACTER = 4
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMING = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}[^\n]*$", re.M)
_TAG = re.compile(r"<[^>\n]{0,200}>")


class _Cue(NamedTuple):
    start_s: float
    end_s: float
    text: str


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: passages of kind ``transcript`` with their seconds."""
    with file.path.open("rb") as stream:
        text = decode(stream.read(file.limits.text_chars * _BYTES_PER_CHARACTER))[0]
    yield Analysis(
        kind="document", media_type=file.media_type, units=tuple(_units(list(_cues(text))))
    )


def _cues(text: str) -> Iterator[_Cue]:
    timings = list(_TIMING.finditer(text))
    for number, timing in enumerate(timings):
        after = timings[number + 1].start() if number + 1 < len(timings) else len(text)
        # A blank line ends a cue; what follows is a number, a note or a style.
        spoken = text[timing.end() + 1 : after].split("\n\n", maxsplit=1)[0]
        lines = unescape(_TAG.sub("", spoken)).split("\n")
        words = " ".join(filter(None, map(str.strip, lines)))
        if words:
            times = timing.groups()
            yield _Cue(_seconds(times[:4]), _seconds(times[4:]), words)


def _units(cues: list[_Cue]) -> Iterator[Unit]:
    starts: list[int] = []
    length = 0
    for cue in cues:
        starts.append(length)
        length += len(cue.text) + 1
    text = "\n".join(cue.text for cue in cues)
    for unit in passages(text):
        assert unit.char_start is not None and unit.char_end is not None
        first = cues[max(0, bisect_right(starts, unit.char_start) - 1)]
        last = cues[max(0, bisect_right(starts, unit.char_end - 1) - 1)]
        yield replace(unit, kind="transcript", start_s=first.start_s, end_s=last.end_s)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
