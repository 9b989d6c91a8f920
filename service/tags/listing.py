"""Tags and runs, for showing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service import schemas as shapes
from service.access.viewer import Viewer
from service.catalog.cursors import Cursor
from service.tags import schemas
from service.tags.names import label, labels_of
from service.tags.rows import Key, standing
from service.tags.tables import Tag, TagRun

_STATES = {"accepted": 0, "suggested": 1, "rejected": 2}


def tags_of(session: Session, asset_id: str) -> schemas.AssetTags:
    """Everything that is said of the terms of an asset."""
    rows = sorted(standing(session, [asset_id])[asset_id].values(), key=_rank)
    labels = labels_of(session, [row.key for row in rows])
    return schemas.AssetTags(tags=[_shape(row, labels[row.key]) for row in rows])


def short_tags(session: Session, asset_ids: Sequence[str]) -> dict[str, list[shapes.TagShort]]:
    """Tags and suggestions of some assets, for lists."""
    # Plain rows: making objects of the catalog costs more than reading them.
    rows = session.execute(
        select(Tag.asset_id, Tag.vocabulary, Tag.term, Tag.state, Tag.source, Tag.confidence).where(
            Tag.asset_id.in_(asset_ids), Tag.until.is_(None), Tag.state != "rejected"
        )
    ).all()
    labels = labels_of(session, {(row.vocabulary, row.term) for row in rows})
    found: dict[str, list[shapes.TagShort]] = {}
    for row in sorted(rows, key=_rank):
        key = (row.vocabulary, row.term)
        found.setdefault(row.asset_id, []).append(
            shapes.TagShort(
                vocabulary=row.vocabulary,
                term=row.term,
                label=label(labels[key], key),
                state=row.state,
                source=row.source,
                confidence=row.confidence,
            )
        )
    return found


def words_of(session: Session, asset_ids: Sequence[str]) -> dict[str, list[str]]:
    """Labels of the accepted tags of some assets, in every language."""
    rows = session.execute(
        select(Tag.asset_id, Tag.vocabulary, Tag.term)
        .where(Tag.asset_id.in_(asset_ids), Tag.until.is_(None), Tag.state == "accepted")
        .order_by(Tag.id)
    ).all()
    labels = labels_of(session, {(row.vocabulary, row.term) for row in rows})
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        words = found.setdefault(row.asset_id, {})
        words.update(dict.fromkeys(labels[row.vocabulary, row.term].values()))
    return {asset_id: list(words) for asset_id, words in found.items()}


def runs_page(
    session: Session, viewer: Viewer, *, limit: int, cursor: str | None
) -> schemas.RunPage:
    """Some runs, newest first: all for an admin, else one's own.

    Raises:
        BadRequest: the cursor is not ours.
    """
    rows = select(TagRun)
    if not viewer.sees_all:
        rows = rows.where(TagRun.started_by == viewer.id)
    if cursor is not None:
        last = Cursor.decode(cursor)
        rows = rows.where(
            or_(
                TagRun.started_at < last.created_at,
                and_(TagRun.started_at == last.created_at, TagRun.id < last.id),
            )
        )
    found = session.scalars(
        rows.order_by(TagRun.started_at.desc(), TagRun.id.desc()).limit(limit + 1)
    ).all()
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = Cursor(shown[-1].started_at, shown[-1].id).encode()
    return schemas.RunPage(runs=[_run(row) for row in shown], next_cursor=following)


def named(session: Session, keys: Sequence[Key]) -> dict[Key, str]:
    """The label of each of some terms."""
    return {key: label(labels, key) for key, labels in labels_of(session, keys).items()}


def _rank(row: object) -> tuple[int, float, str]:
    return (
        _STATES[row.state],  # type: ignore[attr-defined]
        -row.confidence,  # type: ignore[attr-defined]
        row.term,  # type: ignore[attr-defined]
    )


def _shape(row: Tag, labels: Mapping[str, str]) -> schemas.AssetTag:
    return schemas.AssetTag(
        vocabulary=row.vocabulary,
        term=row.term,
        label=label(labels, row.key),
        labels=dict(labels),
        state=row.state,  # type: ignore[arg-type]
        source=row.source,  # type: ignore[arg-type]
        model=row.model,
        confidence=row.confidence,
        evidence=[schemas.TagEvidence(**each) for each in row.evidence],
        actor=row.actor,
        since=row.since,
    )


def _run(row: TagRun) -> schemas.Run:
    return schemas.Run(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]
        started_by=row.started_by,
        about=row.about,
        started_at=row.started_at,
        assets=row.assets,
        given=row.given,
        suggested=row.suggested,
        taken=row.taken,
        undone=row.undone_by is not None,
    )
