"""Fields of receipts, contracts and invoices, against values that people wrote down.

Receipts go the way of an ingest, from the picture through text recognition. Where the shipped
rankers were trained on a document of the folder, rankers are trained anew on the other four
fifths of the folder instead; invoices are never trained on.

- ``micro_f1``: over all values of all documents; dates, amounts and durations by their value,
  names by their usual form, else by letters and digits.
- ``f1_FIELD``: of one field.
- ``micro_f1_given_lines``: receipts, from lines that people read instead of ours.
- ``coverage_at_98_precision``: share of the values wanted that stand above the lowest
  confidence at which 98 % are right: what could be filed unseen.
- ``exact_match``, ``precision``: invoices; values that do not stand on the page do not count.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    from eval.layouts.fields import Known
    from pipelines.documents.fields.ranker import Ranker
    from pipelines.documents.fields.schema import Field
    from pipelines.documents.pages import View

_FOLDS = 5
_FILED_UNSEEN = 0.98
_KEYS = {"governing_law": "jurisdiction"}
"""Our fields that the references call by another name."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with expected.jsonl, or NAME.json beside NAME.pdf",
    )
    parser.add_argument(
        "--engine",
        choices=("rapidocr", "tesseract"),
        default="rapidocr",
        help="what recognises text in pictures (default: %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="cores to use; 0: all")
    parser.add_argument("--each", action="store_true", help="show what is wrong, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from eval import field_views
    from eval.layouts import fields as layout
    from models.ocr.load import load_ocr

    known = layout.read(options.data)
    paths = [each.path for each in known.documents]
    print(f"Reading {len(paths):,} documents ...", file=sys.stderr)
    read = field_views.analyses(paths, partial(load_ocr, options.engine, options.threads))
    views = [field_views.view(path, analysis) for path, analysis in zip(paths, read, strict=True)]
    if known.kind == "invoice":
        return _invoices(views, known.documents, each=options.each)
    tally = _measure(known.kind, views, known.documents, each=options.each)
    figures: dict[str, float] = {"documents": len(views), "micro_f1": tally.f1()}
    figures |= {f"f1_{name}": tally.f1(name) for name in sorted(tally.wanted)}
    figures["coverage_at_98_precision"] = tally.coverage()
    if any(each.lines for each in known.documents):
        from pipelines.documents.pages import View, rows_of

        given = [View(rows_of(each.lines)) for each in known.documents]
        figures["micro_f1_given_lines"] = _measure(known.kind, given, known.documents).f1()
    return figures


@dataclass(slots=True)
class _Tally:
    hits: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    marks: list[tuple[float, bool]] = field(default_factory=list)

    def f1(self, name: str | None = None) -> float:
        """Of one field, or of all."""
        hits, given, wanted = (
            counter[name] if name else counter.total()
            for counter in (self.hits, self.given, self.wanted)
        )
        return round(2 * hits / max(1, given + wanted), 4)

    def coverage(self) -> float:
        """See ``coverage_at_98_precision``."""
        covered = hits = 0
        for count, (_, right) in enumerate(sorted(self.marks, reverse=True), 1):
            hits += right
            if hits >= _FILED_UNSEEN * count:
                covered = count
        return round(covered / max(1, self.wanted.total()), 4)


def _measure(
    kind: str, views: Sequence[View], documents: Sequence[Known], *, each: bool = False
) -> _Tally:
    from pipelines.documents.fields.extract import extract_field
    from pipelines.documents.fields.same import matches, normal
    from pipelines.documents.fields.schema import schema

    tally = _Tally()
    rankers = _rankers(kind, views, documents)
    for spec in schema(kind).fields:
        key = _KEYS.get(spec.name, spec.name)
        if not any(key in document.expected for document in documents):
            continue
        for number, (view, document) in enumerate(zip(views, documents, strict=True)):
            found = extract_field(view, spec, rankers[number % len(rankers)][spec.name]).values
            wanted = document.expected.get(key, ())
            values = [value.value for value in found]
            right = {normal(spec.type, value) for value in wanted}
            tally.hits[key] += matches(spec.type, values, wanted)
            tally.given[key] += len({normal(spec.type, value) for value in values})
            tally.wanted[key] += len(right)
            tally.marks += [(v.confidence, normal(spec.type, v.value) in right) for v in found]
            if each and {normal(spec.type, value) for value in values} != right:
                print(f"{document.path.name}  {key}: {values} for {list(wanted)}", file=sys.stderr)
    return tally


def _rankers(
    kind: str, views: Sequence[View], documents: Sequence[Known]
) -> list[Mapping[str, Ranker]]:
    """One set of rankers for all documents, or one for each fold."""
    from pipelines.documents.fields.trained import fingerprint, trained

    ours = trained(kind)
    if not any(fingerprint(view.text) in ours.seen for view in views):
        return [_of_all_fields(kind, ours.rankers)]
    from pipelines.documents.fields.examples import fit_all

    print("The shipped rankers know these documents: training anew on folds ...", file=sys.stderr)
    specs = _specs(kind)
    made: list[Mapping[str, Ranker]] = []
    for fold in range(_FOLDS):
        chosen = [number for number in range(len(views)) if number % _FOLDS != fold]
        rankers = fit_all(
            specs,
            [views[number] for number in chosen],
            [expected_values(specs, documents[number]) for number in chosen],
        )
        made.append(_of_all_fields(kind, rankers))
    return made


def expected_values(specs: Sequence[Field], document: Known) -> dict[str, Sequence[str]]:
    """What a document should give, by our names of the fields."""
    return {spec.name: document.expected.get(_KEYS.get(spec.name, spec.name), ()) for spec in specs}


def _specs(kind: str) -> Sequence[Field]:
    from pipelines.documents.fields.schema import schema

    return schema(kind).fields


def _of_all_fields(kind: str, rankers: Mapping[str, Ranker]) -> dict[str, Ranker]:
    from pipelines.documents.fields.ranker import Ranker

    return {spec.name: rankers.get(spec.name, Ranker()) for spec in _specs(kind)}


def _invoices(views: Sequence[View], documents: Sequence[Known], *, each: bool) -> Figures:
    from pipelines.documents.fields.extract import extract
    from pipelines.documents.fields.same import normal
    from pipelines.documents.fields.schema import schema
    from pipelines.documents.fields.trained import trained

    spec = schema("invoice")
    hits, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    for view, document in zip(views, documents, strict=True):
        found = {made.name: made for made in extract(view, spec, trained("invoice").rankers)}
        for name, values in document.expected.items():
            kind = spec.field(name).type
            if not stands_on(view, kind, values[0]):
                continue
            wanted[name] += 1
            value = found[name].values[0].value if found[name].values else None
            right = value is not None and normal(kind, value) == normal(kind, values[0])
            hits[name] += right
            given[name] += value is not None
            if each and not right:
                print(f"{document.path.name}  {name}: {value} for {values[0]}", file=sys.stderr)
    return {
        "documents": len(documents),
        "fields": wanted.total(),
        "exact_match": round(hits.total() / max(1, wanted.total()), 4),
        "precision": round(hits.total() / max(1, given.total()), 4),
        **{f"found_{name}": round(hits[name] / wanted[name], 4) for name in wanted},
    }


def stands_on(view: View, kind: str, value: str) -> bool:
    """Whether a value can be seen in a document at all."""
    from pipelines.documents.fields.candidates import candidates
    from pipelines.documents.fields.same import letters, normal
    from pipelines.documents.fields.schema import Field

    if kind in {"date", "money", "currency"}:
        probe = Field("probe", kind)  # type: ignore[arg-type]
        wanted = normal(probe.type, value)
        return any(normal(probe.type, each.value) == wanted for each in candidates(view, probe))
    return letters(value) in letters(view.text)
