"""What is said in a video or sound: units of kind ``transcript`` with their seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from models.speech.whisper import RATE, Spoken, transcribe
from pipelines.analysis import Analysis, Unit
from pipelines.readers.base import InputFile
from pipelines.video.clock import clock
from pipelines.video.container import Bounded, open_media
from pipelines.video.sound import pieces

_MOST_READ = 64 * 1024**3
_SHARE_OF_TIME = 0.9
_MOST_WORDS = 60
_MOST_S = 30.0
_PAUSE_S = 2.0
_IN_PART = "Only the first {} could be listened to in the time allowed."


def read_speech(file: InputFile, *, model: str, threads: int) -> Iterator[Analysis]:
    """Yield parts with passages of what is said, as they are heard; none where nothing is.

    Units do not say yet by which model, of which only the folder is known here.

    Args:
        file: a video or sound.
        model: folder of the speech model.
        threads: cores that it may use.

    Raises:
        Unreadable: the file cannot be opened.
    """
    number = 0
    with file.path.open("rb") as stream:
        source = Bounded(stream, file.limits.wall_s * _SHARE_OF_TIME, _MOST_READ)
        with closing(open_media(source)) as container:
            if not container.streams.audio:
                return
            heard_s = 0.0
            for piece in pieces(container, container.streams.audio[0], source, RATE):
                spoken = transcribe(piece.samples, Path(model), threads)
                for passage in _passages(spoken):
                    yield Analysis(
                        "other", file.media_type, units=(_unit(passage, number, piece.start_s),)
                    )
                    number += 1
                heard_s = piece.start_s + len(piece.samples) / RATE
            if source.is_over():
                said = _IN_PART.format(clock(heard_s))
                yield Analysis("other", file.media_type, warnings=(said,))


def _passages(spoken: Iterable[Spoken]) -> Iterator[list[Spoken]]:
    """Neighbouring sentences together: up to half a minute, up to a pause."""
    passage: list[Spoken] = []
    for each in spoken:
        words = sum(len(one.text.split()) for one in (*passage, each))
        if passage and (
            words > _MOST_WORDS
            or each.end_s - passage[0].start_s > _MOST_S
            or each.start_s - passage[-1].end_s > _PAUSE_S
        ):
            yield passage
            passage = []
        passage.append(each)
    if passage:
        yield passage


def _unit(passage: list[Spoken], number: int, offset_s: float) -> Unit:
    letters = sum(len(each.text) for each in passage)
    return Unit(
        key=f"speech:{number}",
        kind="transcript",
        text=" ".join(each.text for each in passage),
        start_s=round(offset_s + passage[0].start_s, 2),
        end_s=round(offset_s + passage[-1].end_s, 2),
        confidence=round(sum(each.confidence * len(each.text) for each in passage) / letters, 4),
    )
