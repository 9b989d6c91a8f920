"""The print of a video as a task of the reader processes, and as bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from pipelines.analysis import Analysis, Box, DerivedFile
from pipelines.duplicates.video_prints import VideoPrint, video_print
from pipelines.readers.base import InputFile

MEDIA_TYPE = "application/x-magpie-video-print"


def read_video_print(file: InputFile) -> Iterator[Analysis]:
    """Yield a part with the print; none where the file holds no moving pictures.

    Raises:
        Unreadable: the file cannot be opened, or its frames are too large.
    """
    found = video_print(file)
    if found is not None:
        made = DerivedFile("print", MEDIA_TYPE, to_bytes(found))
        yield Analysis(kind="video", media_type=file.media_type, files=(made,))


def to_bytes(found: VideoPrint) -> bytes:
    """A print as bytes, 9 for each frame."""
    box = found.picture
    buffer = io.BytesIO()
    np.savez(
        buffer,
        rate=np.float64(found.rate),
        hashes=found.hashes,
        shown=found.shown,
        picture=np.array([box.left, box.top, box.right, box.bottom]),
        complete=np.bool_(found.complete),
    )
    return buffer.getvalue()


def from_bytes(data: bytes) -> VideoPrint:
    """Undo ``to_bytes``.

    Raises:
        ValueError, KeyError: the bytes were cut or are something else.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return VideoPrint(
            rate=float(stored["rate"]),
            hashes=stored["hashes"],
            shown=stored["shown"],
            picture=Box(*stored["picture"].tolist()),
            complete=bool(stored["complete"]),
        )
