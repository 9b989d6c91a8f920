"""The layout of documents with references: any files, some with ``NAME.expected.md`` beside them.

Where ``manifest.jsonl`` with rows ``{"file": "a.docx"}`` is there, its files count; else all
but the references, the manifest and ``README.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

_REFERENCE = ".expected.md"
_BESIDE = frozenset({"README.md", "manifest.jsonl"})


@dataclass(frozen=True, slots=True)
class Document:
    """A file, and the text that it holds where that is known."""

    path: Path
    expected: str | None


def read(data: Path) -> Sequence[Document]:
    """The documents of a folder in this layout.

    Raises:
        EvalError: there is none.
    """
    rows.folder(data)
    manifest = data / "manifest.jsonl"
    if manifest.is_file():
        names = [str(rows.value(row, "file", manifest)) for row in rows.read(manifest)]
        paths = [data / name for name in dict.fromkeys(names) if not name.endswith(_REFERENCE)]
    else:
        paths = [path for path in sorted(data.rglob("*")) if path.is_file()]
        paths = [p for p in paths if p.name not in _BESIDE and not p.name.endswith(_REFERENCE)]
    found = [Document(path, _reference(path)) for path in paths if path.is_file()]
    if not found:
        raise EvalError(f"{data} holds no documents; name a folder that does.")
    return found


def _reference(path: Path) -> str | None:
    beside = path.with_name(path.name + _REFERENCE)
    return beside.read_text(encoding="utf-8") if beside.is_file() else None
