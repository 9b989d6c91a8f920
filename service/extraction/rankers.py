"""The rankers in force: learned from corrections where a library has done so, else ours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.licences import Policy
from pipelines.documents.fields.trained import Trained, from_json, to_json, trained
from service.catalog.database import Database
from service.catalog.tables import now
from service.extraction.tables import Extraction, LearnedRankers

_KEPT = 5
"""Earlier rankers of a schema that can be gone back to."""


class RankerShelf:
    """Keeps the rankers of schemas in the catalog. Thread safe."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy
        self._parsed: dict[str, tuple[int, Trained]] = {}

    def of(self, schema: str) -> Trained:
        """Those in force."""
        with self._database.read() as session:
            newest = session.scalars(_in_force(schema).with_only_columns(LearnedRankers.id)).first()
            if newest is None:
                return trained(schema, self._policy)
            held = self._parsed.get(schema)
            if held is None or held[0] != newest:
                content = session.get_one(LearnedRankers, newest).content
                held = self._parsed[schema] = newest, from_json(content)
        return held[1]

    def put(self, schema: str, made: Trained, figures: dict[str, Any], actor: str) -> None:
        """Let these be in force; documents of the schema are looked at again."""
        with self._database.write() as session:
            session.add(
                LearnedRankers(schema=schema, content=to_json(made), figures=figures, actor=actor)
            )
            session.flush()
            older = session.scalars(_in_force(schema)).all()[_KEPT:]
            for row in older:
                session.delete(row)
            _look_again(session, schema)

    def undo(self, schema: str) -> dict[str, Any] | None:
        """Go back to those before; the figures of what was put away, None where nothing was."""
        with self._database.write() as session:
            newest = session.scalars(_in_force(schema)).first()
            if newest is None:
                return None
            newest.until = now()
            _look_again(session, schema)
            return dict(newest.figures)

    def figures(self) -> dict[str, dict[str, Any]]:
        """What was measured for the rankers in force, by schema, where they were learned."""
        found: dict[str, dict[str, Any]] = {}
        with self._database.read() as session:
            rows = select(LearnedRankers).where(LearnedRankers.until.is_(None))
            for row in session.scalars(rows.order_by(LearnedRankers.id)):
                found[row.schema] = dict(row.figures)
        return found


def _in_force(schema: str) -> Any:
    return (
        select(LearnedRankers)
        .where(LearnedRankers.schema == schema, LearnedRankers.until.is_(None))
        .order_by(LearnedRankers.id.desc())
    )


def _look_again(session: Session, schema: str) -> None:
    session.execute(update(Extraction).where(Extraction.schema == schema).values(maker=""))
