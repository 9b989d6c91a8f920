"""The layout of documents with a class each.

``articles.jsonl`` or ``documents.jsonl`` with rows ``{"class": "sport", "text": "..."}`` or
``{"class": "form", "path": "funsd_forms/images/a.png"}``; paths are relative to the folder, or
to the folder above it, which holds all data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

_LISTS = ("articles.jsonl", "documents.jsonl")


@dataclass(frozen=True, slots=True)
class Classed:
    """A document: its text, or the file that holds it."""

    label: str
    text: str
    path: Path | None
    summary: str


def read(data: Path) -> Sequence[Classed]:
    """The documents of a folder in this layout.

    Raises:
        EvalError: the folder has another layout, or a file is missing.
    """
    rows.folder(data)
    listed = next((data / name for name in _LISTS if (data / name).is_file()), None)
    if listed is None:
        raise EvalError(f"{data} holds none of {', '.join(_LISTS)}; it needs one.")
    made = []
    for row in rows.read(listed):
        path = _found(data, str(row["path"])) if "path" in row else None
        text = "" if path else str(rows.value(row, "text", listed))
        label = str(rows.value(row, "class", listed))
        made.append(Classed(label, text, path, str(row.get("summary") or "")))
    return made


def _found(data: Path, name: str) -> Path:
    for folder in (data, data.parent):
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"There is no file {name} in {data} or {data.parent}; add it.")
