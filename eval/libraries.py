"""A library of documents as the product would hold it, in a home that lives for one task."""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts.judged import Document

if TYPE_CHECKING:
    from service import schemas
    from service.hub import Hub


_LONGEST_QUESTION = 2000
_DIGITS = 6
_MOST_NAME = 100


def asked(words: str, *, limit: int) -> schemas.SearchRequest:
    """A question for the product, cut to the length that it accepts."""
    from service import schemas

    return schemas.SearchRequest(words=words[:_LONGEST_QUESTION], limit=limit)


@contextlib.contextmanager
def hub_in(folder: Path) -> Iterator[Hub]:
    """A hub on an empty home below a folder, with the settings of the environment."""
    from service.hub import Hub
    from service.settings import Settings

    with Hub(Settings(home=folder / "home")) as hub:
        yield hub


@contextlib.contextmanager
def library_of(
    documents: Sequence[Document], *, named: bool = False
) -> Iterator[tuple[Hub, dict[str, str]]]:
    """Ingest documents as Markdown files; gives the hub and the documents' ids by asset id.

    Args:
        documents: what the library is to hold.
        named: whether the title is the file's name; by default it stands above the text, and
            names mean nothing, so that only the text answers.

    Raises:
        EvalError: a document could not be read.
    """
    with tempfile.TemporaryDirectory(prefix="magpie-eval-") as name:
        root = Path(name)
        files = root / "files"
        files.mkdir()
        for number, document in enumerate(documents):
            if not (document.title.strip() or document.text.strip()):
                continue  # Some corpora hold empty documents, which nothing can find.
            stem = f"{number:0{_DIGITS}d}" + (f"-{_slug(document.title)}" if named else "")
            text = document.text if named else _as_markdown(document)
            (files / f"{stem}.md").write_text(text, encoding="utf-8")
        with hub_in(root) as hub:
            print(f"Taking in {len(documents):,} documents ...", file=sys.stderr)
            job = hub.ingest([files], in_place=True)
            if job.failed or job.problems:
                why = job.problems[0] if job.problems else "see the messages above"
                raise EvalError(f"{job.failed} of the documents cannot be read: {why}")
            yield (
                hub,
                {asset.id: documents[int(asset.name[:_DIGITS])].id for asset in _assets(hub)},
            )


def _as_markdown(document: Document) -> str:
    title = " ".join(document.title.split())
    return f"# {title}\n\n{document.text}" if title else document.text


def _slug(title: str) -> str:
    """A title as people name files."""
    return "-".join(re.findall(r"\w+", title.lower()))[:_MOST_NAME]


def _assets(hub: Hub) -> Iterator[schemas.Asset]:
    cursor = None
    while True:
        page = hub.assets(limit=100, cursor=cursor)
        yield from page.assets
        cursor = page.next_cursor
        if cursor is None:
            return
