"""What people see in the terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipelines.video.clock import clock
from service import schemas
from service.media.schemas import Timeline
from service.progress import Progress as OnProgress

console = Console(highlight=False)

_SHOWN_REASONS = 2
_ARRIVALS = {
    "new": "new",
    "changed": "changed",
    "moved": "moved",
    "back": "found again",
    "joined": "joined to raw photos",
    "unchanged": "unchanged",
    "unreadable": "unreadable",
}


class _Rate(ProgressColumn):
    """Files a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} files/s" if speed else "", style="dim")


@contextlib.contextmanager
def job_progress(*, visible: bool = True) -> Iterator[OnProgress]:
    """A bar with count, rate and time left, fed with jobs."""
    bar = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not visible,
        transient=True,
    )
    with bar:
        reading = bar.add_task("Reading", total=None)
        later = bar.add_task("Looking closer", total=None, visible=False)

        def show(job: schemas.Job) -> None:
            bar.update(reading, total=job.total or None, completed=job.done + job.failed)
            if job.later_total:
                bar.update(later, total=job.later_total, completed=job.later_done, visible=True)

        yield show


@contextlib.contextmanager
def index_progress(*, visible: bool = True) -> Iterator[Callable[[schemas.NextIndex], None]]:
    """A bar with count, rate and time left, fed with how far the next index is."""
    bar = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not visible,
        transient=True,
    )
    with bar:
        filling = bar.add_task("Indexing", total=None)

        def show(next_: schemas.NextIndex) -> None:
            full = next_.total and next_.done >= next_.total
            what = "Making it fast" if full else "Indexing"
            bar.update(filling, description=what, total=next_.total or None, completed=next_.done)

        yield show


def index(index_: schemas.Index) -> None:
    """The index that answers, and what is built beside it."""
    console.print(f"Words are found by {index_.text_model}, pictures by {index_.visual_model}.")
    if index_.message:
        console.print(Text(index_.message, style="yellow"))
    else:
        console.print(f"{index_.points} points, {index_.waiting} changes to come.", style="dim")
    if index_.next is not None:
        made = f"{index_.next.done} of {index_.next.total} assets"
        console.print(f"The next index holds {made}; questions are answered meanwhile.")
    if index_.faults:
        console.print(f"{index_.faults} assets are found in part only; `magpie doctor` says why.")


def job(job_: schemas.Job, *, dry_run: bool) -> None:
    """What became of a job."""
    arrivals = job_.arrivals
    counts = [
        f"{arrivals[status]} {said}" for status, said in _ARRIVALS.items() if arrivals.get(status)
    ]
    what = "Would take in" if dry_run else "Files"
    console.print(f"{what}: {', '.join(counts) or 'none found'}.")
    if job_.failed:
        console.print(f"{job_.failed} could not be read; they are kept, and their records say why.")
    for problem in job_.problems:
        console.print(Text(problem, style="yellow"))


def answer(answer_: schemas.SearchAnswer) -> None:
    """Answers with their relevance and reasons."""
    if not answer_.hits:
        console.print(answer_.message or "Nothing found.")
    for hit in answer_.hits:
        line = Text()
        line.append(f"{hit.relevance:4.0%} ", style="bold")
        line.append(hit.asset.name, style="bold cyan")
        line.append(f"  {hit.asset.kind}  {hit.asset.id}", style="dim")
        console.print(line)
        for reason in hit.reasons[:_SHOWN_REASONS]:
            console.print(Padding(_reason(reason), (0, 0, 0, 5)))
    _facets(answer_.facets)


def _facets(found: Sequence[schemas.Facet]) -> None:
    for facet in found:
        values = ", ".join(f"{each.label} {each.count}" for each in facet.values) or "none"
        console.print(Text(f"{facet.label}: {values}", style="dim"))


def _reason(reason: schemas.Reason) -> Text:
    text = Text(reason.text)
    if reason.snippet:
        text.append(": ")
        quoted = Text(reason.snippet, style="dim")
        for span in reason.highlights:
            quoted.stylize("bold not dim", span.start, span.end)
        text.append_text(quoted)
    return text


def timeline(timeline_: Timeline) -> None:
    """Scenes and what is said, a line each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", justify="right")
    table.add_column(overflow="fold")
    for scene in timeline_.scenes:
        until = clock(scene.end_s)
        said = Text(f"scene until {until}", style="dim")
        table.add_row(clock(scene.start_s), Text(scene.text) if scene.text else said)
    for line in timeline_.transcript:
        table.add_row(clock(line.start_s), Text(line.text))
    console.print(table)
    for remark in timeline_.remarks:
        console.print(Text(remark, style="yellow"))
    if not timeline_.scenes and not timeline_.transcript and not timeline_.remarks:
        console.print("No scenes and no speech; perhaps Magpie has not looked yet.")


def asset(detail: schemas.AssetDetail) -> None:
    """A record, one value a line, each with its source."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for label, value in _facts(detail):
        if value:
            table.add_row(label, Text(str(value)))
    for found in detail.values:
        source = found.model or found.source
        table.add_row(found.name, Text.assemble(_plain(found.value), (f"  {source}", "dim")))
    for warning in detail.warnings:
        table.add_row("note", Text(warning, style="yellow"))
    console.print(table)


def _facts(detail: schemas.AssetDetail) -> Iterator[tuple[str, object]]:
    yield "name", detail.name
    yield "id", detail.id
    yield "state", detail.state
    yield "reason", detail.failure
    yield "type", f"{detail.kind}, {detail.media_type}"
    yield "size", f"{detail.size:,} bytes"
    yield "pixels", f"{detail.width} x {detail.height}" if detail.width else None
    yield "pages", detail.pages
    yield "from", detail.origin
    yield "missing", f"since {detail.missing_at:%Y-%m-%d}" if detail.missing_at else None
    yield "beside it", ", ".join(file.name for file in detail.files)
    yield "found", ", ".join(f"{count} {kind}" for kind, count in detail.units.items())


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def page(page_: schemas.AssetPage) -> None:
    """A list of records."""
    table = Table(box=None, pad_edge=False)
    table.add_column("id", style="dim", no_wrap=True)
    table.add_column("name", overflow="fold")
    for heading in ("kind", "state", "added"):
        table.add_column(heading, no_wrap=True)
    for each in page_.assets:
        table.add_row(
            each.id,
            Text(each.name),
            each.kind,
            each.state,
            each.created_at.astimezone().strftime("%Y-%m-%d"),
        )
    console.print(table)
    _facets(page_.facets)
    console.print(f"{page_.total} in all.", style="dim")
    if page_.next_cursor:
        # One line even where it is longer than the terminal, so that it can be copied.
        console.print(
            f"More: magpie list --cursor {page_.next_cursor}", style="dim", soft_wrap=True
        )
