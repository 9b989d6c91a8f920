"""Groups for one viewer: listed, shown, and what people decide about them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import Select, delete, select, tuple_
from sqlalchemy.orm import Session

from pipelines.duplicates.links import GROUPED
from service.access.viewer import Viewer
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.catalog.tables import Asset, now
from service.duplicates import schemas
from service.duplicates.candidates import candidates_of, protected_assets
from service.duplicates.keeping import Candidate, to_keep
from service.duplicates.kinds import WORDS, family_of
from service.duplicates.regroup import regroup
from service.duplicates.seen import SeenGroup, find_group, seen_groups
from service.duplicates.tables import (
    DuplicateGroup,
    DuplicateMember,
    DuplicateRun,
    NotDuplicates,
)
from service.duplicates.words import said
from service.errors import BadRequest, Conflict
from service.ids import new_id
from service.record.fieldset import FieldSet

_AT_ONCE = 100
_MOST_LOOKED_AT = 2_000
_MOST_CONTENTS = 100

_FEW_MEMBERS = 20
"""Records of one group that a list shows."""


class Groups:
    """Lists and judges groups.

    Args:
        assets: shows records.
        protected: paths of collections whose records are kept.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        viewer: Viewer,
        *,
        assets: Assets,
        protected: Sequence[str],
    ) -> None:
        self._database = database
        self._fields = fields
        self._viewer = viewer
        self._assets = assets
        self._protected = protected

    def page(self, query: schemas.GroupQuery) -> schemas.GroupPage:
        """Groups, those first whose copies take most; raises BadRequest on a foreign cursor."""
        with self._database.read() as session:
            found, cursor = self._found(session, query)
            return schemas.GroupPage(groups=self._shown(session, found), next_cursor=cursor)

    def get(self, group_id: str) -> tuple[schemas.Group, Sequence[schemas.LinkShown]]:
        """One group and its evidence; raises NotFound."""
        with self._database.read() as session:
            group = find_group(session, group_id, self._viewer)
            return self._shown(session, [group], most=schemas.MOST_MEMBERS)[0], _links(group)

    def keep(self, session: Session, group: SeenGroup) -> tuple[str, str, bool]:
        """The copy to keep, why, and whether a person chose it."""
        return self._keep(session, [group])[group.row.id]

    def choose(self, group_id: str, choice: schemas.Choice) -> schemas.Group:
        """Say which copy to keep; raises NotFound, BadRequest."""
        self._viewer.require("write")
        with self._database.write() as session:
            group = find_group(session, group_id, self._viewer, for_update=True)
            if choice.keep_id is not None and choice.keep_id not in _ids(group):
                raise BadRequest(
                    f"{choice.keep_id} is not in this group; `magpie duplicates show` lists it."
                )
            group.row.kept_id = choice.keep_id
            session.flush()
            return self._shown(session, [group])[0]

    def dismiss(self, group_id: str, dismissal: schemas.Dismissal) -> schemas.Group:
        """Remember that these are no duplicates of each other; they never come back as such.

        Raises:
            NotFound, BadRequest: there is no such group, or it lacks one of the records.
            Conflict: it is not open.
        """
        self._viewer.require("write")
        with self._database.write() as session:
            group = find_group(session, group_id, self._viewer, for_update=True)
            if group.row.state != "open":
                raise Conflict(f"This group is {group.row.state} already.")
            row = self._dismissed(session, group, _apart(group, dismissal.asset_ids))
            regroup(session, group.row.run_id)
            done = find_group(session, row.id, self._viewer)
            return self._shown(session, [done])[0]

    def reopen(self, group_id: str) -> schemas.Group:
        """Forget that a group was dismissed; raises NotFound, Conflict."""
        self._viewer.require("write")
        with self._database.write() as session:
            group = find_group(session, group_id, self._viewer, for_update=True)
            if group.row.state != "dismissed":
                raise Conflict("This group was not dismissed.")
            session.execute(delete(NotDuplicates).where(NotDuplicates.group_id == group_id))
            group.row.state = "open"
            session.flush()
            regroup(session, group.row.run_id)
            found = session.get(DuplicateGroup, group_id)
            shown = seen_groups(session, [found], self._viewer) if found is not None else []
            return self._shown(session, shown or [group])[0]

    def _dismissed(
        self, session: Session, group: SeenGroup, pairs: set[tuple[str, str]]
    ) -> DuplicateGroup:
        """Write a decision, and the group that shows it: a new one where more is in the old."""
        contents = {sha256 for pair in pairs for sha256 in pair}
        members = set(
            session.scalars(
                select(DuplicateMember.sha256).where(DuplicateMember.group_id == group.row.id)
            )
        )
        row = group.row
        if contents != members or len(pairs) < len(members) * (len(members) - 1) // 2:
            row = DuplicateGroup(
                id=new_id(),
                family=row.family,
                kind=row.kind,
                medoid=row.medoid if row.medoid in contents else min(contents),
                bytes=row.bytes,
                run_id=row.run_id,
            )
            session.add(row)
            session.flush()
            session.add_all(DuplicateMember(group_id=row.id, sha256=each) for each in contents)
        row.state = "dismissed"
        known = {
            (each.first, each.second)
            for each in session.scalars(
                select(NotDuplicates).where(NotDuplicates.first.in_(contents))
            )
        }
        session.add_all(
            NotDuplicates(
                first=first, second=second, group_id=row.id, actor=self._viewer.id, at=now()
            )
            for first, second in sorted(pairs - known)
        )
        session.flush()
        return row

    def _found(
        self, session: Session, query: schemas.GroupQuery
    ) -> tuple[list[SeenGroup], str | None]:
        place = _place(query.cursor) if query.cursor else None
        found: list[SeenGroup] = []
        looked = 0
        while looked < _MOST_LOOKED_AT:
            rows = session.scalars(self._rows(session, query, place)).all()
            for group in seen_groups(session, rows, self._viewer):
                if query.kinds and group.kind not in query.kinds:
                    continue
                if len(found) == query.limit:
                    return found, _cursor(found[-1].row)
                found.append(group)
            if len(rows) < _AT_ONCE:
                return found, None
            looked += len(rows)
            place = (rows[-1].bytes, rows[-1].id)
        return found, _cursor(rows[-1])

    def _rows(
        self, session: Session, query: schemas.GroupQuery, place: tuple[int, str] | None
    ) -> Select[DuplicateGroup]:
        rows = select(DuplicateGroup).where(DuplicateGroup.state == query.state)
        if query.kinds:
            families = {family_of(kind) for kind in query.kinds}
            rows = rows.where(DuplicateGroup.family.in_(families))
        if query.new:
            rows = rows.where(DuplicateGroup.run_id == _last_run(session))
        if place is not None:
            order = tuple_(DuplicateGroup.bytes, DuplicateGroup.id)
            rows = rows.where(order < tuple_(*place))
        return rows.order_by(DuplicateGroup.bytes.desc(), DuplicateGroup.id.desc()).limit(_AT_ONCE)

    def _keep(
        self, session: Session, groups: Sequence[SeenGroup]
    ) -> dict[str, tuple[str, str, bool]]:
        protected = protected_assets(session, self._protected)
        assets = {asset.id: asset for group in groups for asset in group.assets}
        candidates = candidates_of(session, list(assets.values()), self._fields, protected)
        return {group.row.id: _kept(group, candidates) for group in groups}

    def _shown(
        self, session: Session, groups: Sequence[SeenGroup], *, most: int = _FEW_MEMBERS
    ) -> list[schemas.Group]:
        kept = self._keep(session, groups)
        last = _last_run(session)
        ordered = {
            group.row.id: sorted(group.assets, key=lambda each: each.id != kept[group.row.id][0])
            for group in groups
        }
        shapes = self._assets.many(
            [asset.id for each in ordered.values() for asset in each[:most]], self._viewer
        )
        return [
            schemas.Group(
                id=group.row.id,
                kind=group.kind,
                says=WORDS[group.kind],
                state=group.row.state,  # type: ignore[arg-type]
                new=group.row.run_id == last,
                mergeable=group.kind in GROUPED,
                keep_id=kept[group.row.id][0],
                keep_reason=kept[group.row.id][1],
                chosen=kept[group.row.id][2],
                bytes=sum(asset.size for asset in ordered[group.row.id][1:]),
                frees=frees(ordered[group.row.id][0], ordered[group.row.id][1:])
                if group.kind in GROUPED
                else 0,
                count=len(group.assets),
                members=[shapes[asset.id] for asset in ordered[group.row.id] if asset.id in shapes],
            )
            for group in groups
        ]


def frees(kept: Asset, others: Sequence[Asset]) -> int:
    """What comes free in Magpie's store when some records go and one stays.

    The same bytes are stored once, and files that are read in place stay where they are.
    """
    stored = {asset.sha256: asset.size for asset in others if not asset.in_place}
    stored.pop(kept.sha256, None)
    return sum(stored.values())


def _kept(group: SeenGroup, candidates: dict[str, Candidate]) -> tuple[str, str, bool]:
    # Of a resolved group the one that the others were merged into.
    alive = [asset for asset in group.assets if asset.trashed_at is None] or group.assets
    if group.row.kept_id in {asset.id for asset in alive}:
        return str(group.row.kept_id), "somebody chose it", True
    keep_id, reason = to_keep([candidates[asset.id] for asset in alive])
    return keep_id, reason, False


def _apart(group: SeenGroup, asset_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Pairs of contents that are no duplicates: of all, or of some with the rest."""
    contents = {asset.id: asset.sha256 for asset in group.assets}
    unknown = [each for each in asset_ids if each not in contents]
    if unknown:
        raise BadRequest(f"{unknown[0]} is not in this group; `magpie duplicates show` lists it.")
    all_ = sorted(set(contents.values()))
    if len(all_) > _MOST_CONTENTS:
        raise BadRequest(
            f"At most {_MOST_CONTENTS} different files are judged at once; this group has more."
        )
    if len(all_) == 1:
        return {(all_[0], all_[0])}
    if not asset_ids:
        return set(combinations(all_, 2))
    named = {contents[each] for each in asset_ids}
    rest = set(all_) - named
    if not rest:
        raise BadRequest("Name some of the records, not all; without names all are meant.")
    return {(min(pair), max(pair)) for pair in ((one, other) for one in named for other in rest)}


def _links(group: SeenGroup) -> list[schemas.LinkShown]:
    """The links between contents as links between records; first those with the same bytes."""
    by_content: dict[str, list[Asset]] = {}
    for asset in group.assets:
        by_content.setdefault(asset.sha256, []).append(asset)
    same = [
        schemas.LinkShown(
            first_id=some[0].id,
            second_id=other.id,
            kind="same_bytes",
            score=1.0,
            says=said("same_bytes", {}, some[0].name, other.name),
            evidence={"sha256": some[0].sha256},
        )
        for some in by_content.values()
        for other in some[1:]
    ]
    others = [
        schemas.LinkShown(
            first_id=first.id,
            second_id=second.id,
            kind=link.kind,  # type: ignore[arg-type]
            score=link.score,
            says=said(link.kind, link.evidence, first.name, second.name),
            evidence=link.evidence,
        )
        for link in group.links
        for first, second in [(by_content[link.first][0], by_content[link.second][0])]
    ]
    return same + others


def _ids(group: SeenGroup) -> set[str]:
    return {asset.id for asset in group.assets}


def _last_run(session: Session) -> str | None:
    rows = select(DuplicateRun.id).where(DuplicateRun.state == "done")
    return session.scalar(rows.order_by(DuplicateRun.id.desc()).limit(1))


def _cursor(row: DuplicateGroup) -> str:
    return base64.urlsafe_b64encode(f"{row.bytes}|{row.id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        bytes_, _, id_ = text.partition("|")
        if not bytes_.isdigit() or len(bytes_) > 18 or not id_.isprintable():
            raise ValueError("not a place")
        return int(bytes_), id_
    except (ValueError, binascii.Error) as error:
        raise BadRequest(
            "The cursor is not one that this server gave out; start again without it."
        ) from error
