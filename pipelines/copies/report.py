"""The report of a scan as a file: JSON that programs and people read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.copies.find import Found
from pipelines.copies.groups import Alike, AlikeGroup, Copy, Group

_FORMAT = "magpie-copies-1"


class InvalidReport(ValueError):
    """A file is not the report of a scan."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a scan found, and of what.

    Attributes:
        roots: absolute folders that were scanned.
        protected: absolute folders from which nothing may go.
        files, size: how many files were looked at, and their bytes.
        groups: files of the same bytes, those that free most first.
        maybe: bytes of files that were not compared wholly yet.
        complete: whether the scan came to its end.
        problems: what could not be read, a sentence each.
        made_at: ISO 8601, UTC.
        alike: pictures that show the same without being the same bytes.
    """

    roots: tuple[str, ...]
    protected: tuple[str, ...]
    files: int
    size: int
    groups: tuple[Group, ...]
    maybe: int
    complete: bool
    problems: tuple[str, ...]
    made_at: str
    alike: tuple[AlikeGroup, ...] = ()

    @property
    def frees(self) -> int:
        """Bytes that come free when all goes that may."""
        return sum(group.frees for group in self.groups)

    @classmethod
    def of(
        cls,
        found: Found,
        roots: Sequence[str],
        protected: Sequence[str],
        alike: Sequence[AlikeGroup] = (),
    ) -> Report:
        """The report of what was found."""
        return cls(
            roots=tuple(roots),
            protected=tuple(protected),
            files=found.files,
            size=found.size,
            groups=tuple(sorted(found.groups, key=lambda group: (-group.frees, group.digest))),
            maybe=found.maybe,
            complete=found.complete,
            problems=tuple(found.problems),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            alike=tuple(alike),
        )


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data, with the sums that people look for."""
    return {"format": _FORMAT, "frees": report.frees, **asdict(report)}


def write(report: Report, path: Path) -> None:
    """Write a report; the file appears whole or not at all.

    Raises:
        OSError: it cannot be written there.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    # Names that are no UTF-8 stay apart from others by being escaped.
    partial.write_text(json.dumps(as_json(report), indent=1, ensure_ascii=True), "ascii")
    partial.replace(path)


def read(path: Path) -> Report:
    """Read a report.

    Raises:
        OSError: it cannot be read.
        InvalidReport: it is not one.
    """
    try:
        said = json.loads(path.read_text("utf-8"))
        if said["format"] != _FORMAT:
            raise InvalidReport(f"{path} is not a report that this version of Magpie reads.")
        return Report(
            roots=tuple(map(str, said["roots"])),
            protected=tuple(map(str, said["protected"])),
            files=int(said["files"]),
            size=int(said["size"]),
            groups=tuple(map(_group, said["groups"])),
            maybe=int(said["maybe"]),
            complete=bool(said["complete"]),
            problems=tuple(map(str, said["problems"])),
            made_at=str(said["made_at"]),
            alike=tuple(map(_alike_group, said["alike"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InvalidReport):
            raise
        raise InvalidReport(
            f"{path} is not the report of a scan; make one with `magpie duplicates scan`."
        ) from error


def _group(said: dict[str, Any]) -> Group:
    return Group(
        digest=str(said["digest"]),
        keep=_copy(said["keep"]),
        reason=str(said["reason"]),
        others=tuple(map(_copy, said["others"])),
    )


def _copy(said: dict[str, Any]) -> Copy:
    paths = tuple(map(str, said["paths"]))
    if not paths or not all(path.startswith("/") or path[1:3] == ":\\" for path in paths):
        raise InvalidReport("a path in the report is not absolute")
    return Copy(
        paths=paths,
        size=int(said["size"]),
        modified_ns=int(said["modified_ns"]),
        frees=int(said["frees"]),
        protected=bool(said["protected"]),
    )


def _alike_group(said: dict[str, Any]) -> AlikeGroup:
    return AlikeGroup(_alike(said["first"]), tuple(map(_alike, said["others"])))


def _alike(said: dict[str, Any]) -> Alike:
    return Alike(**{**said, "edits": tuple(map(str, said["edits"]))})
