"""Fits the curves by which likeness of pictures and terms becomes the probability of a tag.

Photos must not be scored by a head that was trained on them: the head is trained anew, as
``models.alignment.train`` does it, on two thirds of the photos for each third. Needs the
extra ``torch``; ten minutes for 7,000 photos.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.alignment.data import Photo
    from models.base import TextEncoder
    from pipelines.tagging.bank import TermBank
    from pipelines.vocabulary.terms import Term

    Floats = NDArray[np.float32]

_FOLDS = 3
_VIEWS = 2
_CHUNK = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with train_captions.jsonl and the photos the visual model was trained on",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to write")
    parser.add_argument(
        "--operating",
        type=float,
        default=0.6,
        metavar="P",
        help="probability to give a tag from; .6 means that a wrong tag costs 1.5 missing ones",
    )


def run(options: argparse.Namespace) -> Figures:
    """Fit and write."""
    import numpy as np

    from models.alignment import data
    from models.alignment.features import extract
    from models.load import load_text
    from pipelines.tagging.bank import scored_terms
    from pipelines.vocabulary.general import general

    photos = data.read(options.data)
    print(f"Reading {len(photos):,} photos ...", file=sys.stderr)
    found = extract(photos, 0, views=_VIEWS)
    text = load_text()
    fold = np.random.default_rng(1).integers(_FOLDS, size=len(photos))
    terms = scored_terms(general())
    print(f"Training {_FOLDS} heads ...", file=sys.stderr)
    visual, banks = _cross_fitted(photos, found.views, found.logits, fold, text, terms)
    look = found.views[0][:, :1280].astype(np.float32)
    look /= np.linalg.norm(look, axis=1, keepdims=True)
    return fit_all([photo.captions for photo in photos], visual, look, fold, banks, options)


def fit_all(
    captions: list[tuple[str, ...]],
    visual: Floats,
    look: Floats,
    fold: NDArray[np.int64],
    banks: list[TermBank],
    options: argparse.Namespace,
) -> Figures:
    """Fit curves to vectors of photos that their own head never saw, and write them.

    Args:
        captions: of each photo.
        visual: shape (n, d).
        look: shape (n, look dimension), unit rows.
        fold: shape (n,): which bank is in the space of which photo.
        banks: one a fold, of the same terms.
        options: where to write.
    """
    import numpy as np

    from eval.fitting import mentions, tag_curves
    from models import registry
    from pipelines.tagging.fitted import SCENE, Fitted, features, write
    from pipelines.vocabulary.general import general

    model = registry.get(registry.VISUAL_DEFAULT)
    mean, axes, rest = tag_curves.reference(visual, SCENE)
    truth = mentions.mentioned(captions, general(), banks[0].ids)
    kinds = mentions.mentioned(captions, general(), ["person", "animal"])
    people, people_bias = tag_curves.fit_people(look, kinds[:, 0], kinds[:, 1])
    made = Fitted(
        model=model.name,
        revision=model.revision,
        weights=np.zeros(0, np.float32),
        bias=0.0,
        mean=mean,
        axes=axes,
        rest=rest,
        people=people,
        people_bias=people_bias,
        prior=tag_curves.PRIOR,
        operating=options.operating,
    )
    parts = [
        rows[start : start + _CHUNK]
        for number in range(len(banks))
        for rows in [np.flatnonzero(fold == number)]
        for start in range(0, len(rows), _CHUNK)
    ]
    weights, bias = tag_curves.fit_curve(
        lambda rows: np.stack(features(visual[rows], banks[fold[rows[0]]], made), axis=-1),
        truth,
        parts,
    )
    write(replace(made, weights=np.asarray(weights), bias=bias), options.out)
    return {
        "photos": len(visual),
        "terms_fitted": int((truth.sum(axis=0) >= tag_curves.LEAST_MENTIONS).sum()),
        **{f"weight_{number}": float(weight) for number, weight in enumerate(weights)},
        "bias": bias,
        "people_bias": people_bias,
    }


def _cross_fitted(
    photos: list[Photo],
    views: tuple[NDArray[np.floating], ...],
    logits: Floats,
    fold: NDArray[np.int64],
    text: TextEncoder,
    terms: list[Term],
) -> tuple[Floats, list[TermBank]]:
    """Vectors of all photos by heads that did not see them, and the terms in each space."""
    import numpy as np
    import torch

    from models.alignment import labels
    from models.alignment.fit import Examples, Recipe, fit
    from models.alignment.network import PictureTower, QueryTower, Trunk, load_backbone
    from pipelines.tagging.bank import TermBank, prompts
    from pipelines.tagging.classes import members
    from pipelines.vocabulary.general import general

    captions = text.encode([caption for photo in photos for caption in photo.captions])
    owners = np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in photos])
    examples = Examples(views, captions, owners)
    asked = [prompts(term) for term in terms]
    vectors = torch.from_numpy(text.encode([prompt for group in asked for prompt in group]))
    ends = np.cumsum([len(group) for group in asked])[:-1]
    names, classes = labels.bank(text), members(general(), terms)
    trunk = Trunk(load_backbone())
    visual = np.zeros((len(photos), labels.CODE_DIMENSION + captions.shape[1]), np.float32)
    banks = []
    for number in range(_FOLDS):
        head, step = fit(examples, np.flatnonzero(fold != number), Recipe())
        pictures = PictureTower(trunk, head, labels.class_codes()).eval()
        queries = QueryTower(step, names).eval()
        rows = np.flatnonzero(fold == number)
        with torch.inference_mode():
            seen = torch.from_numpy(views[0][rows].astype(np.float32))
            visual[rows] = pictures.join(head(seen), torch.from_numpy(logits[rows])).numpy()
            made = queries(vectors).numpy()
        means = np.stack([part.mean(axis=0) for part in np.split(made, ends)])
        banks.append(TermBank(tuple(term.id for term in terms), means, classes))
    return visual, banks
