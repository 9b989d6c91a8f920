"""Duplicates among the texts of the catalog: other formats, versions, templates and parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from pipelines.duplicates.text_prints import TextPrint, text_print
from pipelines.duplicates.texts import TextEvidence, candidates, judge
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, Unit
from service.duplicates.links import Found, LinkStore
from service.duplicates.progress import Progress

METHOD = "texts-1"
"""Written beside what was found; another number has all texts compared anew."""

_KIND = "passage"
_CHUNK = 100
_PAIRS_AT_ONCE = 100
_MOST_CHARACTERS = 2_000_000
_SIDES = 160


class TextFinder:
    """Finds links among the texts of all documents, and stores them.

    The words in photos are none: many show the same sign.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, store: LinkStore, progress: Progress) -> int:
        """Compare the texts that share much; how many pairs were looked at."""
        names = self._contents()
        prints = self._prints(names, progress)
        names = [name for name in names if name in prints]
        listed = [prints[name] for name in names]
        known = store.known(METHOD)
        pairs = [
            (one, other)
            for one, other in sorted(candidates(listed, names))
            if (names[one], names[other]) not in known
        ]
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            progress("Comparing texts", start, len(pairs))
            found: list[Found] = []
            for one, other in pairs[start : start + _PAIRS_AT_ONCE]:
                found += self._judged(names[one], names[other], listed[one], listed[other])
            store.add(METHOD, found)
        return len(pairs)

    def _contents(self) -> list[str]:
        """The contents with words of all records that are not in the trash, in order."""
        wanted = (
            select(Unit.sha256)
            .join(Asset, Asset.sha256 == Unit.sha256)
            .join(Content, Content.sha256 == Unit.sha256)
            .where(
                Content.kind == "document",
                Unit.kind == _KIND,
                func.length(Unit.text) > 0,
                Asset.trashed_at.is_(None),
            )
            .distinct()
            .order_by(Unit.sha256)
        )
        with self._database.read() as session:
            return list(session.scalars(wanted))

    def _prints(self, names: list[str], progress: Progress) -> dict[str, TextPrint]:
        found: dict[str, TextPrint] = {}
        for start in range(0, len(names), _CHUNK):
            progress("Reading texts", start, len(names))
            for name, text in self._texts(names[start : start + _CHUNK]).items():
                found[name] = text_print(text)
        return found

    def _texts(self, names: Iterable[str]) -> dict[str, str]:
        """The texts of some contents: their passages in order, without what two passages share."""
        rows = (
            select(Unit.sha256, Unit.page, Unit.text, Unit.char_start)
            .where(Unit.sha256.in_(list(names)), Unit.kind == _KIND)
            .order_by(Unit.sha256, Unit.page, Unit.char_start, Unit.id)
        )
        parts: dict[str, list[str]] = {}
        ends: dict[tuple[str, int | None], int] = {}
        sizes: dict[str, int] = {}
        with self._database.read() as session:
            for row in session.execute(rows):
                if sizes.get(row.sha256, 0) > _MOST_CHARACTERS:
                    continue
                text = row.text
                if row.char_start is not None:
                    place = (row.sha256, row.page)
                    text = text[max(0, ends.get(place, 0) - row.char_start) :]
                    ends[place] = max(ends.get(place, 0), row.char_start + len(row.text))
                parts.setdefault(row.sha256, []).append(text)
                sizes[row.sha256] = sizes.get(row.sha256, 0) + len(text)
        return {name: "\n\n".join(some) for name, some in parts.items()}

    def _judged(self, one: str, other: str, first: TextPrint, second: TextPrint) -> list[Found]:
        texts: dict[str, str] = {}

        def load(name: str) -> str:
            if not texts:
                texts.update(self._texts([one, other]))
            return texts.get(name, "")

        verdict = judge(first, second, lambda: load(one), lambda: load(other))
        if verdict is None:
            return []
        kind, score, evidence = verdict
        return [Found(one, other, kind, max(score, 0.01), _plain(evidence))]


def _plain(evidence: TextEvidence) -> dict[str, Any]:
    """The evidence as JSON, with the differing spans cut to what a page shows."""
    found: dict[str, Any] = asdict(evidence)
    diff = found.pop("diff", None)
    if diff is not None:
        found["ratio"] = diff["ratio"]
        found["counts"] = diff["counts"]
        found["differing"] = [
            [each["first"][:_SIDES], each["second"][:_SIDES]] for each in diff["differences"]
        ]
    return found
