"""The layout of photos with the classes that they show.

``tags.jsonl`` or ``annotations.jsonl`` with rows ``{"file": "images/a.jpg", "tags": [...]}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

_LISTS = ("tags.jsonl", "annotations.jsonl")


@dataclass(frozen=True, slots=True)
class TaggedPhoto:
    """A photo and the classes that it shows."""

    path: Path
    tags: frozenset[str]


def read(data: Path) -> list[TaggedPhoto]:
    """The photos of a folder in this layout.

    Raises:
        EvalError: the folder has another layout, or photos are missing.
    """
    rows.folder(data)
    listing = next((data / name for name in _LISTS if (data / name).is_file()), None)
    if listing is None:
        raise EvalError(
            f'{data} has no tags.jsonl; it needs rows of {{"file": ..., "tags": [...]}} '
            "beside the photos they name."
        )
    found = []
    for row in rows.read(listing):
        path = data / str(rows.value(row, "file", listing))
        if not path.is_file():
            raise EvalError(f"The photo {path} is missing; put it where its row says.")
        tags = rows.value(row, "tags", listing)
        found.append(TaggedPhoto(path, frozenset(str(each) for each in tags)))
    if not any(photo.tags for photo in found):
        raise EvalError(f"{listing} names no class at all; add some to measure with.")
    return found
