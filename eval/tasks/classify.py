"""Classes of documents, told from their descriptions alone, and after ten examples a class.

- ``accuracy``: folders of texts with topics; no example is seen.
- ``accuracy_10_shot``: mean over five draws of ten examples a class, the rest measured; the
  rest is seen without its classes, as a library sees its own documents.
- ``macro_f1``: folders of files with document types, ``other`` being an answer.
- ``macro_f1_same_format``: of the classes whose files are of the same media type as those of
  another class, which the file type does not give away.
- ``accuracy_of_all``: with all types that Magpie knows as answers, as in a library; a kind of
  contract counts as contract. ``calibration_error`` is the mean distance of the confidence of
  these answers from their accuracy (see ``eval.probabilities``).
- ``hidden_as_other``: each class hidden in turn: the share of its documents that are then
  ``other``, mean over the classes; ``hidden_CLASS`` for receipt and invoice apart.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    from eval.layouts.classes import Classed
    from models.base import TextEncoder
    from pipelines.documents.types.classify import Described

_SHOTS, _DRAWS = 10, 5
_APART = ("receipt", "invoice")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with articles.jsonl or documents.jsonl",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="cores to use; 0: all")
    parser.add_argument("--each", action="store_true", help="show what is wrong, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from eval.layouts import classes as layout
    from models.load import load_text
    from models.registry import TEXT_DEFAULT

    documents = layout.read(options.data)
    encoder = load_text(TEXT_DEFAULT, options.threads)
    print(f"Reading {len(documents):,} documents ...", file=sys.stderr)
    described = _described(documents, encoder, options.threads)
    labels = [each.label for each in documents]
    if any(each.path for each in documents):
        names = [each.path.name if each.path else each.text[:40] for each in documents]
        return _types(described, labels, encoder, names if options.each else None)
    return _topics(described, labels, encoder)


def _described(documents: Sequence[Classed], encoder: TextEncoder, threads: int) -> list[Described]:
    from eval import field_views
    from models.ocr.load import load_ocr
    from pipelines.analysis import Analysis
    from pipelines.documents.pages import view_of
    from pipelines.documents.types.classify import describe
    from pipelines.passages import passages

    paths = [each.path for each in documents if each.path]
    read = field_views.analyses(paths, lambda: load_ocr("rapidocr", threads))
    made = []
    for each in documents:
        if each.path:
            analysis = next(read)
        else:
            units = tuple(passages(each.text))
            analysis = Analysis("document", "text/plain", units=units)
        made.append(describe(analysis, view_of(analysis), encoder))
    return made


def _topics(described: Sequence[Described], labels: Sequence[str], encoder: TextEncoder) -> Figures:
    from pipelines.documents.types.classify import Classifier
    from pipelines.documents.types.examples import learn
    from pipelines.documents.types.labels import known_labels, named

    classes = sorted(set(labels))
    asked = named(classes, known_labels("topics"))
    plain = Classifier(asked, encoder, other=False)
    right = [plain.classify(d).label == label for d, label in zip(described, labels, strict=True)]
    figures: dict[str, float] = {"documents": len(labels), "accuracy": round(fmean(right), 4)}
    shots = []
    for draw in range(_DRAWS):
        chosen = _drawn(labels, classes, draw)
        examples = [(described[number], classes.index(labels[number])) for number in chosen]
        rest = [number for number in range(len(labels)) if number not in chosen]
        weights = learn(plain, examples, [described[number] for number in rest])
        taught = Classifier(asked, encoder, other=False, weights=weights)
        shots.append(
            fmean(taught.classify(described[number]).label == labels[number] for number in rest)
        )
    figures["accuracy_10_shot"] = round(fmean(shots), 4)
    return figures


def _drawn(labels: Sequence[str], classes: Sequence[str], draw: int) -> set[int]:
    order = list(range(len(labels)))
    random.Random(draw).shuffle(order)
    return {
        number
        for name in classes
        for number in [each for each in order if labels[each] == name][:_SHOTS]
    }


def _types(
    described: Sequence[Described],
    labels: Sequence[str],
    encoder: TextEncoder,
    names: Sequence[str] | None,
) -> Figures:
    import numpy as np

    from eval.probabilities import calibration_error
    from pipelines.documents.types.classify import OTHER

    classes = sorted(set(labels))
    found = _predict(described, classes, encoder)
    scores = {name: _f1(labels, found, name) for name in classes}
    same = _of_shared_formats(described, labels)
    right, sure = _in_tree(described, labels, encoder)
    hidden = {}
    for name in classes:
        rest = [each for each in classes if each != name]
        own = [d for d, label in zip(described, labels, strict=True) if label == name]
        hidden[name] = fmean(each == OTHER for each in _predict(own, rest, encoder))
    for number, (label, given) in enumerate(zip(labels, found, strict=True)):
        if names and label != given:
            print(f"{names[number]}: {given} for {label}", file=sys.stderr)
    return {
        "documents": len(labels),
        "macro_f1": round(fmean(scores.values()), 4),
        "macro_f1_same_format": round(fmean(scores[name] for name in same), 4) if same else 0.0,
        "accuracy_of_all": round(fmean(right), 4),
        "calibration_error": round(calibration_error(np.array(sure), np.array(right), least=0), 4),
        "hidden_as_other": round(fmean(hidden.values()), 4),
        **{f"hidden_{name}": round(hidden[name], 4) for name in _APART if name in hidden},
        **{f"f1_{name.replace(' ', '_')}": round(score, 4) for name, score in scores.items()},
    }


def _predict(
    described: Sequence[Described], classes: Sequence[str], encoder: TextEncoder
) -> list[str]:
    from pipelines.documents.types.classify import Classifier
    from pipelines.documents.types.labels import known_labels, named

    tree = known_labels("types")
    background = [label for label in tree if not label.under]
    classifier = Classifier(named(classes, tree), encoder, background=background)
    return [classifier.classify(each).label for each in described]


def _in_tree(
    described: Sequence[Described], labels: Sequence[str], encoder: TextEncoder
) -> tuple[list[bool], list[float]]:
    """Whether each answer of the whole tree is right, and how sure it is."""
    from pipelines.documents.types.labels import known_labels, named
    from pipelines.documents.types.tree import TreeClassifier, above

    tree = known_labels("types")
    over = above(tree)
    asked = {each.name: {each.name, *each.also} for each in named(sorted(set(labels)), tree)}
    classifier = TreeClassifier(tree, encoder)
    answers = [classifier.classify(each) for each in described]
    right = [
        bool(asked[label] & {answer.label, *over.get(answer.label, ())})
        for label, answer in zip(labels, answers, strict=True)
    ]
    return right, [answer.confidence for answer in answers]


def _of_shared_formats(described: Sequence[Described], labels: Sequence[str]) -> list[str]:
    """Classes with a document whose media family another class has, too."""
    families: dict[str, set[str]] = {}
    for each, label in zip(described, labels, strict=True):
        family = each.media_type.partition("/")[0]
        key = family if family in {"image", "text"} else each.media_type
        families.setdefault(key, set()).add(label)
    return sorted({name for shared in families.values() if len(shared) > 1 for name in shared})


def _f1(wanted: Sequence[str], found: Sequence[str], name: str) -> float:
    both = sum(a == b == name for a, b in zip(wanted, found, strict=True))
    return 2 * both / max(1, wanted.count(name) + found.count(name))
