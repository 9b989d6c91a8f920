"""What the catalog knows of assets that may speak for a tag.

Images and the scenes of videos are looked at. Of a document only its keywords, its name and
its folders count: the pictures and words in it are about many things, seldom about itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.analysis import Value
from pipelines.tagging.measured import measured
from pipelines.tagging.signals import Signals
from service.catalog.tables import Asset, Embedding, Unit
from service.catalog.values import values_of_all
from service.catalog.vectors import unpack

MOST_PICTURES = 48
"""Pictures of one asset that are looked at; of more scenes these are spread evenly."""

_SEEN = ("image", "video")
_KINDS = ("image", "page", "scene")
_OCR = "ocr:"
_MOST_TEXTS = 40
_MOST_CHARACTERS = 4_000
_MOST_KEYWORDS = 200
_LONGEST_KEYWORD = 100
_FOLDERS = 2

# fmt: off
_STORES = frozenset({
    "archive", "assets", "blobs", "data", "desktop", "documents", "downloads", "exports",
    "files", "home", "images", "imports", "inbox", "library", "media", "new", "old",
    "originals", "photos", "pictures", "shared", "temp", "tmp", "uploads", "users", "videos",
    "volumes", "work", "bilder", "fotos", "dokumente",
})
# fmt: on
"""Names of folders that say where files are kept, not what they show."""

_Vectors = tuple[float | None, NDArray[np.float32], NDArray[np.float32]]
"""Second, ``visual`` and ``look`` of a picture."""


def signals_of(
    session: Session, assets: Sequence[Asset], model: str
) -> dict[str, tuple[Signals, ...]]:
    """What is known of some assets by their ids: of the whole first, then of each picture.

    Args:
        model: the visual model of the vectors, as ``name@revision``.
    """
    seen = {asset.sha256 for asset in assets if asset.kind in _SEEN}
    vectors, words = _vectors(session, seen, model), _words(session, seen)
    values = values_of_all(session, assets)
    found = {}
    for asset in assets:
        whole = Signals(
            words=words.get(asset.sha256, ""),
            keywords=keywords_in(values[asset.id]),
            path=telling_path(asset.origin or asset.name),
            measured=measured(asset.kind, values[asset.id]),
        )
        pictures = vectors.get(asset.sha256, ()) if asset.kind in _SEEN else ()
        found[asset.id] = (
            whole,
            *(Signals(visual=v, look=look, second=second) for second, v, look in pictures),
        )
    return found


def is_looked_at(asset_kind: str, unit_kind: str) -> bool:
    """Whether the pictures of such a unit speak for tags of such an asset."""
    return asset_kind in _SEEN and unit_kind in _KINDS


def keywords_in(values: Sequence[Value]) -> tuple[str, ...]:
    """Keywords that the maker of a file wrote into it or beside it."""
    found: list[str] = []
    for value in values:
        if value.name == "keywords":
            several = value.value if isinstance(value.value, tuple) else (str(value.value),)
            found.extend(str(each)[:_LONGEST_KEYWORD] for each in several)
    return tuple(dict.fromkeys(found))[:_MOST_KEYWORDS]


def telling_path(path: str) -> str:
    """The name of a file and of its nearest folders, as far as they may say what it shows."""
    plain = PurePath(path.split("://", 1)[-1].replace("\\", "/"))
    folders = [each for each in plain.parts[:-1] if each.lower() not in _STORES]
    return "/".join((*folders[-_FOLDERS:], plain.name))


def _vectors(session: Session, hashes: set[str], model: str) -> dict[str, list[_Vectors]]:
    by_hash: dict[str, list[tuple[int, float | None]]] = {}
    rows = session.execute(
        select(Unit.id, Unit.sha256, Unit.start_s, Unit.end_s)
        .where(Unit.sha256.in_(hashes), Unit.kind.in_(_KINDS), Unit.thumbnail.is_not(None))
        .order_by(Unit.id)
    )
    for row in rows:
        by_hash.setdefault(row.sha256, []).append((row.id, row.start_s))
    chosen = {sha256: _spread(units) for sha256, units in by_hash.items()}
    made = _stored(session, [unit_id for units in chosen.values() for unit_id, _ in units], model)
    return {
        sha256: [
            (second, made[unit_id]["visual"], made[unit_id]["look"])
            for unit_id, second in units
            if made.get(unit_id, {}).keys() >= {"visual", "look"}
        ]
        for sha256, units in chosen.items()
    }


def _spread(units: list[tuple[int, float | None]]) -> list[tuple[int, float | None]]:
    if len(units) <= MOST_PICTURES:
        return units
    places = np.linspace(0, len(units) - 1, MOST_PICTURES).round().astype(int)
    return [units[place] for place in places]


def _stored(
    session: Session, unit_ids: Sequence[int], model: str
) -> Mapping[int, Mapping[str, NDArray[np.float32]]]:
    found: dict[int, dict[str, NDArray[np.float32]]] = {}
    for start in range(0, len(unit_ids), 500):
        rows = session.execute(
            select(Embedding.unit_id, Embedding.space, Embedding.vector).where(
                Embedding.unit_id.in_(unit_ids[start : start + 500]),
                Embedding.space.in_(("visual", "look")),
                Embedding.model == model,
            )
        )
        for row in rows:
            found.setdefault(row.unit_id, {})[row.space] = unpack(row.vector)
    return found


def _words(session: Session, hashes: set[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(Unit.sha256, func.substr(Unit.text, 1, _MOST_CHARACTERS).label("text"))
        .where(Unit.sha256.in_(hashes), Unit.key.startswith(_OCR, autoescape=True))
        .order_by(Unit.id)
    )
    for row in rows:
        texts = found.setdefault(row.sha256, [])
        if len(texts) < _MOST_TEXTS:
            texts.append(row.text)
    return {sha256: "\n".join(texts) for sha256, texts in found.items()}
