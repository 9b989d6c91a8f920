"""The layout of captioned photos.

``captions.jsonl`` (or ``annotations.jsonl``, ``train_captions.jsonl``) with rows
``{"file": "images/a.jpg", "captions": ["...", ...]}``, any number of captions a photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

_LISTS = ("captions.jsonl", "annotations.jsonl", "train_captions.jsonl")
_PLACES = (".", "images", "train")


@dataclass(frozen=True, slots=True)
class CaptionedPhoto:
    """A photo and what people say it shows."""

    path: Path
    captions: Sequence[str]


def read(data: Path) -> list[CaptionedPhoto]:
    """The photos of a folder in this layout, those without a caption included.

    Raises:
        EvalError: the folder has another layout, or photos are missing.
    """
    rows.folder(data)
    listing = next((data / name for name in _LISTS if (data / name).is_file()), None)
    if listing is None:
        raise EvalError(
            f"{data} has no captions.jsonl; it needs rows of "
            '{"file": ..., "captions": [...]} beside the photos they name.'
        )
    photos = []
    for row in rows.read(listing):
        captions = rows.value(row, "captions", listing)
        if isinstance(captions, str):
            captions = [captions]
        name = str(rows.value(row, "file", listing))
        photos.append(CaptionedPhoto(_find(data, name), [str(each) for each in captions]))
    if not any(photo.captions for photo in photos):
        raise EvalError(f"{listing} has no caption at all; add some to ask with.")
    return photos


def _find(data: Path, name: str) -> Path:
    for place in _PLACES:
        path = data / place / name
        if path.is_file():
            return path
    raise EvalError(f"The photo {name} is not in {data}; put it where its row says.")
