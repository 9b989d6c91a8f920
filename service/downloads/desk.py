"""Downloads as people ask for them: one file, or many as a ZIP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from pipelines.pool import ReaderPool
from pipelines.renditions.recipe import Credits
from service.access.predicate import seen_assets
from service.access.seen import no_asset
from service.access.viewer import Viewer
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.originals import original_of
from service.catalog.tables import Asset
from service.collections.members import Members
from service.downloads import schemas
from service.downloads.bundle import Item, bundle
from service.downloads.presets import Preset, load_presets, preset_named
from service.downloads.rendition import Rendition, Source, make_rendition
from service.downloads.sheets import sheets
from service.errors import BadRequest, NotFound
from service.events.record import Change, record_all
from service.ids import new_id
from service.record.as_xmp import to_xmp
from service.record.fieldset import FieldSet
from service.record.records import Record
from service.record.resolve import in_language
from service.records.editor import RecordEditor
from service.records.shown import records_of

MOST_FILES = 5_000
"""Files in one ZIP."""

_CHUNK = 250


@dataclass(frozen=True, slots=True)
class DownloadParts:
    """What downloads are made with; ``presets`` is the owner's file of presets."""

    blobs: BlobStore
    pool: ReaderPool
    presets: Path


class Downloads:
    """Hands out files to one viewer."""

    def __init__(
        self,
        database: Database,
        parts: DownloadParts,
        fields: FieldSet,
        viewer: Viewer,
        *,
        editor: RecordEditor,
        members: Members,
    ) -> None:
        self._database = database
        self._parts = parts
        self._fields = fields
        self._viewer = viewer
        self._editor = editor
        self._members = members

    def presets(self) -> schemas.PresetList:
        """The ways to download; raises InvalidPresets where the owner's file is wrong."""
        return schemas.PresetList(presets=[_told(each) for each in self._presets().values()])

    def one(self, asset_id: str, preset: str) -> Rendition:
        """One file.

        Raises:
            NotFound: there is no such asset or preset.
            BadRequest: no such rendition can be made of it.
        """
        # First of all: what one may not see is like nothing, whatever else is wrong.
        asset, record = self._one(asset_id)
        made = self._make(asset, record, preset_named(self._presets(), preset))
        self._note([asset_id], preset)
        return made

    def streamed(self, asset_id: str, preset: str) -> tuple[str, Iterator[bytes]]:
        """The name of one file and its bytes, some at a time; as ``one``."""
        made = self.one(asset_id, preset)
        return made.name, made.chunks()

    def zipped(self, request: schemas.DownloadRequest) -> Iterator[bytes]:
        """Many files as the bytes of a ZIP, with sheets of their records and licences.

        What cannot be made is named in ``problems.txt``.

        Raises:
            NotFound: there is no such preset, collection, or none of the assets.
            BadRequest: nothing is meant, or too much.
        """
        preset = preset_named(self._presets(), request.preset)
        ids = self._chosen(request)
        if len(ids) > MOST_FILES:
            raise BadRequest(
                f"These are {len(ids):,} files; download at most {MOST_FILES:,} at a time."
            )
        if not ids:
            raise NotFound("There is nothing to download; select something else.")
        self._note(ids, preset.name)
        records: dict[str, Record] = {}
        items = self._items(ids, preset, records)
        return bundle(items, lambda outcome: sheets(outcome, records, self._fields))

    def _items(
        self, ids: Sequence[str], preset: Preset, records: dict[str, Record]
    ) -> Iterator[Item]:
        for start in range(0, len(ids), _CHUNK):
            for asset, record in self._found(ids[start : start + _CHUNK]):
                records[asset.id] = record
                yield Item(asset.id, asset.name, _Making(self, asset, record, preset))

    def _make(self, asset: Asset, record: Record, preset: Preset) -> Rendition:
        source = Source(
            path=original_of(asset, self._parts.blobs),
            name=asset.name,
            kind=asset.kind,
            media_type=asset.media_type,
            size=asset.size,
            width=asset.width,
            height=asset.height,
            credits=_credits(record, self._fields),
        )
        return make_rendition(source, preset, self._parts.pool)

    def _one(self, asset_id: str) -> tuple[Asset, Record]:
        found = self._found([asset_id])
        if not found:
            raise no_asset(asset_id)
        return found[0]

    def _found(self, ids: Sequence[str]) -> list[tuple[Asset, Record]]:
        with self._database.read() as session:
            chosen = select(Asset).where(
                Asset.id.in_(ids), Asset.trashed_at.is_(None), *seen_assets(self._viewer)
            )
            assets = session.scalars(chosen.order_by(Asset.id)).all()
            records = records_of(session, assets, self._fields)
        return [(asset, records[asset.id]) for asset in assets]

    def _chosen(self, request: schemas.DownloadRequest) -> list[str]:
        wanted: list[set[str]] = []
        if request.asset_ids:
            wanted.append(self._visible(request.asset_ids))
        if request.where is not None:
            wanted.append(set(self._editor.select(request.where)))
        if request.collection_id is not None:
            wanted.append(self._inside(request.collection_id))
        if not wanted:
            raise BadRequest("Say what to download: asset_ids, where, or collection_id.")
        return sorted(set.intersection(*wanted))

    def _visible(self, asset_ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(asset_ids), _CHUNK):
            with self._database.read() as session:
                chosen = select(Asset.id).where(
                    Asset.id.in_(asset_ids[start : start + _CHUNK]),
                    Asset.trashed_at.is_(None),
                    *seen_assets(self._viewer),
                )
                found.update(session.scalars(chosen))
        return found

    def _inside(self, collection_id: str) -> set[str]:
        found: set[str] = set()
        cursor: str | None = None
        while True:
            ids, _, cursor = self._members.page(
                collection_id, limit=_CHUNK, cursor=cursor, inside=True
            )
            found.update(ids)
            if cursor is None:
                return found

    def _note(self, ids: Sequence[str], preset: str) -> None:
        batch = new_id() if len(ids) > 1 else None
        with self._database.write() as session:
            record_all(
                session,
                (
                    Change(
                        self._viewer.id,
                        "asset.downloaded",
                        each,
                        batch_id=batch,
                        after={"preset": preset},
                    )
                    for each in ids
                ),
            )

    def _presets(self) -> dict[str, Preset]:
        return load_presets(self._parts.presets)


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the rendition of one asset when it is called."""

    downloads: Downloads
    asset: Asset
    record: Record
    preset: Preset

    def __call__(self) -> Rendition:
        return self.downloads._make(self.asset, self.record, self.preset)


def _credits(record: Record, fields: FieldSet) -> Credits:
    def text(name: str) -> str:
        return str(in_language(record.contents, name, "en") or "")

    def listed(name: str) -> tuple[str, ...]:
        content = record.contents.get((name, ""))
        return content if isinstance(content, tuple) else ()

    return Credits(
        title=text("title"),
        description=text("description"),
        keywords=listed("keywords"),
        creator="; ".join(listed("creator")),
        credit=text("credit"),
        rights=text("rights"),
        xmp=to_xmp(record, fields),
    )


def _told(preset: Preset) -> schemas.Preset:
    recipe = preset.recipe
    if recipe is None:
        return schemas.Preset(name=preset.name, label=preset.label, format="untouched")
    return schemas.Preset(
        name=preset.name,
        label=preset.label,
        format=recipe.format,
        width=recipe.width,
        height=recipe.height,
        ratio=recipe.ratio,
        strips_location=recipe.strip_location,
        strips_device=recipe.strip_device,
        writes_credits=recipe.credits,
    )
