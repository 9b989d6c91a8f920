"""Rows of tags: what stands, and how one saying takes the place of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.catalog.tables import Asset, Outbox, now
from service.tags.tables import Tag, TagRun

Key = tuple[str, str]
"""Vocabulary and term."""

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Run:
    """The work that changes tags (see ``TagRun``)."""

    id: str
    kind: str
    started_by: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a term; see ``Tag``."""

    state: str
    source: str
    model: str = ""
    confidence: float = 1.0
    evidence: Sequence[Mapping[str, Any]] = ()
    actor: str = ""

    @classmethod
    def of(cls, row: Tag) -> Said:
        """What a row says."""
        return cls(row.state, row.source, row.model, row.confidence, row.evidence, row.actor)


@dataclass(slots=True)
class Changes:
    """Rows that end, and what is said in their place."""

    ended: list[Tag] = field(default_factory=list)
    said: list[tuple[str, Key, Said]] = field(default_factory=list)

    def replace(self, asset_id: str, key: Key, old: Tag | None, new: Said | None) -> None:
        """Let ``new`` stand for a term in place of ``old``; None for nothing."""
        if old is not None:
            self.ended.append(old)
        if new is not None:
            self.said.append((asset_id, key, new))

    @property
    def assets(self) -> set[str]:
        """Ids of the assets that change."""
        return {row.asset_id for row in self.ended} | {asset_id for asset_id, _, _ in self.said}

    @property
    def counts(self) -> dict[str, int]:
        """How many terms are given, suggested, and taken away, by column of ``TagRun``."""
        said = {(asset_id, key) for asset_id, key, _ in self.said}
        states = [each.state for _, _, each in self.said]
        return {
            "given": states.count("accepted"),
            "suggested": states.count("suggested"),
            "taken": sum((row.asset_id, row.key) not in said for row in self.ended),
        }


def standing(session: Session, asset_ids: Sequence[str]) -> dict[str, dict[Key, Tag]]:
    """The tags that stand, by asset and term."""
    found: dict[str, dict[Key, Tag]] = {asset_id: {} for asset_id in asset_ids}
    for start in range(0, len(asset_ids), _AT_ONCE):
        rows = select(Tag).where(
            Tag.asset_id.in_(asset_ids[start : start + _AT_ONCE]), Tag.until.is_(None)
        )
        for row in session.scalars(rows.execution_options(populate_existing=True)):
            found[row.asset_id][row.key] = row
    return found


def write(session: Session, changes: Changes, run: Run) -> None:
    """Write changes down, have the index take up what it finds by, and count them."""
    if not changes.assets:
        return
    at = now()
    _begin(session, run)
    _count(session, changes, run)
    if changes.ended:
        session.execute(
            update(Tag)
            .where(Tag.id.in_([row.id for row in changes.ended]))
            .values(until=at, ended_by=run.id)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "asset_id": asset_id,
            "vocabulary": key[0],
            "term": key[1],
            "state": said.state,
            "source": said.source,
            "model": said.model,
            "confidence": said.confidence,
            "evidence": list(said.evidence),
            "actor": said.actor,
            "run_id": run.id,
            "since": at,
        }
        for asset_id, key, said in changes.said
    ]
    if rows:
        session.execute(insert(Tag), rows)
    if found_by := _found_otherwise(changes):
        session.execute(
            insert(Outbox), [{"asset_id": each, "operation": "index"} for each in found_by]
        )


def touch(session: Session, asset_ids: Iterable[str]) -> None:
    """Let assets count as changed now: a person spoke of them."""
    session.execute(
        update(Asset)
        .where(Asset.id.in_(list(asset_ids)))
        .values(updated_at=now())
        .execution_options(synchronize_session=False)
    )


def _found_otherwise(changes: Changes) -> list[str]:
    """Assets that have other accepted tags now, by whose words they are found."""
    before = {(row.asset_id, row.key) for row in changes.ended if row.state == "accepted"}
    after = {(asset_id, key) for asset_id, key, said in changes.said if said.state == "accepted"}
    return sorted({asset_id for asset_id, _ in before ^ after})


def _begin(session: Session, run: Run) -> None:
    if session.get(TagRun, run.id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(
                TagRun(id=run.id, kind=run.kind, started_by=run.started_by, about=run.about)
            )
    except IntegrityError:
        # Another thread of the same job was first.
        session.expire_all()


def _count(session: Session, changes: Changes, run: Run) -> None:
    known = session.scalars(
        select(Tag.asset_id)
        .where(Tag.asset_id.in_(changes.assets), or_(Tag.run_id == run.id, Tag.ended_by == run.id))
        .distinct()
    ).all()
    counts = {"assets": len(changes.assets) - len(known), **changes.counts}
    session.execute(
        update(TagRun)
        .where(TagRun.id == run.id)
        .values(
            changed_at=now(),
            **{name: getattr(TagRun, name) + count for name, count in counts.items()},
        )
        .execution_options(synchronize_session=False)
    )
