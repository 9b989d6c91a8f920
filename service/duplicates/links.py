"""Links between contents as a scan writes and reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from service.catalog.database import Database
from service.catalog.tables import Content
from service.duplicates.tables import DuplicateLink

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Found:
    """A link that a scan found. Evidence is plain JSON, told of ``first`` and ``second``."""

    first: str
    second: str
    kind: str
    score: float
    evidence: dict[str, Any]


class LinkStore:
    """Writes the links that one run finds.

    Attributes:
        added: how many pairs were linked that were not before.
    """

    def __init__(self, database: Database, run_id: str) -> None:
        self._database = database
        self._run_id = run_id
        self.added = 0

    def known(self, method: str) -> dict[tuple[str, str], Found]:
        """The links that a method found before, by their pairs."""
        with self._database.read() as session:
            rows = session.scalars(select(DuplicateLink).where(DuplicateLink.method == method))
            return {
                (row.first, row.second): Found(
                    row.first, row.second, row.kind, row.score, row.evidence
                )
                for row in rows
            }

    def forget_older(self, methods: Iterable[str]) -> None:
        """Remove the links that were found by other methods than these."""
        with self._database.write() as session:
            session.execute(delete(DuplicateLink).where(DuplicateLink.method.not_in(list(methods))))

    def replace(self, method: str, links: Sequence[Found]) -> None:
        """Let a method have found these links and no others."""
        wanted = {(link.first, link.second) for link in links}
        gone = [pair for pair in self.known(method) if pair not in wanted]
        with self._database.write() as session:
            for first, second in gone:
                session.execute(
                    delete(DuplicateLink).where(
                        DuplicateLink.method == method,
                        DuplicateLink.first == first,
                        DuplicateLink.second == second,
                    )
                )
        self.add(method, links)

    def add(self, method: str, links: Sequence[Found]) -> None:
        """Store links; of several of one pair, and of what is stored, the strongest stays."""
        best: dict[tuple[str, str], Found] = {}
        for link in links:
            pair = (link.first, link.second)
            if pair not in best or best[pair].score < link.score:
                best[pair] = link
        pairs = sorted(best)
        for start in range(0, len(pairs), _CHUNK):
            self._add(method, [best[pair] for pair in pairs[start : start + _CHUNK]])

    def _add(self, method: str, links: Sequence[Found]) -> None:
        with self._database.write() as session:
            hashes = {sha256 for link in links for sha256 in (link.first, link.second)}
            # Somebody may have purged one since it was looked at.
            present = set(session.scalars(select(Content.sha256).where(Content.sha256.in_(hashes))))
            stored = {
                (row.first, row.second): row
                for row in session.scalars(
                    select(DuplicateLink).where(
                        DuplicateLink.method == method,
                        DuplicateLink.first.in_({link.first for link in links}),
                    )
                )
            }
            for link in links:
                if not {link.first, link.second} <= present:
                    continue
                row = stored.get((link.first, link.second))
                if row is None:
                    row = DuplicateLink(
                        first=link.first, second=link.second, method=method, run_id=self._run_id
                    )
                    session.add(row)
                    self.added += 1
                elif row.score >= link.score:
                    continue
                row.kind, row.score, row.evidence = link.kind, link.score, link.evidence
