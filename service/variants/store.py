"""Originals and variants: joined, parted, and shown as a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog.assets import thumbnail_address
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, Outbox
from service.collections.stored import lock_tree
from service.errors import BadRequest, Conflict
from service.events.record import Change, record
from service.record.fieldset import FieldSet
from service.records.refresh import refresh_records
from service.variants import schemas
from service.variants.inherited import originals_of, variants_of
from service.variants.tables import Variant

_MOST = 1000
"""Assets of one tree."""


class Variants:
    """Originals and variants for one viewer.

    Args:
        on_change: called when the index has something to take up.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        viewer: Viewer,
        *,
        on_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._fields = fields
        self._viewer = viewer
        self._on_change = on_change

    def join(self, asset_id: str, wanted: schemas.SetOriginal) -> schemas.VariantTree:
        """Say of what an asset was made; the rights of that follow it.

        Raises:
            NotFound: there is no such asset.
            Conflict: that would go round in a circle, or the tree would be too large.
        """
        self._viewer.require("write")
        with self._database.write() as session:
            lock_tree(session)
            asset = find_asset(session, asset_id, self._viewer)
            original = find_asset(session, wanted.original_id, self._viewer)
            below = variants_of(session, [asset.id])
            if original.id == asset.id or original.id in below:
                raise Conflict("An asset cannot be made of itself, or of what was made of it.")
            root = _root(session, original.id)
            if len(variants_of(session, [root])) + len(below) >= _MOST:
                raise Conflict(f"A tree holds at most {_MOST} assets.")
            row = session.get(Variant, asset.id)
            before = row.original_id if row is not None else None
            if row is None:
                row = Variant(variant_id=asset.id, original_id=original.id)
                session.add(row)
            row.original_id, row.how, row.actor = original.id, wanted.how, self._viewer.id
            self._changed(session, asset, before, original.id)
        self._on_change()
        return self.tree(asset_id)

    def part(self, asset_id: str) -> schemas.VariantTree:
        """Say that an asset was made of nothing else; raises NotFound, or BadRequest."""
        self._viewer.require("write")
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer)
            row = session.get(Variant, asset.id)
            if row is None:
                raise BadRequest("This asset has no original.")
            before = row.original_id
            session.delete(row)
            self._changed(session, asset, before, None)
        self._on_change()
        return self.tree(asset_id)

    def tree(self, asset_id: str) -> schemas.VariantTree:
        """All that hangs together with an asset, from the original down; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer, follow=True)
            root = _root(session, asset.id)
            ids = [root, *variants_of(session, [root])]
            links = {
                row.variant_id: row
                for row in session.scalars(select(Variant).where(Variant.variant_id.in_(ids)))
            }
            seen = {
                row.id: row
                for row in session.execute(
                    select(Asset.id, Asset.name, Asset.trashed_at, Content.thumbnail)
                    .outerjoin(Content, Content.sha256 == Asset.sha256)
                    .where(Asset.id.in_(ids), *seen_assets(self._viewer))
                )
            }
        children: dict[str, list[str]] = {}
        for variant_id, link in links.items():
            if variant_id != root:
                children.setdefault(link.original_id, []).append(variant_id)
        nodes: list[schemas.VariantNode] = []
        waiting = [(root, 0)]
        while waiting:
            each, depth = waiting.pop()
            waiting += [
                (child, depth + 1) for child in sorted(children.get(each, ()), reverse=True)
            ]
            if each in seen:
                row = seen[each]
                nodes.append(
                    schemas.VariantNode(
                        id=each,
                        name=row.name,
                        how=links[each].how if each in links and each != root else "",
                        thumbnail=thumbnail_address(each, row.thumbnail),
                        trashed=row.trashed_at is not None,
                        depth=depth,
                    )
                )
        return schemas.VariantTree(nodes=nodes, hidden=len(ids) - len(nodes))

    def _changed(
        self, session: Session, asset: Asset, before: str | None, after: str | None
    ) -> None:
        session.flush()
        refresh_records(session, [asset], self._fields)
        session.add(Outbox(asset_id=asset.id, operation="index"))
        record(
            session,
            Change(
                self._viewer.id,
                "asset.original",
                asset.id,
                before={"original_id": before},
                after={"original_id": after},
            ),
        )


def _root(session: Session, asset_id: str) -> str:
    seen: Sequence[str] = [asset_id]
    while (above := originals_of(session, [asset_id]).get(asset_id)) and above not in seen:
        asset_id = above
        seen = [*seen, above]
    return asset_id
