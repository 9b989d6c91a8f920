"""The demo: make the sample library, read it, and ask it questions."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service import schemas
from service.progress import Progress
from service.sample.library import build
from service.sample.questions import QUESTIONS, Question

_SHOWN_HITS = 3
_SHOWN_REASONS = 2
_LONGEST_QUOTE = 150
_WIDEST = 96
"""Columns; longer lines are hard to read however wide the terminal is."""


class Library(Protocol):
    """What the demo needs of an open home: a hub, or a running server."""

    def ingest(self, paths: Sequence[Path], *, progress: Progress | None = None) -> schemas.Job:
        """Take in files and wait until they can be found."""

    def search(self, request: schemas.SearchRequest) -> schemas.SearchAnswer:
        """Answer a question in words."""

    def search_by_file(
        self, request: schemas.SearchRequest, path: Path, name: str
    ) -> schemas.SearchAnswer:
        """Answer a question by an example file."""


def run_demo(
    library: Library,
    home: Path,
    console: Console,
    progress: Callable[[], AbstractContextManager[Progress]],
) -> int:
    """Make the sample library in a home, read what is new of it, and ask all questions.

    Args:
        library: the open home that reads and answers.
        home: its folder; the files are made in ``sample`` below it, unless they are there.
        console: where everything is printed.
        progress: a bar to show while files are read.

    Returns:
        0, or 1 if a file could not be taken in.

    Raises:
        MagpieError: the extra ``sample`` is not installed.
    """
    console.width = min(console.width, _WIDEST)
    folder = home / "sample"
    console.print(f"The photos and papers of a small museum, made in {_short(folder)}")
    job = _read(library, build(folder), console, progress)
    for number, question in enumerate(QUESTIONS, 1):
        _show(number, question, ask(library, question, folder), folder, console)
    _show_next(console, home)
    return 1 if job.problems else 0


def ask(library: Library, question: Question, folder: Path) -> schemas.SearchAnswer:
    """Ask one of the demo's questions; an example is not among its own answers."""
    request = schemas.SearchRequest(
        words=question.words, kinds=list(question.kinds), limit=_SHOWN_HITS + 1
    )
    if not question.example:
        answer, asked = library.search(request), ""
    else:
        example = folder / question.example
        answer = library.search_by_file(request, example, example.name)
        asked = hashlib.sha256(example.read_bytes()).hexdigest()
    hits = [hit for hit in answer.hits if hit.asset.sha256 != asked]
    return answer.model_copy(update={"hits": hits[:_SHOWN_HITS]})


def _read(
    library: Library,
    files: Sequence[Path],
    console: Console,
    progress: Callable[[], AbstractContextManager[Progress]],
) -> schemas.Job:
    started = time.perf_counter()
    with progress() if console.is_terminal else nullcontext() as follow:
        job = library.ingest(files, progress=follow)
    took = time.perf_counter() - started
    read = job.arrivals.get("new", 0) + job.arrivals.get("changed", 0)
    if read:
        console.print(f"{read} files read in {took:.1f} s, {read / took:.1f} a second.")
    else:
        console.print(f"Nothing is new: all {len(files)} files were read before.")
    if job.failed:
        console.print(
            f"{job.failed} of them cannot be read yet; they are kept, and `magpie list` names them."
        )
    for problem in job.problems:
        console.print(Text(problem, style="yellow"))
    return job


def _show(
    number: int, question: Question, answer: schemas.SearchAnswer, folder: Path, console: Console
) -> None:
    console.print()
    console.print(Text(f"{number}  {question.about}", style="bold"))
    asked = Text(f"“{question.words}”" if question.words else f"like {question.example}")
    asked.stylize("yellow")
    if question.kinds:
        asked.append(f"  only {', '.join(question.kinds)}s", style="dim")
    console.print(Padding(asked, (0, 0, 0, 3), expand=False))
    if not answer.hits:
        console.print(Padding(Text(answer.message or "Nothing found."), (0, 0, 0, 3), expand=False))
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", width=7, style="bold")
    table.add_column(overflow="fold")
    for hit in answer.hits:
        table.add_row(f"{hit.relevance:.0%}", _found(hit, folder))
    console.print(table)


def _found(hit: schemas.SearchHit, folder: Path) -> Text:
    text = Text.assemble((_filed(hit.asset, folder), "cyan"))
    for reason in hit.reasons[:_SHOWN_REASONS]:
        text.append(f"\n{reason.text}")
        if not reason.snippet:
            continue
        quoted = Text(reason.snippet, style="dim")
        for span in reason.highlights:
            quoted.stylize("bold not dim", span.start, span.end)
        text.append(": ")
        text.append_text(_on_one_line(quoted))
    return text


def _on_one_line(text: Text) -> Text:
    """A quotation with every run of white space made one space, and not too long."""
    words = [text[found.start() : found.end()] for found in re.finditer(r"\S+", text.plain)]
    line = Text(" ").join(words)
    line.truncate(_LONGEST_QUOTE, overflow="ellipsis")
    return line


def _filed(asset: schemas.Asset, folder: Path) -> str:
    """Where a file is in the sample library; the name of one from elsewhere."""
    if asset.origin is None:
        return asset.name
    origin = Path(asset.origin)
    return str(origin.relative_to(folder)) if origin.is_relative_to(folder) else asset.name


def _show_next(console: Console, home: Path) -> None:
    magpie = _short(Path(sys.argv[0]))
    if shutil.which("magpie") == sys.argv[0]:
        magpie = "magpie"
    in_checkout = magpie.startswith(".venv")
    table = Table.grid(padding=(0, 3))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(
        "Open the search page",
        "make serve" if in_checkout else f"{magpie} --home {_short(home)} serve",
    )
    table.add_row("Search your own folder", f"{magpie} ingest ~/Pictures")
    table.add_row("", f'{magpie} search "what you remember of it"')
    console.print()
    console.print(Text("Now you", style="bold"))
    console.print(Padding(table, (0, 0, 0, 3), expand=False))


def _short(path: Path) -> str:
    """A path as people would type it here: relative, or from their home folder, if it is below."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100
    if absolute.is_relative_to(Path.cwd()):
        return str(absolute.relative_to(Path.cwd()))
    if absolute.is_relative_to(Path.home()):
        return f"~/{absolute.relative_to(Path.home())}"
    return str(absolute)
