"""The layout of photos and their edits: ``groups.jsonl``, and photos that belong to no group.

A row is ``{"group": ..., "files": {"orig": path, EDIT: path, ...}}``; ``distractors.txt``, where
there is one, lists a path a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

ORIGINAL = "orig"


@dataclass(frozen=True, slots=True)
class EditedPhotos:
    """Photos with edits.

    Attributes:
        groups: by photo the files of its edits by name, the original as ``orig``.
        distractors: other photos, without edits.
    """

    groups: Mapping[str, Mapping[str, Path]]
    distractors: tuple[Path, ...]


def read(data: Path) -> EditedPhotos:
    """Read a folder of this layout.

    Raises:
        EvalError: it has another layout.
    """
    path = rows.folder(data) / "groups.jsonl"
    if not path.is_file():
        raise EvalError(f"{data} holds no groups.jsonl; name a folder of photos and their edits.")
    groups = {}
    for row in rows.read(path):
        files = rows.value(row, "files", path)
        if not isinstance(files, dict) or ORIGINAL not in files:
            raise EvalError(f"A row of {path} has no original; name it {ORIGINAL!r} in its files.")
        name = str(rows.value(row, "group", path))
        groups[name] = {str(edit): data / str(file) for edit, file in files.items()}
    listed = data / "distractors.txt"
    lines = listed.read_text(encoding="utf-8").split("\n") if listed.is_file() else []
    return EditedPhotos(groups, tuple(data / line.strip() for line in lines if line.strip()))
