"""The report of duplicates as one page that needs nothing else: no script, no other file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL.Image import Image
from rich.filesize import decimal

from pipelines.copies.report import Report as DiskReport
from service.duplicates import schemas
from service.duplicates.kinds import WORDS
from service.duplicates.report import link_of
from service.duplicates.report_pictures import data_uri, difference, small
from service.schemas import Asset

MOST_PICTURED = 150
"""Groups that are shown with pictures: a page with more is slow to open."""

_MOST_OF_DISK = 5000
_MOST_OTHERS = 12
_GIGABYTE = 1_000_000_000

_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
"""Characters that turn the direction of text, and so show ``exe.jpg`` for ``gpj.exe``."""

Picture = Callable[[str], bytes | None]
"""The thumbnail of a record by its id; None where there is none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A record or file as the page shows it.

    Attributes:
        difference: picture of where it differs from the copy to keep.
        spans: differing words of texts, of the copy to keep and of this one.
        refused: why it is not merged away.
    """

    name: str
    facts: str
    path: str = ""
    picture: str = ""
    says: str = ""
    difference: str = ""
    spans: Sequence[tuple[str, str]] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A group as the page shows it."""

    id: str
    says: str
    bytes: str
    keep: Shown
    reason: str
    others: Sequence[Shown]
    more: int
    mergeable: bool
    verb: str = "Keep"
    new: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: a kind or a folder."""

    name: str
    groups: int
    bytes: str
    frees: str
    cost: str
    share: int


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows."""

    title: str
    made_at: str
    tiles: Sequence[tuple[str, str]]
    kinds: Sequence[Row] = ()
    folders: Sequence[Row] = ()
    cards: Sequence[Card] = ()
    left: int = 0
    notes: Sequence[str] = field(default=())


def catalog_page(report: schemas.Report, picture: Picture) -> str:
    """The page of a report of the catalog."""
    cards = [
        _card(group, picture if place < MOST_PICTURED else _no_picture)
        for place, group in enumerate(report.groups)
    ]
    tiles = [
        (f"{sum(each.groups for each in report.kinds):,}", "groups"),
        (decimal(report.bytes), "taken by copies"),
        (decimal(report.frees), "come free in Magpie's store"),
    ]
    if report.cost is not None:
        tiles.append((f"{report.cost:,.2f}", f"a year, at {report.price:,g} a GB"))
    notes = []
    if len(report.groups) > MOST_PICTURED:
        notes.append(f"The first {MOST_PICTURED} groups are shown with pictures.")
    return render(
        Page(
            title=f"Duplicates: {report.state} groups",
            made_at=report.made_at.strftime("%Y-%m-%d %H:%M UTC"),
            tiles=tiles,
            kinds=_rows(report.kinds, report.price),
            folders=_rows(report.folders, report.price),
            cards=cards,
            left=report.left,
            notes=notes,
        )
    )


def disk_page(report: DiskReport, price: float | None) -> str:
    """The page of a report of a scan of folders."""
    tiles = [
        (f"{report.files:,}", "files"),
        (f"{len(report.groups):,}", "groups of the same bytes"),
        (decimal(report.frees), "to be freed"),
    ]
    if price is not None:
        tiles.append((_cost(report.frees, price), f"a year, at {price:,g} a GB"))
    cards = [
        Card(
            id=group.digest[:12],
            says=WORDS["same_bytes"],
            bytes=decimal(group.frees),
            keep=_file(group.keep.paths[0], group.keep.size),
            reason=group.reason,
            others=[
                _file(
                    each.paths[0],
                    each.size,
                    refused="It stands in a protected folder." if each.protected else "",
                )
                for each in group.others[:_MOST_OTHERS]
            ],
            more=len(group.others[_MOST_OTHERS:]),
            mergeable=True,
        )
        for group in report.groups
    ]
    cards += [
        Card(
            id=f"alike-{place}",
            says="pictures that show the same",
            bytes=decimal(sum(each.size for each in group.others)),
            keep=_file(group.first.path, group.first.size),
            verb="Beside",
            reason="",
            others=[
                _file(
                    each.path,
                    each.size,
                    says=", ".join((WORDS.get(each.kind, each.kind), *each.edits)),
                )
                for each in group.others[:_MOST_OTHERS]
            ],
            more=len(group.others[_MOST_OTHERS:]),
            mergeable=False,
        )
        for place, group in enumerate(report.alike)
    ]
    return render(
        Page(
            title="Duplicates on disk: " + ", ".join(report.roots),
            made_at=report.made_at,
            tiles=tiles,
            cards=cards[:_MOST_OF_DISK],
            left=len(cards[_MOST_OF_DISK:]),
            notes=[] if report.complete else ["The scan was stopped before its end."],
        )
    )


def render(page: Page) -> str:
    """The page as HTML; everything in it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(page=page)


def _card(group: schemas.GroupDetail, picture: Picture) -> Card:
    members = {member.id: member for member in group.members}
    kept = members.get(group.keep_id, group.members[0])
    kept_picture = _picture(kept.id, picture)
    others = [member for member in group.members if member.id != kept.id]
    refused = {each.asset_id: each.reason for each in group.refused}
    return Card(
        id=group.id,
        says=group.says,
        bytes=decimal(group.bytes),
        keep=Shown(
            kept.name,
            _facts(kept),
            kept.origin or "",
            data_uri(kept_picture) if kept_picture is not None else "",
        ),
        verb=_verb(group),
        reason=group.keep_reason if group.mergeable or group.kind == "similar" else "",
        others=[
            _other(group, each, kept_picture, picture, refused.get(each.id, ""))
            for each in others[:_MOST_OTHERS]
        ],
        more=group.count - 1 - len(others[:_MOST_OTHERS]),
        mergeable=group.mergeable,
        new=group.new,
    )


def _verb(group: schemas.Group) -> str:
    if group.mergeable:
        return "Keep"
    return "Proposed pick:" if group.kind == "similar" else "Beside"


def _other(
    group: schemas.GroupDetail,
    member: Asset,
    kept_picture: Image | None,
    picture: Picture,
    refused: str,
) -> Shown:
    own = _picture(member.id, picture)
    link = link_of(group, member.id)
    drawn = None
    about_kept = link is not None and group.keep_id in (link.first_id, link.second_id)
    kept_is_first = link is not None and link.first_id == group.keep_id
    # The small picture of a document is not the one inside it that was compared.
    if link is not None and about_kept and "as" not in link.evidence and kept_picture and own:
        drawn = difference(kept_picture, own, link.evidence, kept_is_first=kept_is_first)
    spans = link.evidence.get("differing", []) if link is not None and about_kept else []
    return Shown(
        name=member.name,
        facts=_facts(member),
        path=member.origin or "",
        picture=data_uri(own) if own is not None else "",
        says=link.says if link is not None else "",
        difference=data_uri(drawn) if drawn is not None else "",
        spans=[(a, b) if kept_is_first else (b, a) for a, b in spans],
        refused=refused,
    )


def _picture(asset_id: str, picture: Picture) -> Image | None:
    data = picture(asset_id)
    if data is None:
        return None
    try:
        return small(data)
    except OSError:
        return None


def _no_picture(_: str) -> None:
    return None


def _facts(asset: Asset) -> str:
    parts = [decimal(asset.size)]
    if asset.width and asset.height:
        parts.append(f"{asset.width} × {asset.height}")
    if asset.pages:
        parts.append(f"{asset.pages} pages")
    if asset.duration_s:
        parts.append(f"{asset.duration_s:.0f} s")
    parts.append(asset.media_type.partition("/")[2])
    return ", ".join(parts)


def _file(path: str, size: int, *, says: str = "", refused: str = "") -> Shown:
    place = Path(path)
    # Names that are no UTF-8 come with lone surrogates, which no page may hold.
    name, folder = (
        each.encode("utf-8", "replace").decode() for each in (place.name, str(place.parent))
    )
    return Shown(name, decimal(size), folder, says=says, refused=refused)


def _rows(found: Sequence[schemas.Take], price: float | None) -> list[Row]:
    most = max((each.bytes for each in found), default=0) or 1
    return [
        Row(
            each.name,
            each.groups,
            decimal(each.bytes),
            decimal(each.frees),
            "" if price is None else _cost(each.bytes, price),
            round(100 * each.bytes / most),
        )
        for each in found
    ]


def _cost(size: int, price: float) -> str:
    return f"{size / _GIGABYTE * price:,.2f}"


def _visible(value: object) -> object:
    return value.translate(_TURNS) if type(value) is str else value
