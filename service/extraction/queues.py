"""Lists over documents: what people should look at, and what ends or must be cancelled soon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from pipelines.documents.contracts import contract_dates
from service import schemas as shapes
from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.extraction import schemas, wire
from service.extraction.entries import live_entries, said_names, shown_fields
from service.extraction.extractor import first_values
from service.extraction.schema_set import SchemaSet
from service.extraction.tables import Extraction

MOST_DUE = 1_000

_CHUNK = 400
_DUE_FIELDS = "party"


class Queues:
    """Lists for one viewer.

    Args:
        assets: gives records by id, as far as the viewer sees them.
    """

    def __init__(
        self,
        database: Database,
        schema_set: SchemaSet,
        viewer: Viewer,
        assets: Callable[[Sequence[str]], Mapping[str, shapes.Asset]],
    ) -> None:
        self._database = database
        self._schemas = schema_set
        self._viewer = viewer
        self._assets = assets

    def review(
        self, *, limit: int = 50, offset: int = 0, schema: str | None = None
    ) -> schemas.ReviewQueue:
        """Documents with fields to look at, the most doubtful first."""
        chosen = (
            select(Extraction.asset_id, Extraction.doubt, Extraction.schema)
            .join(Asset, Asset.id == Extraction.asset_id)
            .where(
                Extraction.doubt.is_not(None),
                Asset.trashed_at.is_(None),
                *seen_assets(self._viewer),
            )
        )
        if schema:
            self._schemas.get(schema)
            chosen = chosen.where(Extraction.schema == schema)
        page = chosen.order_by(Extraction.doubt.desc(), Extraction.asset_id)
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
            found = session.execute(page.offset(offset).limit(limit)).all()
            entries = live_entries(session, [each.asset_id for each in found])
        assets = self._assets([each.asset_id for each in found])
        items = []
        for each in found:
            known = self._schemas.schemas.get(each.schema)
            if known is None or each.asset_id not in assets:
                continue
            rows = entries.get(each.asset_id, [])
            items.append(
                schemas.ReviewItem(
                    asset=assets[each.asset_id],
                    schema=each.schema,
                    doubt=each.doubt,
                    doubts=wire.doubts(shown_fields(rows, known), said_names(rows, each.schema)),
                )
            )
        return schemas.ReviewQueue(total=total, items=items)

    def due(self, days: int, today: date | None = None) -> schemas.DueList:
        """Contracts that end, or whose last day for notice comes, within some days.

        A contract that renews itself is due by its notice; without a notice period known, by
        the end of its term.
        """
        today = today or date.today()
        until = today + timedelta(days=days)
        found: list[tuple[date, str, schemas.DueItem]] = []
        candidates = self._that_end(today)
        for start in range(0, len(candidates), _CHUNK):
            chunk = dict(candidates[start : start + _CHUNK])
            found += self._due_in(chunk, today, until)
        found.sort(key=lambda each: each[:2])
        return schemas.DueList(until=until, items=[item for _, _, item in found[:MOST_DUE]])

    def _that_end(self, today: date) -> list[tuple[str, bool]]:
        with self._database.read() as session:
            rows = session.execute(
                select(Extraction.asset_id, Extraction.renews)
                .join(Asset, Asset.id == Extraction.asset_id)
                .where(
                    or_(
                        Extraction.expires >= today.isoformat(),
                        Extraction.expires.is_not(None) & Extraction.renews,
                    ),
                    Asset.trashed_at.is_(None),
                    *seen_assets(self._viewer),
                )
                .order_by(Extraction.asset_id)
            )
            return [(row.asset_id, row.renews) for row in rows]

    def _due_in(
        self, renews: Mapping[str, bool], today: date, until: date
    ) -> list[tuple[date, str, schemas.DueItem]]:
        with self._database.read() as session:
            of_schema = dict(
                session.execute(
                    select(Extraction.asset_id, Extraction.schema).where(
                        Extraction.asset_id.in_(renews)
                    )
                ).all()
            )
            entries = live_entries(session, list(renews))
        made: dict[str, tuple[date, dict[str, object]]] = {}
        for asset_id, rows in entries.items():
            known = self._schemas.schemas.get(of_schema.get(asset_id, ""))
            if known is None:
                continue
            shown = shown_fields(rows, known)
            dates = contract_dates(first_values(shown), today, renews=renews[asset_id])
            days = {"notice": dates.notice_deadline, "expiry": dates.expiry}
            soon = [(day, what) for what, day in days.items() if day and today <= day <= until]
            if not soon:
                continue
            day, what = min(soon)
            parties = [
                value.value for each in shown if each.name == _DUE_FIELDS for value in each.values
            ]
            made[asset_id] = (
                day,
                {
                    "due": day,
                    "what": what,
                    "expiry": dates.expiry,
                    "notice_deadline": dates.notice_deadline,
                    "renews": dates.renews,
                    "parties": parties,
                },
            )
        assets = self._assets(list(made))
        return [
            (day, asset_id, schemas.DueItem(asset=assets[asset_id], **facts))  # type: ignore[arg-type]
            for asset_id, (day, facts) in made.items()
            if asset_id in assets
        ]
