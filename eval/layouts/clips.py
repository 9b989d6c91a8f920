"""The layouts of clips whose shots or words are known.

- ``labels.jsonl`` with rows ``{"file": "a.mp4", "tags": [...], "scene_starts_s": [1.2]}``,
- ``transcripts.jsonl`` with rows ``{"file": "a.wav", "transcript": "what is said"}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip, what it shows, and the seconds at which its shots but the first begin."""

    path: Path
    tags: tuple[str, ...]
    starts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound, and what is said in it."""

    path: Path
    transcript: str


def read_clips(data: Path) -> list[Clip]:
    """The clips of a folder; raises EvalError where it has another layout."""
    listing = _listing(
        data, "labels.jsonl", '{"file": ..., "tags": [...], "scene_starts_s": [...]}'
    )
    return [
        Clip(
            _there(data / str(rows.value(row, "file", listing))),
            tuple(str(tag) for tag in row.get("tags", ())),
            # What begins with the clip is no boundary.
            tuple(float(start) for start in row.get("scene_starts_s", ()) if start > 0),
        )
        for row in rows.read(listing)
    ]


def read_recordings(data: Path) -> list[Recording]:
    """The recordings of a folder; raises EvalError where it has another layout."""
    listing = _listing(data, "transcripts.jsonl", '{"file": ..., "transcript": ...}')
    return [
        Recording(
            _there(data / str(rows.value(row, "file", listing))),
            str(rows.value(row, "transcript", listing)),
        )
        for row in rows.read(listing)
    ]


def _listing(data: Path, name: str, shape: str) -> Path:
    listing = rows.folder(data) / name
    if not listing.is_file():
        raise EvalError(f"{data} has no {name}; it needs rows of {shape} beside the files.")
    return listing


def _there(path: Path) -> Path:
    if not path.is_file():
        raise EvalError(f"The file {path} is missing; put it where its row says.")
    return path
