"""Reading JSON lines, with errors that say where the fault is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.errors import EvalError


def folder(path: Path) -> Path:
    """The folder of data itself, if it is one."""
    if not path.is_dir():
        raise EvalError(f"{path} is not a folder; name the folder that holds the data.")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file, in order; blank lines are skipped."""
    rows = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise EvalError(f"{path}, line {number} is not JSON: {error}.") from error
            if not isinstance(row, dict):
                raise EvalError(f"{path}, line {number} is not a JSON object; make it one.")
            rows.append(row)
    if not rows:
        raise EvalError(f"{path} is empty; it needs one JSON object a line.")
    return rows


def value(row: dict[str, Any], key: str, path: Path) -> Any:
    """What stands under a key that every row needs."""
    if key not in row:
        raise EvalError(f"A row of {path} has no {key!r}; every row needs one.")
    return row[key]
