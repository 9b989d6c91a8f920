"""Makes the open groups anew from all links and what people decided.

Groups that stay keep their ids, and with them what people chose. What was resolved or dismissed
is history and is left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from pipelines.duplicates.groups import groups
from pipelines.duplicates.links import Link
from service.catalog.tables import Asset, Content
from service.duplicates.kinds import COPIES, family_of, weakest
from service.duplicates.tables import (
    DuplicateGroup,
    DuplicateLink,
    DuplicateMember,
    NotDuplicates,
)
from service.ids import new_id

_CHUNK = 500

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A group as the links make it."""

    family: str
    kind: str
    medoid: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Stock:
    """How many records some bytes have, and how large they are."""

    records: int
    size: int


def regroup(session: Session, run_id: str) -> tuple[int, int]:
    """Bring the open groups up to date.

    Returns:
        How many there are, and how many of them are new.
    """
    stock = _stock(session)
    apart = {(row.first, row.second) for row in session.scalars(select(NotDuplicates))}
    found = list(_grouped(_links(session, stock, apart), stock, apart))
    return len(found), _store(session, found, stock, run_id)


def _stock(session: Session) -> dict[str, _Stock]:
    """The contents that records have which are not in the trash."""
    rows = session.execute(
        select(Asset.sha256, func.count(), func.max(Asset.size))
        .join(Content, Content.sha256 == Asset.sha256)
        .where(Asset.trashed_at.is_(None))
        .group_by(Asset.sha256)
    )
    return {sha256: _Stock(count, size) for sha256, count, size in rows}


def _links(
    session: Session, stock: Mapping[str, _Stock], apart: set[Pair]
) -> dict[str, dict[Pair, tuple[str, float]]]:
    """The strongest link of each pair, by family."""
    found: dict[str, dict[Pair, tuple[str, float]]] = defaultdict(dict)
    for row in session.execute(
        select(DuplicateLink.first, DuplicateLink.second, DuplicateLink.kind, DuplicateLink.score)
    ):
        pair = (row.first, row.second)
        if pair in apart or row.first not in stock or row.second not in stock:
            continue
        family = found[family_of(row.kind)]
        if pair not in family or family[pair][1] < row.score:
            family[pair] = (row.kind, row.score)
    return found


def _grouped(
    links: Mapping[str, Mapping[Pair, tuple[str, float]]],
    stock: Mapping[str, _Stock],
    apart: set[Pair],
) -> Iterator[_Found]:
    joined: set[str] = set()
    for family in sorted(links):
        for group in _stars(family, links[family]):
            if family == COPIES:
                joined |= group.members
            yield group
    for sha256 in sorted(stock):
        if stock[sha256].records > 1 and sha256 not in joined and (sha256, sha256) not in apart:
            yield _Found(COPIES, "same_bytes", sha256, frozenset({sha256}))


def _stars(family: str, links: Mapping[Pair, tuple[str, float]]) -> Iterator[_Found]:
    names = sorted({sha256 for pair in links for sha256 in pair})
    number = {sha256: place for place, sha256 in enumerate(names)}
    # Families other than copies are grouped alike: by links to one member.
    items = [
        Link(number[first], number[second], "edited", score, None)
        for (first, second), (_, score) in links.items()
    ]
    for star in groups(items, names):
        medoid = names[star.medoid]
        members = frozenset(names[each] for each in star.members)
        kinds = [links[(min(medoid, other), max(medoid, other))][0] for other in members - {medoid}]
        yield _Found(family, weakest(kinds) if family == COPIES else family, medoid, members)


def _store(
    session: Session, found: Iterable[_Found], stock: Mapping[str, _Stock], run_id: str
) -> int:
    """Write groups over the open ones that they continue; how many continue none."""
    known = _Known(session)
    new = 0
    for group in sorted(found, key=lambda each: (-len(each.members), each.medoid)):
        values = {
            "family": group.family,
            "kind": group.kind,
            "medoid": group.medoid,
            "bytes": _bytes(group, stock),
        }
        old = known.take(group)
        if old is None:
            new += 1
            id_ = new_id()
            session.execute(
                insert(DuplicateGroup).values(id=id_, run_id=run_id, state="open", **values)
            )
            _add_members(session, id_, group.members)
            continue
        session.execute(update(DuplicateGroup).where(DuplicateGroup.id == old).values(**values))
        before = known.members[old]
        session.execute(
            delete(DuplicateMember).where(
                DuplicateMember.group_id == old,
                DuplicateMember.sha256.in_(before - group.members),
            )
        )
        _add_members(session, old, group.members - before)
    gone = known.left()
    for start in range(0, len(gone), _CHUNK):
        session.execute(
            delete(DuplicateGroup).where(DuplicateGroup.id.in_(gone[start : start + _CHUNK]))
        )
    return new


def _add_members(session: Session, group_id: str, members: Iterable[str]) -> None:
    rows = [{"group_id": group_id, "sha256": sha256} for sha256 in sorted(members)]
    if rows:
        session.execute(insert(DuplicateMember), rows)


def _bytes(group: _Found, stock: Mapping[str, _Stock]) -> int:
    """What all copies but the largest take."""
    sizes = [stock[sha256].size for sha256 in group.members]
    total = sum(stock[sha256].size * stock[sha256].records for sha256 in group.members)
    return total - max(sizes)


class _Known:
    """The open groups, each of which can be continued once."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(DuplicateGroup.id, DuplicateGroup.family, DuplicateMember.sha256)
            .join(DuplicateMember, DuplicateMember.group_id == DuplicateGroup.id)
            .where(DuplicateGroup.state == "open")
            .order_by(DuplicateGroup.id)
        ).all()
        self.members: dict[str, set[str]] = defaultdict(set)
        self._by_content: dict[Pair, list[str]] = defaultdict(list)
        for row in rows:
            self.members[row.id].add(row.sha256)
            self._by_content[(row.family, row.sha256)].append(row.id)
        self._free = set(self.members)
        # Without members since their contents were purged.
        self._free |= set(
            session.scalars(select(DuplicateGroup.id).where(DuplicateGroup.state == "open"))
        )

    def take(self, group: _Found) -> str | None:
        """The free group that shares most contents with another; the oldest of several."""
        shared = Counter(
            id_
            for sha256 in group.members
            for id_ in self._by_content.get((group.family, sha256), ())
            if id_ in self._free
        )
        best = min(shared, key=lambda id_: (-shared[id_], id_), default=None)
        if best is not None:
            self._free.discard(best)
        return best

    def left(self) -> list[str]:
        """The groups that none continues."""
        return sorted(self._free)
