"""Documents as fields are looked for in them, read the way an ingest reads them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.ocr.base import OcrEngine
    from pipelines.analysis import Analysis
    from pipelines.documents.pages import View


def analyses(paths: Sequence[Path], engine: Callable[[], OcrEngine]) -> Iterator[Analysis]:
    """Read files, with the text in their pictures; the engine is made when a file needs it."""
    from pipelines.ocr import recognise_text, wants_ocr
    from pipelines.pool import ReaderPool

    made: OcrEngine | None = None
    with ReaderPool(1) as pool:
        for number, path in enumerate(paths, 1):
            analysis = pool.read(path)
            if wants_ocr(analysis):
                made = made or engine()
                analysis = recognise_text(analysis, partial(pool.close_ups, path), made)
            if number % 20 == 0:
                print(f"{number:,} of {len(paths):,} files read", file=sys.stderr)
            yield analysis


def view(path: Path, analysis: Analysis) -> View:
    """The view of a file: with places where they are known."""
    from pipelines.documents.pages import view_of
    from pipelines.documents.pdf_pieces import pdf_view

    if analysis.media_type == "application/pdf":
        own = pdf_view(path)
        if own.rows:
            return own
    return view_of(analysis)
