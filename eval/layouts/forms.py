"""The layout of forms whose names and answers are linked (FUNSD, Jaume et al. 2019).

``annotations/NAME.json`` of the form ``{"form": [{"id": 0, "label": "question", "text": "",
"linking": [[0, 1]], "words": [{"box": [l, t, r, b], "text": ""}]}]}`` beside ``images/NAME.*``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.layouts import rows
from pipelines.analysis import Box
from pipelines.documents.pages import Piece


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its picture, names with their answers, and lines as people read them."""

    path: Path
    pairs: tuple[tuple[str, str], ...]
    lines: tuple[Piece, ...]


def read(data: Path) -> list[Form]:
    """The forms of a folder.

    Raises:
        EvalError: there is none.
    """
    rows.folder(data)
    made = []
    for path in sorted((data / "annotations").glob("*.json")):
        picture = next((data / "images").glob(f"{path.stem}.*"), None)
        blocks = json.loads(path.read_text(encoding="utf-8")).get("form", [])
        if picture is not None and any("linking" in each for each in blocks):
            made.append(Form(picture, tuple(_pairs(blocks)), tuple(_lines(blocks))))
    if not made:
        raise EvalError(f"{data} holds no forms; name a folder with annotations/ and images/.")
    return made


def _pairs(blocks: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Names with all their answers in reading order; names without one are left out."""
    by_id = {block["id"]: block for block in blocks}
    answers: dict[int, list[int]] = {}
    for first, second in {tuple(link) for block in blocks for link in block["linking"]}:
        labels = by_id[first]["label"], by_id[second]["label"]
        if labels == ("question", "answer"):
            answers.setdefault(first, []).append(second)
    for name, own in sorted(answers.items()):
        ordered = sorted(own, key=lambda each: (by_id[each]["box"][1], by_id[each]["box"][0]))
        value = " ".join(by_id[each]["text"] for each in ordered).strip()
        if by_id[name]["text"].strip() and value:
            yield by_id[name]["text"], value


def _lines(blocks: list[Mapping[str, Any]]) -> Iterator[Piece]:
    """Each line of each block as a piece."""
    words = [word for block in blocks for word in block["words"] if word["text"].strip()]
    width = max((word["box"][2] for word in words), default=1) * 1.02
    height = max((word["box"][3] for word in words), default=1) * 1.02
    for number, block in enumerate(blocks):
        held: list[Mapping[str, Any]] = []
        for word in (each for each in block["words"] if each["text"].strip()):
            if held and word["box"][1] > held[-1]["box"][3] - 2:
                yield _piece(held, number, width, height)
                held = []
            held.append(word)
        if held:
            yield _piece(held, number, width, height)


def _piece(words: list[Mapping[str, Any]], number: int, width: float, height: float) -> Piece:
    boxes = [word["box"] for word in words]
    box = Box(
        min(each[0] for each in boxes) / width,
        min(each[1] for each in boxes) / height,
        max(each[2] for each in boxes) / width,
        max(each[3] for each in boxes) / height,
    )
    return Piece(" ".join(word["text"] for word in words), 1, number, box)
