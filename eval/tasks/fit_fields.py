"""Train the rankers of fields that Magpie brings, on the train parts of the data.

Writes ``KIND.json`` into ``--out`` (ours are in ``pipelines/documents/fields/weights``):
``receipt`` from the lines in ``train_text.jsonl``, ``contract`` from the agreements of a folder.
``extract`` measures them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    from eval.layouts.fields import Known
    from pipelines.documents.pages import View

_SOURCES = {
    "receipt": ("506 receipts of SROIE (ICDAR 2019), train part", "research", "no"),
    "contract": (
        "110 agreements of Kleister NDA (Stanislawek et al. 2021), EDGAR filings",
        "public filings; annotations without a stated licence",
        "unclear",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with train_text.jsonl (receipts) or with agreements to train on",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write to")


def run(options: argparse.Namespace) -> Figures:
    """Train and write."""
    from eval.errors import EvalError
    from eval.layouts import fields as layout
    from eval.tasks.extract import expected_values
    from pipelines.documents.fields.examples import fit_all
    from pipelines.documents.fields.schema import schema
    from pipelines.documents.fields.trained import Trained, fingerprint, to_json
    from pipelines.documents.pages import View, rows_of

    lines = options.data / "train_text.jsonl"
    if lines.is_file():
        kind, documents = "receipt", layout.read_text(lines)
        views = [View(rows_of(each.lines)) for each in documents]
    else:
        known = layout.read(options.data)
        if known.kind != "contract":
            raise EvalError(f"{options.data} holds nothing to train on; name a train folder.")
        kind, documents = known.kind, list(known.documents)
        views = _read(documents)
    specs = schema(kind).fields
    rankers = fit_all(specs, views, [expected_values(specs, each) for each in documents])
    seen = frozenset(fingerprint(view.text) for view in views)
    options.out.mkdir(parents=True, exist_ok=True)
    made = Trained(rankers, *_SOURCES[kind], seen)
    (options.out / f"{kind}.json").write_text(to_json(made), encoding="utf-8")
    return {"documents": len(views)} | {
        f"weights_{name}": len(ranker.weights) for name, ranker in rankers.items()
    }


def _read(documents: Sequence[Known]) -> list[View]:
    from eval import field_views
    from models.ocr.load import load_ocr

    paths = [each.path for each in documents]
    read = field_views.analyses(paths, lambda: load_ocr("rapidocr", 0))
    return [field_views.view(path, analysis) for path, analysis in zip(paths, read, strict=True)]
