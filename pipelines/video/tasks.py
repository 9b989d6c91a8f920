"""What a reader process can do with a video or sound besides reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pipelines.analysis import Analysis
from pipelines.reader_protocol import Request
from pipelines.readers.base import InputFile

Look = Callable[[InputFile], Iterator[Analysis]]


def look_for(request: Request) -> Look | None:
    """What does the task of a request; None where the file is to be read."""
    match request.task:
        case "scenes":
            from pipelines.video.scenes import read_scenes

            return read_scenes
        case "speech":
            from pipelines.video.speech import read_speech

            return partial(read_speech, model=request.model, threads=request.threads)
        case "proxy":
            from pipelines.video.proxy import make_proxy

            return make_proxy
        case "video_print":
            from pipelines.duplicates.video_task import read_video_print

            return read_video_print
        case _:
            return None
