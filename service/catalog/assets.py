"""Reading records out of the catalog, in the shape that people get them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from service import schemas
from service.access.predicate import seen_assets
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.facets import counted
from service.catalog.listing import conditions_of, listed
from service.catalog.tables import Asset, AssetFile, Content, Unit
from service.errors import NotFound
from service.merging.aliases import merged_into
from service.record.completeness import completeness
from service.record.entries import Entries
from service.record.fieldset import FieldSet
from service.record.resolve import resolve
from service.records.assembly import entries_for
from service.records.shown import record_of
from service.selection.conditions import selected
from service.selection.language import parse_selection
from service.tags.listing import short_tags, words_of

_MOST_FACETED = 10_000
"""Records of a list that facets are counted over."""

_IDS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """What explaining an answer needs of a unit; ``model`` as in ``pipelines.analysis``."""

    page: int | None
    text: str
    model: str
    start_s: float | None
    end_s: float | None
    thumbnail: str | None


class Assets:
    """The records of the catalog, for reading: what a viewer may not see does not exist."""

    def __init__(self, database: Database, fields: FieldSet) -> None:
        self._database = database
        self._fields = fields

    def get(self, asset_id: str, viewer: Viewer) -> schemas.AssetDetail:
        """A record with its values, also by the id of one merged into it; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, viewer, follow=True)
            content = session.get(Content, asset.sha256)
            units = session.execute(
                select(Unit.kind, func.count())
                .where(Unit.sha256 == asset.sha256)
                .group_by(Unit.kind)
            ).all()
            files = session.scalars(
                select(AssetFile).where(AssetFile.asset_id == asset.id).order_by(AssetFile.number)
            ).all()
            thumbnail = content.thumbnail if content else None
            entries = entries_for(session, [asset], self._fields)[asset.id]
            tags = short_tags(session, [asset.id]).get(asset.id, ())
            return schemas.AssetDetail(
                **_shape(asset, thumbnail, tags, beside=bool(files)).model_dump(),
                values=_values(entries),
                completeness=_completeness(asset, entries, self._fields),
                warnings=content.warnings if content else [],
                units=dict(iter(units)),
                files=[_shape_file(file) for file in files],
                merged=[
                    schemas.MergedRecord(id=each.old_id, name=each.name, origin=each.origin)
                    for each in merged_into(session, asset.id)
                ],
            )

    def page(self, viewer: Viewer, query: schemas.AssetQuery) -> schemas.AssetPage:
        """Some records; raises BadRequest on a cursor that is not ours."""
        with self._database.read() as session:
            rows, total, cursor = listed(session, query, self._fields, *seen_assets(viewer))
            tags = short_tags(session, [asset.id for asset, _ in rows])
            facets = self._facets_of_list(session, viewer, query) if query.facets else []
        return schemas.AssetPage(
            assets=[_shape(asset, thumbnail, tags.get(asset.id, ())) for asset, thumbnail in rows],
            total=total,
            next_cursor=cursor,
            facets=facets,
        )

    def facets(
        self, asset_ids: Sequence[str], viewer: Viewer, names: Sequence[str], language: str
    ) -> list[schemas.Facet]:
        """Facets of some records, as far as the viewer sees them; raises BadRequest."""
        if not names:
            return []
        with self._database.read() as session:
            seen = (Asset.trashed_at.is_(None), *seen_assets(viewer))
            records = select(Asset.id).where(Asset.id.in_(asset_ids), *seen)
            return counted(session, records, names, self._fields, language)

    def _facets_of_list(
        self, session: Session, viewer: Viewer, query: schemas.AssetQuery
    ) -> list[schemas.Facet]:
        conditions = conditions_of(session, query, self._fields, *seen_assets(viewer))
        # A table of its own: databases do not limit what stands inside IN.
        some = select(Asset.id).where(*conditions).limit(_MOST_FACETED).subquery()
        return counted(session, select(some.c.id), query.facets, self._fields, query.language)

    def selected(self, where: str, viewer: Viewer, *, most: int) -> list[str] | None:
        """Ids of the records that a selection leaves; None where there are more than ``most``.

        Raises:
            InvalidSelection: it cannot be understood.
        """
        query = schemas.AssetQuery(where=where)
        with self._database.read() as session:
            conditions = conditions_of(session, query, self._fields, *seen_assets(viewer))
            rows = session.scalars(select(Asset.id).where(*conditions).limit(most + 1))
            ids = list(rows)
        return ids if len(ids) <= most else None

    def among(self, where: str, viewer: Viewer, asset_ids: Collection[str]) -> set[str]:
        """Of some records those that a selection leaves; raises as ``selected`` does."""
        tests = selected(parse_selection(where), self._fields)
        seen = (Asset.trashed_at.is_(None), *seen_assets(viewer))
        found: set[str] = set()
        ids = list(asset_ids)
        with self._database.read() as session:
            for start in range(0, len(ids), _IDS_AT_ONCE):
                some = Asset.id.in_(ids[start : start + _IDS_AT_ONCE])
                found.update(session.scalars(select(Asset.id).where(some, *tests, *seen)))
        return found

    def counts(self, viewer: Viewer) -> schemas.Counts:
        """How many records there are, of each kind and in each state."""
        with self._database.read() as session:
            rows = session.execute(
                select(Asset.kind, Asset.state, func.count())
                .where(Asset.trashed_at.is_(None), *seen_assets(viewer))
                .group_by(Asset.kind, Asset.state)
            ).all()
        kinds, states = Counter[str](), Counter[str]()
        for kind, state, count in rows:
            kinds[kind] += count
            states[state] += count
        return schemas.Counts(total=kinds.total(), kinds=kinds, states=states)  # type: ignore[arg-type]

    def many(self, asset_ids: Sequence[str], viewer: Viewer) -> dict[str, schemas.Asset]:
        """Records by id; unknown ones and those in the trash are left out."""
        with self._database.read() as session:
            # Plain rows: making objects of the catalog costs more than reading them.
            rows = session.execute(
                select(Asset.__table__, Content.thumbnail)
                .outerjoin(Content, Content.sha256 == Asset.sha256)
                .where(Asset.id.in_(asset_ids), Asset.trashed_at.is_(None), *seen_assets(viewer))
            ).all()
            tags = short_tags(session, [row.id for row in rows])
            return {row.id: _shape(row, row.thumbnail, tags.get(row.id, ())) for row in rows}

    def units(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], FoundUnit]:
        """Units by (asset id, unit key); what does not exist is left out."""
        asset_ids = {asset_id for asset_id, _ in wanted}
        keys = {key for _, key in wanted}
        with self._database.read() as session:
            rows = session.execute(
                select(
                    Asset.id,
                    Unit.key,
                    Unit.page,
                    Unit.text,
                    Unit.model,
                    Unit.start_s,
                    Unit.end_s,
                    Unit.thumbnail,
                )
                .join(Unit, Unit.sha256 == Asset.sha256)
                .where(Asset.id.in_(asset_ids), Unit.key.in_(keys))
            )
            return {(row.id, row.key): FoundUnit(*row[2:]) for row in rows}

    def tag_words(self, asset_ids: Sequence[str]) -> dict[str, list[str]]:
        """Labels of the accepted tags of some assets, in every language."""
        with self._database.read() as session:
            return words_of(session, asset_ids)

    def file(self, asset_id: str, number: int, viewer: Viewer) -> AssetFile:
        """The row of a further file of an asset; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, viewer, follow=True)
            file = session.scalar(
                select(AssetFile).where(AssetFile.asset_id == asset.id, AssetFile.number == number)
            )
        if file is None:
            raise NotFound(f"This asset has no file {number}; its record lists them.")
        return file

    def bytes_of(self, asset_id: str, viewer: Viewer) -> tuple[Asset, str | None]:
        """The row of an asset and the hash of its thumbnail; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, viewer, follow=True)
            content = session.get(Content, asset.sha256)
            return asset, content.thumbnail if content else None


def _completeness(asset: Asset, entries: Entries, fields: FieldSet) -> schemas.Completeness:
    measured = completeness(record_of(asset, entries, fields), fields)
    return schemas.Completeness(
        share=measured.share, missing=list(measured.missing), faults=list(measured.faults)
    )


def _values(entries: Entries) -> list[schemas.Value]:
    """What is said of a record: of each field first what is shown, then what stands below."""
    resolved = resolve(entries)
    return [
        schemas.Value(
            name=entry.name,
            value=entry.content,  # type: ignore[arg-type]
            language=entry.language,
            source=entry.source,
            model=entry.model,
            confidence=entry.confidence,
            evidence=entry.evidence,
            state=entry.state,
            actor=entry.actor,
            shown=place == 0,
        )
        for each in resolved.values()
        for place, entry in enumerate((each.entry, *each.others))
        if entry.content is not None
    ]


def thumbnail_address(asset_id: str, thumbnail: str | None) -> str | None:
    """Where the small picture of an asset is had, given its hash."""
    # The hash makes the address change with the bytes, so that they may be kept for ever.
    return f"/v1/assets/{asset_id}/thumbnail?v={thumbnail[:16]}" if thumbnail else None


def _shape(
    asset: Asset | Row[Any],
    thumbnail: str | None,
    tags: Sequence[schemas.TagShort] = (),
    *,
    beside: bool = False,
) -> schemas.Asset:
    """A record; where a picture lies ``beside`` what cannot be drawn, that is its preview."""
    return schemas.Asset(
        id=asset.id,
        name=asset.name,
        title=asset.title,
        kind=asset.kind,  # type: ignore[arg-type]
        media_type=asset.media_type,
        state=asset.state,  # type: ignore[arg-type]
        status=asset.status,  # type: ignore[arg-type]
        hold=asset.hold,
        failure=asset.failure_reason,
        size=asset.size,
        sha256=asset.sha256,
        width=asset.width,
        height=asset.height,
        pages=asset.pages,
        duration_s=asset.duration_s,
        tags=list(tags),
        origin=asset.origin,
        missing_at=asset.missing_at,
        created_at=asset.created_at,
        updated_at=asset.updated_at,
        trashed_at=asset.trashed_at,
        thumbnail=thumbnail_address(asset.id, thumbnail),
        preview=f"/v1/assets/{asset.id}/preview?v={asset.sha256[:16]}"
        if thumbnail or beside
        else None,
        original=f"/v1/assets/{asset.id}/original?v={asset.sha256[:16]}",
    )


def _shape_file(file: AssetFile) -> schemas.AssetFile:
    return schemas.AssetFile(
        number=file.number,
        role=file.role,  # type: ignore[arg-type]
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        origin=file.origin,
        missing_at=file.missing_at,
        address=f"/v1/assets/{file.asset_id}/files/{file.number}?v={file.sha256[:16]}",
    )
