"""Which assets wait to be described as documents, noted in the transactions of others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import Asset, Unit
from service.documents.tables import DocumentFacts, DocumentLabel

_AT_ONCE = 500


def waiting() -> ColumnElement[bool]:
    """That an ``Asset`` has text that was not looked at yet."""
    return (
        select(DocumentLabel.asset_id)
        .where(DocumentLabel.asset_id == Asset.id, DocumentLabel.digest == "")
        .exists()
    )


def note_text(session: Session, hashes: Collection[str], *, anew: Collection[str]) -> None:
    """Have the assets of some contents described that have text.

    Args:
        anew: those of the contents whose text may have changed.
    """
    session.execute(delete(DocumentFacts).where(DocumentFacts.sha256.in_(anew)))
    passage = select(Unit.id).where(Unit.sha256 == Asset.sha256, Unit.kind == "passage").exists()
    assets = dict(iter(session.execute(select(Asset.id, passage).where(Asset.sha256.in_(hashes)))))
    note_again(session, [each for each, has_text in assets.items() if has_text])
    session.execute(
        delete(DocumentLabel).where(
            DocumentLabel.asset_id.in_([each for each, has_text in assets.items() if not has_text])
        )
    )
    known = set(
        session.scalars(
            select(DocumentLabel.asset_id).where(DocumentLabel.asset_id.in_(list(assets)))
        )
    )
    fresh = [each for each, has_text in assets.items() if has_text and each not in known]
    if fresh:
        session.execute(insert(DocumentLabel), [{"asset_id": each} for each in fresh])


def note_again(session: Session, asset_ids: Sequence[str]) -> None:
    """Have assets described again that were: what people say of them has changed."""
    for start in range(0, len(asset_ids), _AT_ONCE):
        session.execute(
            update(DocumentLabel)
            .where(DocumentLabel.asset_id.in_(asset_ids[start : start + _AT_ONCE]))
            .values(digest="")
            .execution_options(synchronize_session=False)
        )
