"""Brings assets in a generation of the index to what the catalog says of them now."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.catalog.database import Database
from service.catalog.tables import Asset, IndexFault
from service.ids import new_id
from service.index.base import Condition, Filter, IndexUnavailable, Point, VectorIndex
from service.ingest.points import PointMaker
from service.space_models import SpaceModels

_log = logging.getLogger(__name__)

_POINTS_AT_ONCE = 512


class AssetWriter:
    """Writes assets into an index. Doing it twice is harmless: point ids are derived.

    A point that the index refuses does not stop the others: it is left out, and the asset
    is noted as an ``IndexFault`` with the reason, until it is written without trouble.
    """

    def __init__(self, database: Database, points: PointMaker) -> None:
        self._database = database
        self._points = points
        self._lock = threading.Lock()

    def write(
        self, index: VectorIndex, models: SpaceModels, asset_ids: Sequence[str]
    ) -> frozenset[str]:
        """Write some assets as they are now; those that are gone leave the index.

        Returns:
            Assets with a unit that has no vector by these models, but by others.

        Raises:
            IndexUnavailable: the index does not answer; the call may be repeated.
        """
        faults: dict[str, str] = {}
        # Two writings of one asset would each delete the points of the other.
        with self._lock:
            try:
                lacking = self._write(index, models, asset_ids)
            except (ValueError, IndexUnavailable) as error:
                if isinstance(error, IndexUnavailable) and len(asset_ids) == 1:
                    raise
                lacking, faults = self._write_alone(index, models, asset_ids)
            self._note(asset_ids, faults)
        return lacking

    def _write(
        self, index: VectorIndex, models: SpaceModels, asset_ids: Sequence[str]
    ) -> frozenset[str]:
        # Points of an asset that this writing does not renew belong to units that are gone.
        revision = new_id()
        with self._database.read() as session:
            # The catalog is read now, whatever the order of the changes was.
            assets = _assets(session, asset_ids)
            made = self._points.make(session, assets, models, revision)
            for points in _slices(made.points):
                index.upsert(points)
        self._delete_old(index, asset_ids, {asset.id for asset in assets}, revision)
        return frozenset(made.lacking)

    def _write_alone(
        self, index: VectorIndex, models: SpaceModels, asset_ids: Sequence[str]
    ) -> tuple[frozenset[str], dict[str, str]]:
        """One asset after the other, so that a bad one spoils no other."""
        lacking: set[str] = set()
        faults: dict[str, str] = {}
        outage: IndexUnavailable | None = None
        for asset_id in asset_ids:
            try:
                lacking |= self._write(index, models, [asset_id])
            except ValueError as error:
                _log.warning("The index refused a part of %s: %s", asset_id, error)
                faults[asset_id] = str(error)
                self._write_what_fits(index, models, asset_id)
            except IndexUnavailable as error:
                faults[asset_id], outage = str(error), error
        if outage is not None and len(faults) == len(asset_ids):
            # Nothing passes: that says nothing of these assets.
            raise outage
        return frozenset(lacking), faults

    def _write_what_fits(self, index: VectorIndex, models: SpaceModels, asset_id: str) -> None:
        revision = new_id()
        present: set[str] = set()
        try:
            with self._database.read() as session:
                assets = _assets(session, [asset_id])
                present = {asset.id for asset in assets}
                for point in self._points.make(session, assets, models, revision).points:
                    try:
                        index.upsert([point])
                    except ValueError as error:
                        _log.info("Left out point %s: %s", point.id, error)
        except ValueError as error:
            _log.info("The rest of %s is left out: %s", asset_id, error)
        self._delete_old(index, [asset_id], present, revision)

    def _delete_old(
        self, index: VectorIndex, asset_ids: Sequence[str], present: set[str], revision: str
    ) -> None:
        gone = [asset_id for asset_id in asset_ids if asset_id not in present]
        if gone:
            index.delete(Filter(must=(Condition("asset_id", any_of=gone),)))
        if present:
            index.delete(
                Filter(
                    must=(Condition("asset_id", any_of=sorted(present)),),
                    must_not=(Condition("revision", any_of=[revision]),),
                )
            )

    def _note(self, asset_ids: Sequence[str], faults: dict[str, str]) -> None:
        with self._database.read() as session:
            known = set(
                session.scalars(
                    select(IndexFault.asset_id).where(IndexFault.asset_id.in_(asset_ids))
                )
            )
        if not known and not faults:
            return
        with self._database.write() as session:
            session.execute(delete(IndexFault).where(IndexFault.asset_id.in_(known)))
            session.add_all(
                IndexFault(asset_id=asset_id, reason=reason) for asset_id, reason in faults.items()
            )


def _assets(session: Session, asset_ids: Sequence[str]) -> list[Asset]:
    """Those that can be found: neither deleted nor in the trash."""
    return list(
        session.scalars(select(Asset).where(Asset.id.in_(asset_ids), Asset.trashed_at.is_(None)))
    )


def _slices(points: Iterator[Point]) -> Iterator[list[Point]]:
    while some := list(islice(points, _POINTS_AT_ONCE)):
        yield some
