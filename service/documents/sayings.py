"""What machines say of documents, written into their records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import now
from service.record.field import Content
from service.records.tables import RecordEntry

TYPE, LANGUAGE, PERSONAL = "document-types@", "document-language@", "personal-data@"
FILING = "filing-examples@"
RULES = "document_rules.yaml: "
OF_MODELS = (TYPE, LANGUAGE, PERSONAL, FILING)
OF_RULES = (RULES,)
"""How the models of our entries begin."""

_SURE = 0.01
"""A value that is said again is written anew only where it is surer or less sure by more."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a machine says of a field; as ``service.record.entries.Entry``."""

    name: str
    content: Content
    source: Literal["rule", "model"]
    model: str
    confidence: float = 1.0
    evidence: str = ""


def say(session: Session, asset_id: str, sayings: Sequence[Saying], *, ours: Sequence[str]) -> bool:
    """Let an asset have these entries of ours and no others; whether anything changed.

    What a person rejected is not said again.

    Args:
        ours: how the models of the entries begin that may go: ``OF_MODELS`` or ``OF_RULES``.
    """
    rows = list(
        session.scalars(
            select(RecordEntry).where(
                RecordEntry.asset_id == asset_id, RecordEntry.until.is_(None), _of(ours)
            )
        )
    )
    judged = {_said(row) for row in rows if row.actor}
    standing = [row for row in rows if not row.actor]
    fresh = [each for each in sayings if (each.name, each.source, each.content) not in judged]
    kept: list[Saying] = []
    ended: list[int] = []
    for row in standing:
        same = next((each for each in fresh if _stands(row, each)), None)
        if same is None:
            ended.append(row.id)
        else:
            kept.append(same)
    new = [_row(asset_id, each) for each in fresh if each not in kept]
    at = now()
    if ended:
        session.execute(update(RecordEntry).where(RecordEntry.id.in_(ended)).values(until=at))
    if new:
        session.execute(insert(RecordEntry), [{**row, "since": at} for row in new])
    return bool(ended or new)


def _of(ours: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(RecordEntry.model.startswith(each, autoescape=True) for each in ours))


def _said(row: RecordEntry) -> tuple[str, str, Content | None]:
    content = row.content
    return row.name, row.source, tuple(content) if isinstance(content, list) else content


def _stands(row: RecordEntry, each: Saying) -> bool:
    return (
        _said(row) == (each.name, each.source, each.content)
        and row.model == each.model
        and abs(row.confidence - each.confidence) <= _SURE
    )


def _row(asset_id: str, each: Saying) -> dict[str, Any]:
    return {
        "asset_id": asset_id,
        "name": each.name,
        "content": list(each.content) if isinstance(each.content, tuple) else each.content,
        "source": each.source,
        "model": each.model,
        "confidence": each.confidence,
        "evidence": each.evidence,
        "state": "suggested",
    }


def kinds_of(personal: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The kinds of personal data among some places, the commonest first."""
    counts: dict[str, int] = {}
    for each in personal:
        counts[each["kind"]] = counts.get(each["kind"], 0) + 1
    return tuple(sorted(counts, key=lambda kind: (-counts[kind], kind)))
