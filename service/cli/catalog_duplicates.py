"""Commands about duplicates in the catalog: found, explained, judged, merged and brought back."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.duplicates import schemas
from service.errors import BadRequest

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_POLL_S = 0.2
_SHOWN = 10

Group = Annotated[str, typer.Argument(metavar="GROUP", help="Its id; `list` shows it.")]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Of this kind, such as same_bytes or edited.")
]


def add_to(group: typer.Typer) -> None:
    """Register the commands that are about the catalog alone."""
    group.command(name="list")(list_groups)
    for command in (show, choose, dismiss, report):
        group.command()(command)


def scan(*, as_json: bool) -> None:
    """Look for duplicates among all records, and wait for the end."""
    with opened() as hub, _bar(visible=not as_json) as tell:
        run = _followed(hub, hub.desk.duplicates.scan(), tell)
    if as_json:
        print_json(run)
    else:
        _say(run)
    if run.state != "done":
        raise typer.Exit(130 if run.state == "cancelled" else 1)


def list_groups(
    kind: Kinds = None,
    state: Annotated[str, typer.Option(help="open, resolved or dismissed.")] = "open",
    new: Annotated[bool, typer.Option("--new", help="Only what the last scan found.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List groups of duplicates, those first whose copies take most."""
    query = checked(
        schemas.GroupQuery, kinds=kind or [], state=state, new=new, limit=limit, cursor=cursor
    )
    with opened() as hub:
        page = hub.desk.duplicates.page(query)
    if as_json:
        print_json(page)
        return
    for group in page.groups:
        _print_group(group)
    if page.next_cursor:
        more = f"More: magpie duplicates list --cursor {page.next_cursor}"
        console.print(more, style="dim", soft_wrap=True)
    elif not page.groups:
        console.print("There are none; `magpie duplicates scan` looks for new ones.")


def show(group_id: Group, as_json: AsJson = False) -> None:
    """Show one group: how its records resemble each other, and which to keep."""
    with opened() as hub:
        found = hub.desk.duplicates.show(group_id)
    if as_json:
        print_json(found)
        return
    _print_group(found)
    for link in found.links:
        console.print(Text(f"  {link.says}"))
        for span in link.evidence.get("differing") or ():
            console.print(Text(f"    - {span[0]}", style="red"))
            console.print(Text(f"    + {span[1]}", style="green"))
    for each in found.refused:
        console.print(Text(f"  Stays linked: {each.name}: {each.reason}", style="yellow"))
    if found.state == "open" and found.mergeable:
        console.print(f"Next: magpie duplicates resolve {found.id}", style="dim")


def choose(
    group_id: Group,
    asset: Annotated[
        str | None, typer.Argument(metavar="[ASSET]", help="The copy to keep; without it the rules")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Choose which copy of a group to keep, instead of the one that the rules propose."""
    with opened() as hub:
        group = hub.desk.duplicates.choose(group_id, checked(schemas.Choice, keep_id=asset))
    if as_json:
        print_json(group)
    else:
        _print_group(group)


def dismiss(
    group_id: Group,
    assets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ASSET]...", help="Only these, of the rest of the group."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that these are no duplicates, so that they never come back as such."""
    said = checked(schemas.Dismissal, asset_ids=assets or [])
    with opened() as hub:
        group = hub.desk.duplicates.dismiss(group_id, said)
    if as_json:
        print_json(group)
        return
    console.print("Remembered: they will not come back as duplicates.")
    console.print(f"Take it back with: magpie duplicates undo {group.id}", style="dim")


def report(
    html: Annotated[Path | None, typer.Option(help="Write a page that needs nothing else.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table.")] = None,
    price: Annotated[
        float | None, typer.Option(min=0, help="What a gigabyte costs for a year.")
    ] = None,
    kind: Kinds = None,
    state: Annotated[str, typer.Option(help="open, resolved or dismissed.")] = "open",
    new: Annotated[bool, typer.Option("--new", help="Only what the last scan found.")] = False,
    of_disk: Annotated[
        bool, typer.Option("--scan", help="Of the last scan of folders, as a page.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Report what is duplicated, how we know, which copy to keep, and what it saves."""
    if of_disk:
        _report_of_disk(html, price)
        return
    query = checked(schemas.ReportQuery, kinds=kind or [], state=state, new=new, price=price)
    with opened() as hub:
        data = hub.desk.duplicates.report(query.model_copy(update={"format": "json"}))
        written = [
            (path, hub.desk.duplicates.report(query.model_copy(update={"format": format_})))
            for path, format_ in ((html, "html"), (csv, "csv"))
            if path is not None
        ]
    for path, text in written:
        _write(path, text)
    if as_json:
        print(data)
        return
    _say_report(schemas.Report.model_validate_json(data))
    for path, _ in written:
        console.print(Text(f"Written to {path}"), soft_wrap=True)
    if not written:
        console.print("A page with pictures: magpie duplicates report --html FILE", style="dim")


def _report_of_disk(html: Path | None, price: float | None) -> None:
    from pipelines.copies.report import InvalidReport, read
    from service.cli.context import settings
    from service.duplicates.report_page import disk_page

    if html is None:
        raise BadRequest("Say where to write the page, with --html FILE.")
    place = settings().home / "duplicates" / "scan.json"
    try:
        found = read(place)
    except (OSError, InvalidReport) as error:
        raise BadRequest(
            "There is no report of folders; make one with `magpie duplicates scan FOLDER`."
        ) from error
    _write(html, disk_page(found, price))
    console.print(Text(f"Written to {html}"), soft_wrap=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise BadRequest(f"{path} cannot be written ({error.strerror}).") from error


def _say_report(report: schemas.Report) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("kind", "groups", "taken by copies", "comes free"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for each in report.kinds:
        table.add_row(each.name, str(each.groups), decimal(each.bytes), decimal(each.frees))
    console.print(table)
    for folder in report.folders[:_SHOWN]:
        console.print(Text(f"{decimal(folder.bytes):>9}  {folder.name}"))
    cost = "" if report.cost is None else f", {report.cost:,.2f} a year"
    console.print(
        f"Copies take {decimal(report.bytes)}{cost}; {decimal(report.frees)} come free in "
        "Magpie's own store."
    )


def resolve(group_ids: Sequence[str], kind: str | None, *, do: bool, as_json: bool) -> None:
    """Merge groups of the catalog into the copies to keep, or say what would happen."""
    request = checked(schemas.ResolveRequest, group_ids=group_ids, kind=kind, apply=do)
    with opened() as hub:
        done = hub.desk.duplicates.resolve(request)
    if as_json:
        print_json(done)
        return
    for group in done.groups[:_SHOWN]:
        console.print(
            Text.assemble((group.keep_name, "cyan"), (f"  stays: {group.keep_reason}", "dim"))
        )
        for each in group.merged:
            console.print(Text(f"    {each.name}"))
        for each in group.refused:
            console.print(Text(f"    stays linked: {each.name}: {each.reason}", style="yellow"))
    if len(done.groups) > _SHOWN:
        console.print(f"... and {len(done.groups) - _SHOWN} more groups.", style="dim")
    _say_resolved(done)


def undo(id_: str, *, as_json: bool) -> None:
    """Take back a clean-up of the catalog, or a dismissal."""
    with opened() as hub:
        undone = hub.desk.duplicates.undo(id_)
    if as_json:
        print_json(undone)
    else:
        console.print(f"{undone.merges} merges taken back, {undone.reopened} groups open again.")
        for reason in undone.refused:
            console.print(Text(f"Left as it is: {reason}", style="yellow"))
    if undone.refused:
        raise typer.Exit(1)


def _followed(
    hub: Hub | RemoteHub, run: schemas.Run, tell: Callable[[schemas.Run], None]
) -> schemas.Run:
    """Wait for the end of a scan; Ctrl-C stops it and keeps what it found."""
    try:
        while run.state == "running":
            tell(run)
            time.sleep(_POLL_S)
            run = hub.desk.duplicates.run(run.id)
    except KeyboardInterrupt:
        run = hub.desk.duplicates.cancel(run.id)
        while run.state == "running":
            time.sleep(_POLL_S)
            run = hub.desk.duplicates.run(run.id)
    return run


def _say(run: schemas.Run) -> None:
    if run.reason:
        console.print(Text(run.reason, style="red"))
    for note in run.notes:
        console.print(Text(note, style="yellow"))
    if run.state in ("cancelled", "stopped"):
        console.print("Stopped early. Give the command again to go on.", style="yellow")
    console.print(
        f"{run.contents:,} different files, {run.compared:,} pairs looked at: {run.groups:,} "
        f"groups, {run.new_groups:,} of them new."
    )
    if run.groups:
        console.print("Next: magpie duplicates list", style="dim")


def _say_resolved(done: schemas.Resolution) -> None:
    what = "merged" if done.applied else "would be merged"
    console.print(
        f"{done.merged} records {what}, {done.refused} stay linked; {decimal(done.frees)} "
        "come free once the trash is emptied."
    )
    if done.left:
        console.print(f"{done.left} groups are left; give the command again.", style="yellow")
    if done.applied and done.merged:
        console.print(f"Take it back with: magpie duplicates undo {done.batch}", soft_wrap=True)
    elif not done.applied:
        console.print("Nothing was done.")
        if done.merged:
            console.print("Do it by giving the command again with --apply.", style="dim")


def _print_group(group: schemas.Group) -> None:
    new = "  new" if group.new else ""
    console.print(
        Text.assemble(
            (f"{decimal(group.bytes):>9}  ", "bold"),
            (group.says, "cyan"),
            (f"  {group.id}{new}", "dim"),
        )
    )
    marks = {True: "keep"} if group.mergeable else {True: "pick"} if group.kind == "similar" else {}
    for member in group.members:
        size = f"  {member.width} x {member.height}" if member.width else ""
        console.print(
            Text.assemble(
                (f"           {marks.get(member.id == group.keep_id, ''):<4}  ", "green"),
                member.name,
                (f"{size}  {decimal(member.size)}  {member.id}", "dim"),
            ),
            soft_wrap=True,
        )
    if group.count > len(group.members):
        console.print(f"           ... and {group.count - len(group.members)} more", style="dim")
    if marks:
        console.print(Text(f"           {marks[True]}: {group.keep_reason}", style="dim"))


@contextlib.contextmanager
def _bar(*, visible: bool) -> Iterator[Callable[[schemas.Run], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(bar_width=30), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not visible, transient=True) as bars:
        task = bars.add_task("Starting", total=None)
        yield lambda run: bars.update(
            task, description=run.step or "Starting", completed=run.done, total=run.total or None
        )
