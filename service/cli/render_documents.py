"""What people see in the terminal of documents."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.cli.render import console
from service.documents import schemas
from service.documents.wording import kind_words, personal_words, reading_words
from service.progress import Told

_stderr = Console(stderr=True, highlight=False)


@contextlib.contextmanager
def counting(what: str, *, visible: bool) -> Iterator[Told]:
    """A line that says how many are done, while it goes on."""
    with contextlib.ExitStack() as stack:
        status = stack.enter_context(_stderr.status(f"{what} ...")) if visible else None

        def told(count: int) -> None:
            if status is not None:
                status.update(f"{what}: {count:,} done")

        yield told


def types(found: Sequence[schemas.AssetSummary]) -> None:
    """Documents of the catalog with their types."""
    if not found:
        console.print("No documents with text are among them.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "type", "sure", "says so", "language", "personal data"):
        table.add_column(heading, overflow="fold")
    for each in found:
        kind = each.type
        table.add_row(
            Text(each.name),
            Text(kind_words(kind)),
            f"{kind.confidence:.0%}" if kind and kind.type else "",
            _WHO[kind.source] if kind and kind.type else "",
            each.language.tag if each.language else "",
            Text(", ".join(each.personal_data.counts)),
        )
    console.print(table)


def classified(made: schemas.Classified, name: str) -> None:
    """What a file is."""
    console.print(Text(name, style="bold"))
    console.print(Text(f"  {kind_words(made.type)}, {made.type.confidence:.0%} sure"))
    if made.type.evidence:
        console.print(Text(f"  {made.type.evidence}", style="dim"))
    for option in made.type.options:
        console.print(Text(f"  or {option.type}, {option.chance:.0%}", style="dim"))
    language = f"language {made.language.tag}, " if made.language.tag else ""
    pages = f"{made.pages} pages, " if made.pages else ""
    console.print(Text(f"  {language}{pages}{made.words:,} words, {reading_words(made)}"))
    if made.personal_data.counts:
        console.print(Text(f"  Personal data: {personal_words(made.personal_data)}"))


def summary(made: schemas.DocumentSummary, name: str, length: str) -> None:
    """What a document says."""
    console.print(Text(name, style="bold"))
    sentences = getattr(made.summaries, length)
    if made.written is not None and made.written.text and length == "short":
        _wrapped(f"{made.written.text} (written by {made.written.model})")
    elif not sentences:
        console.print(Text("  Nothing is known of what it says.", style="dim"))
    for each in sentences:
        _wrapped(each.text + (f" [page {each.page}]" if each.page else ""))
    if length == "long":
        for heading in made.outline:
            page = f" [page {heading.page}]" if heading.page else ""
            console.print(Text(f"  {'  ' * heading.level}{heading.text}{page}", style="dim"))
        for clause in made.clauses:
            page = f" [page {clause.page}]" if clause.page else ""
            _wrapped(f"{clause.matter}: {clause.text}{page}")
    console.print()


def learned(made: schemas.Examples) -> None:
    """What came of a lesson."""
    console.print(f"{made.examples} documents have a type that a person gave. {made.reason}")
    if not made.fields:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("field", "examples", "guessing", "learned", ""):
        table.add_column(heading, overflow="fold")
    for each in made.fields:
        tried = bool(each.after or each.before)
        table.add_row(
            Text(each.label),
            f"{each.examples:,}",
            f"{each.before:.0%}" if tried else "",
            f"{each.after:.0%}" if tried else "",
            Text("in use" if each.kept else each.reason),
        )
    console.print(table)


def said(words: str) -> None:
    """One sentence."""
    console.print(words)


_WHO = {"human": "a person", "embedded": "the file", "rule": "a rule", "model": "a machine"}


def _wrapped(text: str) -> None:
    width = max(40, min(console.width, 100))
    indented = {"initial_indent": "  ", "subsequent_indent": "  "}
    console.print(Text(textwrap.fill(text, width, **indented)))  # type: ignore[arg-type]
