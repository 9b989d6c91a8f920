"""The layouts of scans whose lines of text are known.

- ``expected.jsonl`` with rows ``{"file": "a.jpg", "lines": [{"poly": [x, y, ...], "text": ""}]}``
  (SROIE, Huang et al. 2019), or
- ``annotations/NAME.json`` of the form ``{"form": [{"words": [{"box": [l, t, r, b], "text":
  ""}]}]}`` beside ``images/NAME.*`` (FUNSD, Jaume et al. 2019).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.layouts import rows
from eval.reading_order import Placed


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture and what it says, with places in pixels."""

    path: Path
    lines: tuple[Placed, ...]


def read(data: Path) -> Sequence[Scan]:
    """The scans of a folder in one of the layouts.

    Raises:
        EvalError: there is none.
    """
    rows.folder(data)
    listed = data / "expected.jsonl"
    if listed.is_file():
        return [_from_row(row, listed) for row in rows.read(listed) if "lines" in row]
    annotations = sorted((data / "annotations").glob("*.json"))
    if not annotations:
        raise EvalError(
            f"{data} holds neither expected.jsonl nor annotations/*.json; name a folder of scans "
            "whose text is known."
        )
    return [_from_annotation(path, data / "images") for path in annotations]


def _from_row(row: dict[str, Any], listed: Path) -> Scan:
    lines = []
    for line in rows.value(row, "lines", listed):
        across, down = line["poly"][0::2], line["poly"][1::2]
        lines.append(Placed(min(across), min(down), max(across), max(down), line["text"]))
    return Scan(listed.parent / str(rows.value(row, "file", listed)), tuple(lines))


def _from_annotation(path: Path, images: Path) -> Scan:
    form = json.loads(path.read_text(encoding="utf-8"))["form"]
    picture = next(images.glob(f"{path.stem}.*"), None)
    if picture is None:
        raise EvalError(f"There is no picture {images.name}/{path.stem}.* for {path.name}; add it.")
    words = [word for block in form for word in block["words"] if word["text"].strip()]
    return Scan(picture, tuple(Placed._make([*word["box"], word["text"]]) for word in words))
