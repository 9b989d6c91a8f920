"""Groups as one viewer sees them: only with records, links and kinds that they may know of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.tables import Asset
from service.duplicates.kinds import COPIES, Kind, family_of, weakest
from service.duplicates.tables import (
    DuplicateGroup,
    DuplicateLink,
    DuplicateMember,
    DuplicateMerge,
)
from service.errors import NotFound
from service.merging.tables import Alias, Merge

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """A group with the records of it that somebody sees; at least two.

    Attributes:
        kind: of the weakest link among them.
        assets: in the order of their ids; of a resolved group also those in the trash.
        links: between their contents.
    """

    row: DuplicateGroup
    kind: Kind
    assets: tuple[Asset, ...]
    links: tuple[DuplicateLink, ...]


def find_group(
    session: Session, group_id: str, viewer: Viewer, *, for_update: bool = False
) -> SeenGroup:
    """One group; raises NotFound where there is none, or none that the viewer sees."""
    wanted = select(DuplicateGroup).where(DuplicateGroup.id == group_id)
    row = session.scalar(wanted.with_for_update() if for_update else wanted)
    found = seen_groups(session, [row], viewer) if row is not None else []
    if not found:
        raise NotFound(
            f"There is no group {group_id[:40]}; `magpie duplicates list` shows their ids."
        )
    return found[0]


def seen_groups(
    session: Session, rows: Sequence[DuplicateGroup], viewer: Viewer
) -> list[SeenGroup]:
    """Groups in the same order, without those of which a viewer sees fewer than two records."""
    members = _members(session, [row.id for row in rows])
    contents = {sha256 for each in members.values() for sha256 in each}
    gone = _merged_away(session, [row.id for row in rows if row.state == "resolved"])
    assets = _assets(session, contents, {id_ for each in gone.values() for id_ in each}, viewer)
    links = _links(session, {sha256 for each in assets.values() for sha256 in [each.sha256]})
    by_content: dict[str, list[Asset]] = defaultdict(list)
    for asset in assets.values():
        by_content[asset.sha256].append(asset)
    found = []
    for row in rows:
        group = _seen(row, members[row.id], gone.get(row.id, set()), by_content, links)
        if group is not None:
            found.append(group)
    return found


def _seen(
    row: DuplicateGroup,
    members: set[str],
    gone: set[str],
    by_content: Mapping[str, Sequence[Asset]],
    links: Mapping[str, Sequence[DuplicateLink]],
) -> SeenGroup | None:
    here = sorted(sha256 for sha256 in members if sha256 in by_content)
    if not here:
        return None
    own = [
        link
        for sha256 in here
        for link in links.get(sha256, ())
        if link.second in members
        and link.second in by_content
        and family_of(link.kind) == row.family
    ]
    linked: dict[str, set[str]] = defaultdict(set)
    for link in own:
        linked[link.first].add(link.second)
        linked[link.second].add(link.first)
    middle = (
        row.medoid
        if row.medoid in by_content
        else max(here, key=lambda sha256: (len(linked[sha256]), sha256))
    )
    # Without a link among what is seen nothing says that two belong together.
    kept = {middle} | linked[middle]
    assets = sorted(
        (
            asset
            for sha256 in kept
            for asset in by_content[sha256]
            if asset.trashed_at is None or asset.id in gone
        ),
        key=lambda asset: asset.id,
    )
    if len(assets) < 2:
        return None
    shown = tuple(link for link in own if link.first in kept and link.second in kept)
    about = [link.kind for link in shown if middle in (link.first, link.second)]
    kind = weakest(about) if row.family == COPIES else row.family
    return SeenGroup(row, cast(Kind, kind), tuple(assets), shown)


def _members(session: Session, group_ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {id_: set() for id_ in group_ids}
    for chunk in _pieces(group_ids):
        for row in session.scalars(
            select(DuplicateMember).where(DuplicateMember.group_id.in_(chunk))
        ):
            found[row.group_id].add(row.sha256)
    return found


def _assets(
    session: Session, contents: Iterable[str], gone: set[str], viewer: Viewer
) -> dict[str, Asset]:
    """Records that a viewer sees and that are not in the trash, or were merged away."""
    found: dict[str, Asset] = {}
    for chunk in _pieces(sorted(contents)):
        rows = select(Asset).where(Asset.sha256.in_(chunk), *seen_assets(viewer))
        for asset in session.scalars(
            rows.where(or_(Asset.trashed_at.is_(None), Asset.id.in_(gone)))
        ):
            found[asset.id] = asset
    return found


def _links(session: Session, contents: set[str]) -> dict[str, list[DuplicateLink]]:
    found: dict[str, list[DuplicateLink]] = defaultdict(list)
    for chunk in _pieces(sorted(contents)):
        for link in session.scalars(
            select(DuplicateLink)
            .where(DuplicateLink.first.in_(chunk))
            .order_by(DuplicateLink.first, DuplicateLink.second, DuplicateLink.score.desc())
        ):
            if link.second in contents:
                found[link.first].append(link)
    return found


def _merged_away(session: Session, group_ids: Sequence[str]) -> dict[str, set[str]]:
    """The records that were merged away of resolved groups."""
    found: dict[str, set[str]] = defaultdict(set)
    for chunk in _pieces(group_ids):
        for row in session.execute(
            select(DuplicateMerge.group_id, Alias.old_id)
            .join(Alias, Alias.merge_id == DuplicateMerge.merge_id)
            .join(Merge, Merge.id == DuplicateMerge.merge_id)
            .where(DuplicateMerge.group_id.in_(chunk), Merge.undone_at.is_(None))
        ):
            found[row.group_id].add(row.old_id)
    return found


def _pieces(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
