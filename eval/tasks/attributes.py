"""How well attributes of products are told: kind, colour and gender, by words and by examples.

By words (``zero_shot``) nothing is learned from the data; by examples (``10_shot``) ten
products of each kind are drawn, and the others are told; the mean of several draws. Colours
come from pixels, not from the network.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.layouts import products
from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.base import VisualEncoder, VisualVectors

    Scores = NDArray[np.floating]
    Rows = NDArray[np.int64]

_MOST_KINDS = 20
_SHOTS = 10
_DRAWS = 5
_UNKNOWN = {"", "NA", "Multi"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder with products.jsonl"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    import numpy as np

    from eval.pictures import vectors
    from pipelines.tagging.learn import joined

    shown = products.read(options.data)
    print(f"Reading {len(shown):,} photos ...", file=sys.stderr)
    found, encoder = vectors([product.path for product in shown])
    rows = joined(found.visual, found.look)
    figures: dict[str, float] = {}

    def by_words(kept: Rows, names: Sequence[str]) -> Scores:
        return _by_words(found, kept, names, encoder)

    colours, shares = _colours([product.path for product in shown])
    tasks: list[tuple[str, list[str], Callable[[Rows, Sequence[str]], Scores], Scores]] = [
        ("", [product.article for product in shown], by_words, rows),
        ("gender_", [product.gender for product in shown], by_words, rows),
        (
            "colour_",
            [product.colour for product in shown],
            lambda kept, names: _by_palette(shares[kept], names),
            colours,
        ),
    ]
    for prefix, truth, words, examples in tasks:
        names = [name for name, _ in Counter(truth).most_common() if name not in _UNKNOWN][
            :_MOST_KINDS
        ]
        if len(names) < 2:
            continue
        kept = np.array([row for row, name in enumerate(truth) if name in names])
        answers = np.array([names.index(truth[row]) for row in kept])
        right = words(kept, names).argmax(axis=1) == answers
        figures[f"{prefix}accuracy_zero_shot"] = round(float(right.mean()), 4)
        figures[f"{prefix}accuracy_10_shot"] = round(_by_examples(examples[kept], answers), 4)
        figures[f"{prefix}kinds"] = len(names)
    return {**figures, "photos": len(shown)}


def _by_words(
    found: VisualVectors, kept: Rows, names: Sequence[str], encoder: VisualEncoder
) -> Scores:
    """Probability of each name, as tags have it: shape (photos, names)."""
    from eval.tasks.tags import vocabulary_of
    from pipelines.tagging.bank import build
    from pipelines.tagging.tagger import Tagger

    vocabulary, ids = vocabulary_of(names)
    bank = build(vocabulary, encoder)
    tagger = Tagger(vocabulary, bank, encoder)
    scores = tagger.probabilities(found.visual[kept], found.look[kept])
    return scores[:, [bank.ids.index(id_) for id_ in ids]]


def _colours(paths: Sequence[Path]) -> tuple[Scores, Scores]:
    """Shares of the palette's colours, as rows to learn from and plain."""
    import numpy as np
    from PIL import Image

    from pipelines.attributes import PALETTE, dominant_colours

    shares = np.zeros((len(paths), len(PALETTE)), dtype=np.float32)
    places = {name: number for number, name in enumerate(PALETTE)}
    for row, path in enumerate(paths):
        with Image.open(path) as image:
            for colour in dominant_colours(image.convert("RGB"))[0]:
                shares[row, places[colour.name]] = colour.share
    return 2 * np.sqrt(shares), shares


def _by_palette(shares: Scores, names: Sequence[str]) -> Scores:
    """Share of the colour that goes by each name, or by the one above it."""
    import numpy as np

    from pipelines.attributes import PALETTE
    from pipelines.vocabulary.general import general

    places = {name: number for number, name in enumerate(PALETTE)}
    scores = np.zeros((len(shares), len(names)))
    for column, name in enumerate(names):
        term = general().find(name)
        lineage = (term.id, *general().broader(term.id)) if term is not None else ()
        place = next((places[id_] for id_ in lineage if id_ in places), None)
        if place is not None:
            # A shade counts a little less than the colour of that very name.
            scores[:, column] = shares[:, place] * (1.0 if lineage[0] in places else 0.99)
    return scores


def _by_examples(rows: Scores, answers: Rows) -> float:
    """Accuracy on the products that were not drawn, by a classifier a kind."""
    import numpy as np

    from pipelines.tagging.learn import ranked_by_examples

    shares = []
    for draw in range(_DRAWS):
        random = np.random.default_rng(draw)
        drawn = np.concatenate(
            [
                random.permutation(np.flatnonzero(answers == kind))[:_SHOTS]
                for kind in np.unique(answers)
            ]
        )
        left = np.setdiff1d(np.arange(len(rows)), drawn)
        scores = ranked_by_examples(rows[drawn], answers[drawn], rows[left])
        shares.append(float((np.unique(answers)[scores.argmax(axis=1)] == answers[left]).mean()))
    return float(np.mean(shares))
