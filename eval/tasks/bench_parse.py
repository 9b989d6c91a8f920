"""How fast born-digital PDF is read, in pages a second, beside other libraries in one run.

``pages_s`` is Magpie's reader with passages, boxes and preview, in this process; ``raw`` is
pypdfium2's text alone. ``unstructured`` (strategy ``fast``) and ``markitdown`` are measured
where they are installed with their PDF parts. ``type_ms_page``, ``fields_ms_page`` and
``summary_ms_page`` are what the stages after reading cost a page. Of each file the best of some
rounds counts, readers taken in turn.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.document_stages import costs
from eval.errors import EvalError
from eval.layouts import rows
from eval.registry import Figures

_FILES, _PAGES, _PARAGRAPHS = 2, 60, 6
_WORDS = (
    "agreement",
    "annual",
    "archive",
    "campaign",
    "contract",
    "customer",
    "delivery",
    "design",
    "energy",
    "invoice",
    "licence",
    "material",
    "mountain",
    "museum",
    "of",
    "party",
    "payment",
    "photograph",
    "process",
    "project",
    "quality",
    "report",
    "river",
    "service",
    "shall",
    "supplier",
    "system",
    "territory",
    "the",
    "under",
    "with",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder with PDF files; without it the command makes some",
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds, default 5")


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="magpie-eval-") as folder:
        files = _given(options.data) if options.data else _made(Path(folder))
        pages = sum(map(_count, files))
        if not pages:
            raise EvalError("The PDF files have no pages; name a folder with others.")
        print(f"Reading {len(files):,} files of {pages:,} pages ...", file=sys.stderr)
        speeds = _speeds(files, pages, max(1, options.rounds))
        stages = costs(files, pages, max(1, options.rounds))
    figures: dict[str, float] = {
        "files": len(files),
        "pages": pages,
        "pages_s": round(speeds["ours"], 1),
        "raw_pages_s": round(speeds["raw"], 1),
        "share_of_raw": round(speeds["ours"] / speeds["raw"], 3),
        **{f"{name}_ms_page": round(cost, 3) for name, cost in stages.items()},
    }
    for name in ("unstructured", "markitdown"):
        if name in speeds:
            figures[f"{name}_pages_s"] = round(speeds[name], 2)
            figures[f"times_{name}"] = round(speeds["ours"] / speeds[name], 1)
        else:
            print(f"{name} is not installed with its PDF parts; left out.", file=sys.stderr)
    return figures


def _speeds(files: Sequence[Path], pages: int, rounds: int) -> dict[str, float]:
    """Pages a second by reader; those that cannot be imported are left out."""
    readers: dict[str, Callable[[Path], object]] = {"ours": _ours, "raw": _raw}
    for name, make in (("unstructured", _unstructured), ("markitdown", _markitdown)):
        try:
            readers[name] = make()
            readers[name](files[0])
        except ImportError:
            readers.pop(name, None)
    # Without this every reader pays for looking through what the largest library holds.
    gc.collect()
    gc.freeze()
    best = {(name, file): float("inf") for name in readers for file in files}
    for _ in range(rounds):
        for file in files:
            for name, read in readers.items():
                start = time.perf_counter()
                read(file)
                best[name, file] = min(best[name, file], time.perf_counter() - start)
    return {name: pages / sum(best[name, file] for file in files) for name in readers}


def _ours(path: Path) -> object:
    from pipelines.reading import read_file

    analysis = read_file(path)
    if analysis.failure is not None:
        raise EvalError(f"{path.name} cannot be read: {analysis.failure.reason}")
    return analysis


def _raw(path: Path) -> object:
    from pypdfium2 import PdfDocument

    document = PdfDocument(path)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return texts


def _unstructured() -> Callable[[Path], object]:
    from pipelines.readers.elements import prepare

    prepare()
    from unstructured.partition.pdf import partition_pdf

    return lambda path: partition_pdf(str(path), strategy="fast", languages=["eng"])


def _markitdown() -> Callable[[Path], object]:
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda path: converter.convert(str(path))


def _count(path: Path) -> int:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(path)
    except PdfiumError as error:
        raise EvalError(f"{path.name} cannot be opened; leave it out.") from error
    count = len(document)
    document.close()
    return count


def _given(data: Path) -> list[Path]:
    files = sorted(rows.folder(data).rglob("*.pdf"))
    if not files:
        raise EvalError(f"{data} holds no PDF files; name a folder that does.")
    return files


def _made(folder: Path) -> list[Path]:
    """Reports of text with headings and a table a page, the same in every run."""
    try:
        from reportlab.lib.styles import getSampleStyleSheet
        from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table
    except ImportError as error:
        raise EvalError(
            "Making PDF files needs reportlab: install magpie-content[sample], or give --data DIR."
        ) from error
    chance = random.Random(7)
    styles = getSampleStyleSheet()
    files = []
    for number in range(_FILES):
        story: list[object] = []
        for page in range(_PAGES):
            story.append(Paragraph(f"{page + 1} {_sentence(chance, 4)}", styles["Heading1"]))
            for _ in range(_PARAGRAPHS):
                text = " ".join(_sentence(chance, 14) for _ in range(5))
                story.append(Paragraph(text, styles["BodyText"]))
            story.append(Table([[_sentence(chance, 2) for _ in range(4)] for _ in range(6)]))
            story.append(PageBreak())
        files.append(folder / f"report{number}.pdf")
        SimpleDocTemplate(str(files[-1])).build(story)
    return files


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."
