"""What a reader is: a file in, parts of its analysis out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pipelines.analysis import Analysis, Failure
from pipelines.limits import Limits

NOTHING = Analysis(kind="other", media_type="application/octet-stream")
"""The analysis of a file of which nothing is known."""

CORRUPT = Failure("corrupt", "The file is damaged and cannot be read; upload a sound copy.")
OUT_OF_MEMORY = Failure(
    "out_of_memory",
    "Reading the file needs more memory than is allowed; raise the limit or upload a smaller copy.",
)
TIMED_OUT = Failure(
    "timed_out",
    "Reading the file took longer than is allowed; raise the limit or upload a smaller copy.",
)
CRASHED = Failure(
    "crashed",
    "The file made its reader crash, most likely because it is damaged; upload a sound copy.",
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be read.

    Attributes:
        path: where its bytes are.
        name: the name that people know it by.
        media_type: what its content is, as ``pipelines.sniff`` found.
        password: opens it where it is encrypted.
        limits: what reading it may cost.
        depth: how many files it is inside of; 0 for a file of its own.
    """

    path: Path
    name: str
    media_type: str
    password: str | None = None
    limits: Limits = field(default_factory=Limits)
    depth: int = 0


class Reader(Protocol):
    """A module that reads a family of formats."""

    MEDIA_TYPES: frozenset[str]
    """Media types that it reads; ``text/*`` stands for all of ``text`` without a reader."""

    @staticmethod
    def read(file: InputFile) -> Iterator[Analysis]:
        """Yield what is found, part after part, so that a later failure loses no page.

        A reader raises ``Unreadable`` with a reason where it knows one; any other
        exception is taken as a damaged file.
        """


class Unreadable(Exception):
    """A file cannot be read (further); carries the failure that people see."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(code=code, reason=reason)


def join(parts: Iterable[Analysis], start: Analysis) -> Analysis:
    """Join parts of one file's analysis in their order.

    Units, values, files and warnings add up; of scalars and failure the last one given counts,
    of previews the first.
    """
    values, units, warnings = list(start.values), list(start.units), list(start.warnings)
    files = list(start.files)
    whole = start
    for part in parts:
        values += part.values
        units += part.units
        files += part.files
        warnings += (text for text in part.warnings if text not in warnings)
        whole = replace(
            whole,
            kind=part.kind,
            media_type=part.media_type,
            width=_last(part.width, whole.width),
            height=_last(part.height, whole.height),
            pages=_last(part.pages, whole.pages),
            duration_s=part.duration_s if part.duration_s is not None else whole.duration_s,
            preview=whole.preview or part.preview,
            failure=part.failure or whole.failure,
            structure=part.structure or whole.structure,
        )
    return replace(
        whole,
        values=tuple(values),
        units=tuple(units),
        warnings=tuple(warnings),
        files=tuple(files),
    )


def _last(new: int | None, old: int | None) -> int | None:
    return old if new is None else new
