"""What people see in the terminal of fields of documents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from service.cli.render import console
from service.extraction import schemas

_WIDEST = 60
_ROWS = 30


@contextlib.contextmanager
def progress(what: str, *, visible: bool) -> Iterator[Callable[[schemas.ExtractedMany], None]]:
    """A bar, fed with steps."""
    bar = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        console=console,
        disable=not visible,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def told(step: schemas.ExtractedMany) -> None:
            bar.update(task, total=step.total or None, completed=step.done)

        yield told


@contextlib.contextmanager
def at_work(what: str, *, visible: bool) -> Iterator[None]:
    """What is being done and for how long, where nobody can tell how far it is."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        disable=not visible,
        transient=True,
    )
    with bar:
        bar.add_task(what, total=None)
        yield


def said(words: str) -> None:
    """One sentence."""
    console.print(Text(words), soft_wrap=True)


def documents(found: Sequence[schemas.DocumentFields]) -> None:
    """Each document with its fields, unknown ones with what they could be."""
    if not found:
        said("No document with fields is among them.")
    for document in found:
        console.print(Text(document.name, style="bold"), Text(_kind(document), style="dim"))
        if not document.fields:
            said(
                "  It has no fields: its type has none."
                if document.up_to_date
                else "  It was not looked at yet; `magpie extract --where ...` does that."
            )
            continue
        table = Table(box=None, pad_edge=False, show_header=False)
        for style in ("", "bold", "dim"):
            table.add_column(style=style, overflow="fold")
        for field in document.fields:
            table.add_row(f"  {field.name}", Text(_value(field)), Text(_how(field)))
        console.print(table)
        for part in document.split:
            said(f"  Pages {part.first} to {part.last}: {part.reason or 'the first document'}")
        for change in document.history:
            ended = f" until {change.until:%Y-%m-%d %H:%M}" if change.until else ""
            said(
                f"  {change.since:%Y-%m-%d %H:%M}{ended}: {change.name} = {change.value} "
                f"({change.actor or change.source})"
            )


def review(found: schemas.ReviewQueue) -> None:
    """The queue with what is in doubt."""
    if not found.items:
        said("Nothing to look at.")
        return
    for item in found.items:
        console.print(Text(item.asset.name, style="bold"), Text(item.asset.id, style="dim"))
        for doubt in item.doubts:
            value = f"{doubt.value}: " if doubt.value else ""
            said(f"  {doubt.field}: {value}{doubt.reason}")
    if found.total > len(found.items):
        said(f"and {found.total - len(found.items):,} more")
    said("Put them right with `magpie extract correct ID --set field=value`.")


def due(found: schemas.DueList) -> None:
    """What is due, soonest first."""
    if not found.items:
        said(f"Nothing ends and nothing must be cancelled until {found.until}.")
        return
    words = {"notice": "last day for notice", "expiry": "ends"}
    table = Table(box=None, pad_edge=False)
    for heading in ("day", "what", "document", "with"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "day")
    for item in found.items:
        after = f", else renews on {item.expiry}" if item.renews else ""
        table.add_row(
            str(item.due),
            f"{words[item.what]}{after}",
            Text(item.asset.title or item.asset.name),
            Text(", ".join(item.parties)),
        )
    console.print(table)


def tables(found: schemas.DocumentTables) -> None:
    """The beginning of each table, and all pairs."""
    if not found.tables and not found.pairs:
        said("There is no table in it.")
    for each in found.tables:
        place = each.title or (f"page {each.page}" if each.page else "")
        console.print(Text(f"Table {place}".strip(), style="bold"))
        table = Table(box=None, pad_edge=False, show_header=False)
        for row in each.rows[:_ROWS]:
            table.add_row(*(Text(cell[:_WIDEST]) for cell in row))
        console.print(table)
        if len(each.rows) > _ROWS:
            said(f"and {len(each.rows) - _ROWS:,} more rows")
    for pair in found.pairs:
        said(f"{pair.name}: {pair.value}")


def schema_list(found: schemas.SchemaList) -> None:
    """Schemas with their fields."""
    for each in found.schemas:
        source = "the house's own" if each.house else "built in"
        console.print(Text(each.name, style="bold"), Text(source, style="dim"))
        said(f"  {', '.join(field.name for field in each.fields)}")
        if each.learned is not None:
            said(f"  {each.learned.message}")


def _kind(document: schemas.DocumentFields) -> str:
    asset = f"  {document.asset_id}" if document.asset_id else ""
    return f"{document.document_type or 'unknown type'}{asset}"


def _value(field: schemas.DocumentField) -> str:
    if field.state == "none":
        return "none"
    if field.values:
        return ", ".join(f"{each.value} {_currency(field, each)}".strip() for each in field.values)
    perhaps = f"; perhaps {field.options[0].value[:_WIDEST]}" if field.options else ""
    return f"unknown{perhaps}"


def _currency(field: schemas.DocumentField, value: schemas.FieldValue) -> str:
    return value.detail if field.type == "money" else ""


def _how(field: schemas.DocumentField) -> str:
    if not field.values:
        return ""
    first = field.values[0]
    if field.corrected_by:
        source = "by a person"
    elif first.source == "model":
        source = f"{round(100 * first.confidence)} %"
    else:
        source = {"embedded": "embedded data", "rule": "computed"}.get(first.source, first.source)
    page = f"page {first.page}" if first.page else ""
    failed = [check.reason for check in first.checks if check.outcome == "failed"]
    return ", ".join(filter(None, (source, page, *failed)))
