"""What a pool and its reader processes say to each other, and how.

Messages are pickles behind their length. The pool trusts no reader process, which may have
been taken over by the file it reads: ``receive_reply`` builds nothing but the dataclasses of
an analysis, arrays and plain values.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from models.pixels import DEFAULT_FIT, Fit
from pipelines.analysis import Analysis
from pipelines.limits import Limits

Task = Literal["read", "scenes", "speech", "proxy", "video_print"]
"""What is to be done with a file: read it, look at the scenes of a video, write down what is
said in it, make a copy of it that browsers play, or take what finds its copies."""

_LENGTH_BYTES = 8
_MOST_BYTES = 512 * 1024 * 1024
_ALLOWED = {
    "pipelines.analysis": {
        "Analysis",
        "Box",
        "DerivedFile",
        "Failure",
        "Fingerprints",
        "Picture",
        "Unit",
        "Value",
    },
    "pipelines.attributes": {"Attributes", "Colour"},
    "pipelines.documents.contracts": {"Signature"},
    "pipelines.documents.pages": {"Piece"},
    "pipelines.documents.structure": {"Structure"},
    "pipelines.documents.tables.pairs": {"Pair"},
    "pipelines.documents.tables.table": {"Table"},
    "pipelines.reader_protocol": {"Reply"},
    "numpy": {"dtype", "ndarray"},
    "numpy._core.numeric": {"_frombuffer"},
    "numpy._core.multiarray": {"_reconstruct"},
}


@dataclass(frozen=True, slots=True)
class Request:
    """Read a file, draw one of its pages, look closer at some of its pictures or at its structure.

    Attributes:
        page: number of the page to draw, from 1; None to read the file.
        keys: of the units whose pictures are wanted as OCR needs them; none to read the file.
        structure: whether tables, places of words and the like are wanted.
        side: longest side of the drawing or pictures in pixels.
        fit: how the visual model takes pictures.
        task: what is wanted of the file where neither a page nor keys are.
        model: folder of the speech model, for ``speech``.
        threads: that it may use.
    """

    path: str
    name: str = ""
    media_type_hint: str | None = None
    password: str | None = None
    page: int | None = None
    keys: frozenset[str] = frozenset()
    structure: bool = False
    side: int = 0
    fit: Fit = DEFAULT_FIT
    limits: Limits = field(default_factory=Limits)
    task: Task = "read"
    model: str = ""
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """``ready`` once after the start; then, for each request, parts and an ``end``."""

    kind: Literal["ready", "part", "end"]
    part: Analysis | None = None


def send(stream: BinaryIO, message: Request | Reply) -> None:
    """Write a message.

    Raises:
        OSError: the other side is gone.
    """
    data = pickle.dumps(message, protocol=5)
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
    stream.write(data)
    stream.flush()


def receive_request(stream: BinaryIO) -> Request | None:
    """The next request of the pool; None when it is gone."""
    data = _receive(stream)
    return None if data is None else pickle.loads(data)  # noqa: S301 - the pool is trusted


def receive_reply(stream: BinaryIO) -> Reply | None:
    """The next reply of a reader process; None when it ended or does not keep to the rules."""
    data = _receive(stream)
    if data is None:
        return None
    try:
        reply = _Unpickler(io.BytesIO(data)).load()
    except Exception:
        return None
    return reply if isinstance(reply, Reply) else None


def _receive(stream: BinaryIO) -> bytes | None:
    try:
        head = stream.read(_LENGTH_BYTES)
        length = int.from_bytes(head, "little")
        if len(head) < _LENGTH_BYTES or length > _MOST_BYTES:
            return None
        data = stream.read(length)
    except (OSError, ValueError):
        return None
    return data if len(data) == length else None


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in _ALLOWED.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into an analysis")
