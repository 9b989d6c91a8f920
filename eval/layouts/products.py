"""The layout of product photos with attributes.

``products.jsonl`` with rows ``{"file": ..., "articleType": ...}``, ``baseColour`` and ``gender``
where they are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows


@dataclass(frozen=True, slots=True)
class Product:
    """A photo of a product, and what is known of it; empty where nothing is."""

    path: Path
    article: str
    colour: str
    gender: str


def read(data: Path) -> list[Product]:
    """The products of a folder in this layout.

    Raises:
        EvalError: the folder has another layout, or photos are missing.
    """
    listing = rows.folder(data) / "products.jsonl"
    if not listing.is_file():
        raise EvalError(
            f'{data} has no products.jsonl; it needs rows of {{"file": ..., "articleType": ...}}.'
        )
    found = []
    for row in rows.read(listing):
        path = data / str(rows.value(row, "file", listing))
        if not path.is_file():
            raise EvalError(f"The photo {path} is missing; put it where its row says.")
        article = str(rows.value(row, "articleType", listing))
        found.append(
            Product(path, article, str(row.get("baseColour", "")), str(row.get("gender", "")))
        )
    return found
