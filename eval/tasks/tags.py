"""How good automatic tags are: mean average precision, precision and recall where it decides.

The classes that the data name are the vocabulary; curves and threshold are the product's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.layouts import tagged
from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipelines.vocabulary.terms import Vocabulary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with tags.jsonl or annotations.jsonl and the photos that it names",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    import numpy as np

    from eval.pictures import vectors
    from pipelines.tagging.bank import build
    from pipelines.tagging.learn import average_precision
    from pipelines.tagging.signals import Signals
    from pipelines.tagging.tagger import Tagger

    photos = tagged.read(options.data)
    classes = sorted({tag for photo in photos for tag in photo.tags})
    vocabulary, ids = vocabulary_of(classes)
    truth = np.array([[name in photo.tags for name in classes] for photo in photos])
    print(f"Reading {len(photos):,} photos ...", file=sys.stderr)
    found, encoder = vectors([photo.path for photo in photos])
    bank = build(vocabulary, encoder)
    tagger = Tagger(vocabulary, bank, encoder)
    places = [bank.ids.index(id_) for id_ in ids]
    scores = tagger.probabilities(found.visual, found.look)[:, places]
    answers = tagger.tags(
        [Signals(visual=v, look=k) for v, k in zip(found.visual, found.look, strict=True)]
    )
    given = np.array([[_given(answer, id_) for id_ in ids] for answer in answers])
    return {
        "map": round(
            float(np.mean([average_precision(scores[:, c], truth[:, c]) for c in range(len(ids))])),
            4,
        ),
        **_at_operating(given, truth),
        **_probabilities(scores, truth),
        "operating_threshold": round(tagger.operating, 3),
        "photos": len(photos),
        "classes": len(classes),
    }


def vocabulary_of(classes: Sequence[str]) -> tuple[Vocabulary, list[str]]:
    """A vocabulary of just these classes, and their ids in it.

    What the general vocabulary knows of a class (synonyms) comes along.
    """
    from dataclasses import replace

    from pipelines.vocabulary.general import general
    from pipelines.vocabulary.terms import Term, Vocabulary, normal

    terms = []
    taken: set[str] = set()
    for number, name in enumerate(classes):
        known = general().find(name)
        if known is None or known.id in taken:
            known = Term(f"class_{number}", {"en": normal(name)})
        # The class may be the general term itself, which may be hers to suggest only.
        terms.append(
            replace(known, broader=(), related=(), replaced_by="", auto="always", by="network")
        )
        taken.add(known.id)
    return Vocabulary("classes", {}, tuple(terms)), [term.id for term in terms]


def _given(answer: Sequence[object], id_: str) -> bool:
    from pipelines.tagging.signals import Tag

    return any(isinstance(tag, Tag) and tag.term == id_ and tag.given for tag in answer)


def _at_operating(given: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, float]:
    right = int((given & truth).sum())
    figures = {
        "recall_at_operating": round(right / max(int(truth.sum()), 1), 4),
        "tags_per_image": round(float(given.sum() / len(given)), 4),
    }
    if given.any():
        figures = {"precision_at_operating": round(right / int(given.sum()), 4), **figures}
    return figures


def _probabilities(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> dict[str, float]:
    from eval.probabilities import brier_skill, calibration_error

    return {
        "ece": round(calibration_error(scores.ravel(), truth.ravel()), 4),
        "brier_skill": round(brier_skill(scores, truth), 4),
    }
