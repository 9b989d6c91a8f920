"""Whether the catalog has a file already, asked by its hashes before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, Unit
from service.duplicates import known_schemas as schemas

MOST_BITS = 6
"""Perceptual hashes that differ in at most so many bits are told of: re-encodings and smaller
copies do, other pictures rarely (the files are compared closely once they are there)."""

_MOST = 5
"""Records named for one file."""

_ONE_PIECE = 500


class Known:
    """Looks hashes up, for one viewer: what they may not see is not told."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    def check(self, asked: schemas.CheckRequest) -> schemas.CheckAnswer:
        """The records that have the same bytes, pixels or nearly the same picture."""
        with self._database.read() as session:
            found = [
                self._by_bytes(session, asked.files),
                self._by_pixels(session, asked.files),
                self._by_looks(session, asked.files),
            ]
        return schemas.CheckAnswer(
            files=[
                schemas.Checked(
                    name=file.name, known=_first_of_each([each[place] for each in found])
                )
                for place, file in enumerate(asked.files)
            ]
        )

    def _by_bytes(
        self, session: Session, files: Sequence[schemas.FileHashes]
    ) -> list[list[schemas.KnownRecord]]:
        wanted = [file.sha256 for file in files]
        rows: dict[str, list[schemas.KnownRecord]] = {}
        for chunk in _pieces([each for each in wanted if each]):
            for row in session.execute(
                select(Asset.sha256, Asset.id, Asset.name)
                .where(Asset.sha256.in_(chunk), *self._seen())
                .order_by(Asset.id)
            ):
                rows.setdefault(row.sha256, []).append(_record(row.id, row.name, "same_bytes"))
        return [rows.get(each, []) if each else [] for each in wanted]

    def _by_pixels(
        self, session: Session, files: Sequence[schemas.FileHashes]
    ) -> list[list[schemas.KnownRecord]]:
        wanted = [file.pixels for file in files]
        rows: dict[str, list[schemas.KnownRecord]] = {}
        for chunk in _pieces([each for each in wanted if each]):
            for row in session.execute(
                select(Unit.pixels, Asset.id, Asset.name)
                .join(Asset, Asset.sha256 == Unit.sha256)
                .where(Unit.pixels.in_(chunk), Unit.kind == "image", *self._seen())
                .order_by(Asset.id)
            ):
                rows.setdefault(row.pixels, []).append(_record(row.id, row.name, "same_pixels"))
        return [rows.get(each, []) if each else [] for each in wanted]

    def _by_looks(
        self, session: Session, files: Sequence[schemas.FileHashes]
    ) -> list[list[schemas.KnownRecord]]:
        found: list[list[schemas.KnownRecord]] = [[] for _ in files]
        asked = [place for place, file in enumerate(files) if file.perceptual]
        if not asked:
            return found
        rows = session.execute(
            # Only pictures have a hash of their pixels, and an index knows them by it.
            select(Unit.perceptual, Unit.sha256).where(
                Unit.pixels.is_not(None), Unit.perceptual.is_not(None), Unit.kind == "image"
            )
        ).all()
        hashes = np.array([int(row.perceptual, 16) for row in rows], np.uint64)
        for place in asked:
            mine = np.uint64(int(files[place].perceptual or "0", 16))
            bits = np.bitwise_count(hashes ^ mine)
            near = np.flatnonzero(bits <= MOST_BITS)
            nearest = near[np.argsort(bits[near], kind="stable")][:_ONE_PIECE]
            by_content = {rows[row].sha256: int(bits[row]) for row in reversed(nearest.tolist())}
            seen = session.execute(
                select(Asset.id, Asset.name, Asset.sha256)
                .where(Asset.sha256.in_(by_content), *self._seen())
                .order_by(Asset.id)
            ).all()
            found[place] = [
                _record(row.id, row.name, "looks_the_same", by_content[row.sha256])
                for row in sorted(seen, key=lambda row: by_content[row.sha256])
            ]
        return found

    def _seen(self) -> tuple[ColumnElement[bool], ...]:
        return (Asset.trashed_at.is_(None), *seen_assets(self._viewer))


def _record(
    asset_id: str, name: str, kind: schemas.KnownKind, bits: int | None = None
) -> schemas.KnownRecord:
    return schemas.KnownRecord(asset_id=asset_id, name=name, kind=kind, bits=bits)


def _first_of_each(kinds: Sequence[Sequence[schemas.KnownRecord]]) -> list[schemas.KnownRecord]:
    """Every record once, by the surest of what speaks for it."""
    found: dict[str, schemas.KnownRecord] = {}
    for records in kinds:
        for record in records:
            found.setdefault(record.asset_id, record)
    return list(found.values())[:_MOST]


def _pieces(hashes: Sequence[str]) -> list[Sequence[str]]:
    return [hashes[at : at + _ONE_PIECE] for at in range(0, len(hashes), _ONE_PIECE)]
