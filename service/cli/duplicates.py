"""Commands that find and clear up files that are there more than once."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.filesize import decimal
from rich.text import Text

from service.cli import catalog_duplicates
from service.cli.context import AsJson, opened, print_json, settings
from service.cli.render import console
from service.errors import BadRequest

if TYPE_CHECKING:
    from pipelines.copies.find import Found, Progress
    from pipelines.copies.groups import AlikeGroup
    from pipelines.copies.report import Report
    from pipelines.copies.resolve import Guard, Outcome, Step
    from pipelines.copies.walk import File
    from service.duplicates.known_schemas import FileHashes

_FOLDER = "duplicates"
_SHOWN = 10
_SAVE_EVERY_S = 30.0
_ASKED_AT_ONCE = 500
_COUNTED = {"reading": "pictures", "proving": "pairs"}
_ID = re.compile(r"[0-9a-f-]{36}")
_PICTURES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
_SAID = {
    "same_bytes": "the same bytes as",
    "same_pixels": "the same pixels as",
    "looks_the_same": "looks the same as",
}

_Report = Annotated[
    Path | None, typer.Option("--report", help="The report of a scan; the last one by default.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(help="Find files that are there more than once, and clear them up.")
    for command in (check, scan, resolve, undo):
        group.command()(command)
    catalog_duplicates.add_to(group)
    app.add_typer(group, name="duplicates")


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...")], as_json: AsJson = False
) -> None:
    """Say of files whether the catalog has them already; nothing is taken in."""
    from service.duplicates.known_schemas import CheckRequest

    files = [path for path in paths if path.is_file()]
    if len(files) < len(paths):
        missing = next(path for path in paths if not path.is_file())
        raise BadRequest(f"{missing} is no file; check the path.")
    hashes = _hashes(files)
    with opened() as hub:
        checked = [
            each
            for start in range(0, len(hashes), _ASKED_AT_ONCE)
            for each in hub.desk.known.check(
                CheckRequest(files=hashes[start : start + _ASKED_AT_ONCE])
            ).files
        ]
    if as_json:
        print_json([each.model_dump() for each in checked])
        return
    for each in checked:
        console.print(Text(_printable(each.name), style="cyan"))
        for record in each.known:
            console.print(Text(f"    {_SAID[record.kind]} {record.name}  {record.asset_id}"))
        if not each.known:
            console.print("    new", style="dim")


def _hashes(paths: list[Path]) -> list[FileHashes]:
    from pipelines.hashing import sha256_file
    from pipelines.pool import ReaderPool
    from service.duplicates.known_schemas import FileHashes

    found = []
    with ReaderPool(processes=1) as pool:
        for path in paths:
            try:
                sha256 = sha256_file(path)
            except OSError as error:
                raise BadRequest(f"{path} cannot be read ({error.strerror}).") from error
            pictures = [
                unit.picture.fingerprints
                for unit in (pool.read(path).units if path.suffix.lower() in _PICTURES else ())
                if unit.kind == "image" and unit.picture and unit.picture.fingerprints
            ]
            found.append(
                FileHashes(
                    name=_printable(str(path))[:1000],
                    sha256=sha256,
                    pixels=pictures[0].pixels if pictures else None,
                    perceptual=pictures[0].perceptual if pictures else None,
                )
            )
    return found


def scan(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Folders on disk; without them the catalog."),
    ] = None,
    protect: Annotated[
        list[Path] | None, typer.Option(help="A folder from which nothing may go.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Names to leave out, such as `*.tmp`.")
    ] = None,
    least: Annotated[int, typer.Option(help="Leave out files below so many bytes.")] = 1,
    hidden: Annotated[bool, typer.Option(help="Look at hidden files too.")] = False,
    similar: Annotated[
        bool, typer.Option(help="Find pictures too that show the same; this reads every picture.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Where to write the report, for `resolve` and programs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find duplicates in the catalog; with folders, files of the same bytes on disk.

    Nothing is taken in, changed or deleted.

    A scan that is stopped writes what it found, and goes on from there when given again.
    """
    if not paths:
        catalog_duplicates.scan(as_json=as_json)
        return
    from pipelines.copies.find import find
    from pipelines.copies.ledger import Ledger
    from pipelines.copies.report import Report, write
    from pipelines.copies.report import as_json as plain
    from pipelines.copies.walk import walk

    roots = [_folder(path) for path in paths]
    protected = [_folder(path) for path in protect or ()]
    target = report or _last()
    problems: list[str] = []

    def save(found: Found) -> None:
        try:
            write(Report.of(found, roots, protected, alike), target)
        except OSError as error:
            raise BadRequest(
                f"The report {target} cannot be written ({error.strerror}); say another place "
                "with --report."
            ) from error

    files = walk(
        [*roots, *protected], exclude=exclude or (), hidden=hidden, on_problem=problems.append
    )
    pictures: list[File] = []
    alike: list[AlikeGroup] = []
    with (
        Ledger(target.parent / "hashes.sqlite") as ledger,
        _bars(visible=not as_json) as tell,
        _interruptible() as stop,
    ):
        found = find(
            _noting(files, pictures) if similar else files,
            ledger=ledger,
            protected=protected,
            problems=problems,
            least=least,
            tell=tell,
            so_far=_now_and_then(save),
            stop=stop,
        )
        save(found)
        if similar and found.complete:
            copies = {path for each in found.groups for copy in each.others for path in copy.paths}
            wanted = [file for file in pictures if file.path not in copies]
            alike = _alike(wanted, target.parent, tell, stop, problems)
            found.complete = not stop()
    save(found)
    made = Report.of(found, roots, protected, alike)
    if as_json:
        print_json(plain(made))
    else:
        _show(made, target)
    if not made.complete:
        raise typer.Exit(130)


def _noting(files: Iterable[File], pictures: list[File]) -> Iterator[File]:
    """The files, with the pictures among them written down, each by one of its hard links."""
    from pipelines.copies.similar import ENDINGS

    known: set[tuple[int, int]] = set()
    for file in files:
        ending = os.path.splitext(file.path)[1].lower()  # noqa: PTH122
        if ending in ENDINGS and file.identity not in known:
            known.add(file.identity)
            pictures.append(file)
        yield file


def _alike(
    pictures: list[File],
    folder: Path,
    tell: Callable[[Progress], None],
    stop: Callable[[], bool],
    problems: list[str],
) -> list[AlikeGroup]:
    from pipelines.copies.find import Progress
    from pipelines.copies.prints import PrintBook
    from pipelines.copies.similar import find_alike
    from pipelines.pool import ReaderPool

    book = PrintBook(folder / "prints.sqlite")
    try:
        with ReaderPool(processes=2) as pool:
            return find_alike(
                pictures,
                pool,
                book,
                tell=lambda step, done, total: tell(Progress(step, done, total)),
                stop=stop,
                on_problem=problems.append,
            )
    except ModuleNotFoundError as error:
        raise BadRequest(
            "Comparing pictures needs OpenCV: install magpie-content[duplicates] and scan again."
        ) from error
    finally:
        book.close()


def resolve(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GROUP]...", help="Groups of the catalog; without them the disk."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All groups of a kind.")] = False,
    kind: Annotated[str | None, typer.Option(help="The kind, with --all.")] = None,
    report: _Report = None,
    do: Annotated[bool, typer.Option("--apply", help="Do it; without it, only say what.")] = False,
    quarantine: Annotated[
        Path | None, typer.Option(help="Move copies into this folder (the default way).")
    ] = None,
    hard_link: Annotated[
        bool, typer.Option("--hard-link", help="Make the copies names of one file instead.")
    ] = False,
    script: Annotated[
        Path | None, typer.Option(help="Write a shell script to review instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Clear up what a scan found; a dry run without --apply.

    Groups of the catalog are merged into the copy to keep. On disk, without GROUP or --all,
    each copy is compared with the one that stays, then moved.

    `magpie duplicates undo` takes it back.
    """
    if groups or all_ or kind:
        if all_ != (kind is not None) or (groups and all_):
            raise BadRequest("Say --all and --kind together, or name groups.")
        catalog_duplicates.resolve(groups or [], kind, do=do, as_json=as_json)
        return
    from pipelines.copies.resolve import steps

    if sum((quarantine is not None, hard_link, script is not None)) > 1:
        raise BadRequest("Choose one of --quarantine, --hard-link and --script.")
    found = _read(report or _last())
    wanted = list(steps(found))
    folder = (quarantine or _beside(found)).absolute()
    if script is not None:
        _write_script(wanted, folder, script)
        console.print(Text(f"Written to {script}; read it, then run it with: sh {script}"))
        return
    if not do:
        _show_steps(wanted, as_json=as_json, how="become hard links" if hard_link else "go")
        return
    outcome, manifest = _apply(found, wanted, None if hard_link else folder, visible=not as_json)
    if as_json:
        print_json({"manifest": str(manifest), **_plain(outcome)})
        return
    what = "made hard links" if hard_link else f"moved to {folder}"
    console.print(Text(f"{len(outcome.done)} files {what}, {decimal(outcome.freed)} in all."))
    if not hard_link and outcome.done:
        console.print("Their space comes free when you delete that folder.")
    _show_refused(outcome)
    console.print(Text(f"Take it back with: magpie duplicates undo {manifest}"), soft_wrap=True)


def undo(
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="What `resolve --apply` or `dismiss` printed."),
    ],
    as_json: AsJson = False,
) -> None:
    """Put back what `resolve --apply` took away, or take a dismissal back."""
    manifest = Path(what)
    if _ID.fullmatch(what) and not manifest.exists():
        catalog_duplicates.undo(what, as_json=as_json)
        return
    from pipelines.copies.manifest import InvalidManifest, deeds
    from pipelines.copies.resolve import undo as take_back

    try:
        outcome = take_back(deeds(manifest))
    except OSError as error:
        raise BadRequest(f"{manifest} cannot be read ({error.strerror}).") from error
    except InvalidManifest as error:
        raise BadRequest(str(error)) from error
    if as_json:
        print_json(_plain(outcome))
    else:
        console.print(f"{len(outcome.done)} files are back.")
        _show_refused(outcome)
    if outcome.refused:
        raise typer.Exit(1)


def _apply(
    found: Report, wanted: list[Step], quarantine: Path | None, *, visible: bool
) -> tuple[Outcome, Path]:
    from pipelines.copies.manifest import Manifest
    from pipelines.copies.resolve import apply

    guard = _held()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    path = _last().with_name(f"done-{stamp}.jsonl")
    target = quarantine / stamp if quarantine is not None else None
    with (
        Manifest(path) as manifest,
        _step_bar(len(wanted), visible=visible) as tell,
        _interruptible() as stop,
    ):
        outcome = apply(
            wanted,
            manifest,
            quarantine=target,
            protected=found.protected,
            guard=guard,
            tell=tell,
            stop=stop,
        )
    return outcome, path


def _held() -> Guard:
    """Refuses files whose records in the catalog are under a hold."""
    from service.home import Home
    from service.schemas import AssetQuery

    if not settings().catalog_url and not Home(settings().home).catalog.exists():
        return lambda _: None
    held: set[str] = set()
    with opened() as hub:
        cursor: str | None = None
        while True:
            page = hub.listed(AssetQuery(where="hold:yes", limit=200, cursor=cursor))
            held.update(os.path.realpath(each.origin) for each in page.assets if each.origin)
            cursor = page.next_cursor
            if cursor is None:
                break
    return lambda path: "its record is under a hold" if os.path.realpath(path) in held else None


def _folder(path: Path) -> str:
    if not path.exists():
        raise BadRequest(f"{path} does not exist; check the path.")
    return os.path.realpath(path)


def _last() -> Path:
    return settings().home / _FOLDER / "scan.json"


def _beside(report: Report) -> Path:
    """A quarantine on the disk of the first folder that was scanned: moving costs nothing."""
    from pipelines.copies.walk import QUARANTINE

    root = Path(report.roots[0]) if report.roots else Path.cwd()
    return (root if root.is_dir() else root.parent) / QUARANTINE


def _read(path: Path) -> Report:
    from pipelines.copies.report import InvalidReport, read

    try:
        return read(path)
    except FileNotFoundError as error:
        raise BadRequest(
            f"There is no report at {path}; make one with `magpie duplicates scan FOLDER`."
        ) from error
    except OSError as error:
        raise BadRequest(f"{path} cannot be read ({error.strerror}).") from error
    except InvalidReport as error:
        raise BadRequest(str(error)) from error


def _write_script(wanted: list[Step], quarantine: Path, path: Path) -> None:
    from pipelines.copies.resolve import script

    text = "\n".join(script(wanted, quarantine)) + "\n"
    try:
        path.write_bytes(os.fsencode(text))
    except OSError as error:
        raise BadRequest(f"{path} cannot be written ({error.strerror}).") from error


def _show(report: Report, path: Path) -> None:
    for problem in report.problems[:_SHOWN]:
        console.print(Text(_printable(problem), style="yellow"))
    if len(report.problems) > _SHOWN:
        console.print(f"... and {len(report.problems) - _SHOWN} more.", style="yellow")
    for group in report.groups[:_SHOWN]:
        console.print(
            Text.assemble(
                (f"{decimal(group.frees):>9}  ", "bold"),
                (_printable(group.keep.paths[0]), "cyan"),
                (f"  stays: {group.reason}", "dim"),
            )
        )
        for copy in group.others[:_SHOWN]:
            note = "  protected" if copy.protected else ""
            names = f"  {len(copy.paths)} hard links" if len(copy.paths) > 1 else ""
            console.print(Text(f"           {_printable(copy.paths[0])}{names}{note}"))
    for alike in report.alike[:_SHOWN]:
        console.print(
            Text.assemble(
                ("the same ", "bold"),
                (_printable(alike.first.path), "cyan"),
                (f"  {alike.first.width} x {alike.first.height}", "dim"),
            )
        )
        for each in alike.others[:_SHOWN]:
            how = ", ".join(each.edits) or each.kind.replace("_", " ")
            size = f"{each.width} x {each.height}"
            console.print(Text(f"           {_printable(each.path)}  {size}  {how}"))
    if len(report.groups) > _SHOWN:
        console.print(f"... and {len(report.groups) - _SHOWN} more groups.", style="dim")
    console.print(
        f"{report.files:,} files, {decimal(report.size)}: {len(report.groups):,} groups of copies,"
        f" {decimal(report.frees)} to be freed."
    )
    if report.alike:
        count = len(report.alike)
        console.print(f"{count:,} groups of pictures that show the same; they are only reported.")
    if not report.complete:
        console.print(
            f"Stopped early; up to {decimal(report.maybe)} more. Give the command again to go on.",
            style="yellow",
        )
    console.print(Text(f"Report: {path}"), soft_wrap=True)
    if report.frees:
        console.print("Next: magpie duplicates resolve", style="dim")


def _show_steps(wanted: list[Step], *, as_json: bool, how: str) -> None:
    if as_json:
        print_json([{"path": each.path, "keep": each.keep, "frees": each.frees} for each in wanted])
        return
    for step in wanted[:_SHOWN]:
        console.print(Text(f"{_printable(step.path)}\n    stays: {_printable(step.keep)}"))
    if len(wanted) > _SHOWN:
        console.print(f"... and {len(wanted) - _SHOWN} more.", style="dim")
    freed = decimal(sum(each.frees for each in wanted))
    console.print(f"{len(wanted)} files would {how}, {freed} in all. Nothing was done.")
    if wanted:
        console.print("Do it with: magpie duplicates resolve --apply", style="dim")


def _show_refused(outcome: Outcome) -> None:
    for path, reason in outcome.refused[:_SHOWN]:
        console.print(Text(f"Left as it is: {_printable(path)}: {reason}.", style="yellow"))
    if len(outcome.refused) > _SHOWN:
        console.print(f"... and {len(outcome.refused) - _SHOWN} more.", style="yellow")


def _plain(outcome: Outcome) -> dict[str, object]:
    refused = [{"path": path, "reason": reason} for path, reason in outcome.refused]
    return {"done": outcome.done, "freed": outcome.freed, "refused": refused}


def _printable(path: str) -> str:
    """A path as one line of text, whatever bytes its name has."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in path)


def _now_and_then(save: Callable[[Found], None]) -> Callable[[Found], None]:
    """Calls through at once, and then every so many seconds."""
    last = float("-inf")

    def call(found: Found) -> None:
        nonlocal last
        if time.monotonic() - last >= _SAVE_EVERY_S:
            last = time.monotonic()
            save(found)

    return call


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks the work to stop after the present file, so that what was done is kept."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _bars(*, visible: bool) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    what = {
        "looking": "Listing files",
        "comparing ends": "Comparing ends",
        "comparing": "Comparing",
        "reading": "Looking",
        "proving": "Proving",
    }
    columns = (
        TextColumn("{task.description:<15}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[done]}"),
        TimeRemainingColumn(compact=True),
    )
    with Bars(*columns, console=console, disable=not visible, transient=True) as bars:
        tasks = {step: bars.add_task(said, visible=False, done="") for step, said in what.items()}
        started: dict[str, float] = {}

        def tell(progress: Progress) -> None:
            said = f"{progress.done:,} {_COUNTED.get(progress.step, 'files')}"
            if progress.step == "comparing":
                since = time.monotonic() - started.setdefault(progress.step, time.monotonic())
                rate = f", {decimal(int(progress.done / since))}/s" if since > 1 else ""
                said = f"{decimal(progress.done)} of {decimal(progress.total)}{rate}"
            bars.update(
                tasks[progress.step],
                total=progress.total or None,
                completed=progress.done,
                visible=True,
                done=said,
            )

        yield tell


@contextlib.contextmanager
def _step_bar(total: int, *, visible: bool) -> Iterator[Callable[[Step], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("Clearing up"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Bars(*columns, console=console, disable=not visible, transient=True) as bars:
        task = bars.add_task("", total=total)
        yield lambda _: bars.advance(task)
