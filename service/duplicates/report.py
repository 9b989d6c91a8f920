"""The report of duplicates: all groups, what their copies take, and what that costs."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

from service.catalog.tables import now
from service.duplicates import schemas
from service.record.csv_cells import guarded

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}

MOST_GROUPS = 1000
"""Groups of one report; those whose copies take most come first."""

_GIGABYTE = 1_000_000_000
_MOST_FOLDERS = 50
_COLUMNS = ("group", "kind", "state", "role", "asset", "name", "path", "bytes", "frees", "says")


def gather(
    query: schemas.ReportQuery,
    page: Callable[[schemas.GroupQuery], schemas.GroupPage],
    show: Callable[[str], schemas.GroupDetail],
) -> schemas.Report:
    """The report of what one viewer sees.

    Args:
        page: lists groups.
        show: shows one with its evidence.
    """
    listed = list(_listed(query, page))
    groups = [show(group.id) for group in listed[:MOST_GROUPS]]
    counted = [group for group in listed if group.mergeable]
    taken = sum(group.bytes for group in counted)
    return schemas.Report(
        made_at=now(),
        state=query.state,
        price=query.price,
        cost=None if query.price is None else round(taken / _GIGABYTE * query.price, 2),
        bytes=taken,
        frees=sum(group.frees for group in counted),
        kinds=_sums((group.says, group.bytes, group.frees) for group in listed),
        folders=_sums(_by_folder(counted))[:_MOST_FOLDERS],
        groups=groups,
        left=max(0, len(listed) - MOST_GROUPS),
    )


def as_csv(report: schemas.Report) -> str:
    """One row a record, with how it resembles the copy to keep."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for group in report.groups:
        refused = {each.asset_id: each.reason for each in group.refused}
        for member in group.members:
            keep = member.id == group.keep_id
            says = group.keep_reason if keep else said_of(group, member.id)
            says = " ".join(filter(None, (says, refused.get(member.id))))
            frees = "" if keep else group.frees
            rows.writerow(
                guarded(str(each))
                for each in (
                    group.id,
                    group.kind,
                    group.state,
                    "keep" if keep else "linked" if member.id in refused else "copy",
                    member.id,
                    member.name,
                    member.origin or "",
                    member.size,
                    frees,
                    says,
                )
            )
    return text.getvalue()


def said_of(group: schemas.GroupDetail, asset_id: str) -> str:
    """The evidence about one record, beside the copy to keep where there is such."""
    link = link_of(group, asset_id)
    return link.says if link is not None else ""


def link_of(group: schemas.GroupDetail, asset_id: str) -> schemas.LinkShown | None:
    """The link of a record with the copy to keep, else its strongest one."""
    own = [link for link in group.links if asset_id in (link.first_id, link.second_id)]
    return max(
        own,
        key=lambda link: (group.keep_id in (link.first_id, link.second_id), link.score),
        default=None,
    )


def _listed(
    query: schemas.ReportQuery, page: Callable[[schemas.GroupQuery], schemas.GroupPage]
) -> Iterator[schemas.Group]:
    cursor: str | None = None
    while True:
        found = page(
            schemas.GroupQuery(
                kinds=query.kinds,
                state=query.state,
                new=query.new,
                limit=schemas.MOST_GROUPS,
                cursor=cursor,
            )
        )
        yield from found.groups
        cursor = found.next_cursor
        if cursor is None:
            return


def _by_folder(groups: Iterable[schemas.Group]) -> Iterator[tuple[str, int, int]]:
    """What the copies of each group that would go take, by the folder that they came from."""
    for group in groups:
        taken: dict[str, int] = defaultdict(int)
        for member in group.members:
            if member.id != group.keep_id:
                folder = str(PurePath(member.origin).parent) if member.origin else "uploaded"
                taken[folder] += member.size
        for folder, size in taken.items():
            yield folder, size, group.frees if len(taken) == 1 else 0


def _sums(rows: Iterable[tuple[str, int, int]]) -> list[schemas.Take]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, size, frees in rows:
        for place, value in enumerate((1, size, frees)):
            found[name][place] += value
    taken = [
        schemas.Take(name=name, groups=groups, bytes=size, frees=frees)
        for name, (groups, size, frees) in found.items()
    ]
    return sorted(taken, key=lambda each: (-each.bytes, each.name))
