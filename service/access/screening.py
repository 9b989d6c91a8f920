"""Applies the access rules to assets; nobody but admins sees one before.

What cannot be read may hold anything: a rule that looks inside fits it as far as its other
conditions do. A rule puts an asset away once for the same bytes: who takes it out again
decides against the rule.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import Session

from service.access.facts import facts_of
from service.access.predicate import unscreened
from service.access.refresh import refresh_access
from service.access.rules import Rule, Rules
from service.access.tables import AppliedRules, RulePlacement
from service.access.viewer import OWNER
from service.catalog.database import Database
from service.catalog.tables import Asset, JobItem, Outbox
from service.collections.members import put_in
from service.collections.rooms import room_for
from service.collections.stored import lock_tree
from service.collections.tables import CollectionMember
from service.documents.waiting import waiting
from service.ingest.items import OPEN
from service.ingest.work import READ
from service.record.fieldset import FieldSet

_log = logging.getLogger(__name__)

_CHUNK = 500
_PAUSE_S = 2.0


class Screener:
    """Screens assets by the rules of a home. Thread safe."""

    def __init__(self, database: Database, rules: Rules, fields: FieldSet) -> None:
        self._database = database
        self._rules = rules
        self._fields = fields
        self._looks_inside = any(rule.looks_inside for rule in rules.rules)
        self._looks_at_fields = any(rule.fields for rule in rules.rules)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access-rules", daemon=True)

    def open(self) -> None:
        """Make the collections that rules need; where the rules changed, nobody but admins
        sees any asset until it was screened again."""
        with self._database.write() as session:
            applied = session.get(AppliedRules, 1)
            digest = applied.digest if applied is not None else ""
            if digest == self._rules.digest:
                return
            lock_tree(session)
            for rule in self._rules.rules:
                room_for(session, rule)
            session.execute(update(Asset).values(screened=None, updated_at=Asset.updated_at))
            session.merge(AppliedRules(id=1, digest=self._rules.digest))

    def start(self) -> None:
        """Keep screening in the background what nothing else has screened."""
        self._thread.start()

    def close(self) -> None:
        """Stop soon."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def screen(self, session: Session, asset_ids: Sequence[str]) -> None:
        """Screen assets that were read, inside the transaction that wrote what was found.

        One with a later stage to come is left for then, if a rule wants to look inside.
        """
        for at in range(0, len(asset_ids), _CHUNK):
            chunk = asset_ids[at : at + _CHUNK]
            assets = session.scalars(
                select(Asset)
                .where(Asset.id.in_(chunk), Asset.state != "queued", *self._settled())
                .execution_options(populate_existing=True)
            ).all()
            if self._rules.rules:
                self._apply(session, assets)
            self._note(session, assets)

    def screen_all(self) -> int:
        """Screen what is not screened yet; how many assets."""
        count = 0
        for asset_ids in self._waiting():
            with self._database.write() as session:
                self.screen(session, asset_ids)
            count += len(asset_ids)
        return count

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self.screen_all()
            except Exception:
                _log.exception("Applying the access rules met a fault and goes on")
            self._closing.wait(_PAUSE_S)

    def _waiting(self) -> Iterator[list[str]]:
        after = ""
        while not self._closing.is_set():
            with self._database.read() as session:
                found = list(
                    session.scalars(
                        select(Asset.id)
                        .where(
                            unscreened(),
                            Asset.id > after,
                            Asset.state != "queued",
                            *self._settled(),
                        )
                        .order_by(Asset.id)
                        .limit(_CHUNK)
                    )
                )
            if not found:
                return
            yield found
            after = found[-1]

    def _settled(self) -> tuple[ColumnElement[bool], ...]:
        """That nothing may still bring words or fields to light, where that matters."""
        if not self._looks_inside:
            return ()
        later = (
            ~select(JobItem.id)
            .where(JobItem.asset_id == Asset.id, JobItem.stage != READ, JobItem.state.in_(OPEN))
            .exists()
        )
        return (later, ~waiting()) if self._looks_at_fields else (later,)

    def _apply(self, session: Session, assets: Sequence[Asset]) -> None:
        lock_tree(session)
        done = {
            (row.asset_id, row.rule, row.sha256)
            for row in session.scalars(
                select(RulePlacement).where(
                    RulePlacement.asset_id.in_([asset.id for asset in assets])
                )
            )
        }
        facts = facts_of(session, assets, self._fields, inside=self._looks_inside)
        for rule in self._rules.rules:
            fitting = [
                asset
                for asset in assets
                if (asset.id, rule.name, asset.sha256) not in done
                and rule.fits(facts[asset.id]) is not False
            ]
            if fitting:
                _put_away(session, rule, fitting)

    def _note(self, session: Session, assets: Sequence[Asset]) -> None:
        fresh = [asset.id for asset in assets if asset.screened != asset.sha256]
        if not fresh:
            return
        session.execute(
            update(Asset)
            .where(Asset.id.in_(fresh))
            .values(screened=Asset.sha256, updated_at=Asset.updated_at)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            insert(Outbox).from_select(
                ["asset_id", "operation"],
                select(Asset.id, literal("index")).where(Asset.id.in_(fresh)),
            )
        )


def _put_away(session: Session, rule: Rule, assets: Sequence[Asset]) -> None:
    collection_id = room_for(session, rule)
    ids = [asset.id for asset in assets]
    here = set(
        session.scalars(
            select(CollectionMember.asset_id).where(
                CollectionMember.collection_id == collection_id, CollectionMember.asset_id.in_(ids)
            )
        )
    )
    put_in(session, collection_id, [each for each in ids if each not in here], f"rule:{rule.name}")
    session.execute(
        insert(RulePlacement),
        [{"asset_id": a.id, "rule": rule.name, "sha256": a.sha256} for a in assets],
    )
    refresh_access(session, ids, OWNER)
