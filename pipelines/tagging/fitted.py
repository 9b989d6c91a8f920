"""What was learned about a visual model: how its likeness to a term becomes a probability.

Written by ``python -m eval fit-tags`` from photos with captions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.descriptor import ModelDescriptor
from pipelines.tagging.bank import TermBank
from pipelines.tagging.classes import decode

Floats = NDArray[np.float32]

SCENE = 384
"""Where the vector ``visual`` of the embedded model changes from scene to things."""

TERMS_SHOWN = 10.7
"""Terms that a picture shows on average, parents included: as many of the general vocabulary
as the captions of a photo of Flickr8k mention."""

_FOLDER = Path(__file__).with_name("data")
_SCALE = 20.0
_HIGH = 2.0
_TRACE = 0.003


@dataclass(frozen=True)
class Fitted:
    """Curves and references of one visual model.

    Attributes:
        model, revision: the model that they belong to.
        weights: shape (features,), and ``bias``: logistic regression over ``features``.
        mean: shape (d,), of ``visual`` over the reference photos.
        axes: shape (k, d): main directions of their spread, times their deviation.
        rest: shape (2,): variance of scene and things outside these directions, a dimension.
        people: shape (look dimension,), and ``people_bias``: whether people are to be seen.
        prior: the share of pictures that show a term, where the curves hold.
        operating: probability from which a tag is given.
    """

    model: str
    revision: str
    weights: Floats
    bias: float
    mean: Floats
    axes: Floats
    rest: Floats
    people: Floats
    people_bias: float
    prior: float
    operating: float

    def probabilities(self, visual: Floats, bank: TermBank) -> Floats:
        """Probability that each picture shows each term: shape (n, terms).

        A picture shows about as many terms of a large vocabulary as of a small one: the more
        terms, the rarer each (Bayes' rule on the odds).

        Args:
            visual: shape (n, d).
            bank: of the same model.
        """
        planes = features(visual, bank, self)
        logits = np.full(planes[0].shape, self.bias, dtype=np.float32)
        for weight, plane in zip(self.weights, planes, strict=True):
            logits += weight * plane
        return sigmoid(logits + np.float32(_shift(self.prior, len(bank.ids))))

    def shows_people(self, look: Floats) -> Floats:
        """Probability that each picture shows people: shape (n,).

        Args:
            look: shape (n, look dimension), unit rows.
        """
        return sigmoid(look @ self.people + np.float32(self.people_bias))


def features(visual: Floats, bank: TermBank, reference: Fitted) -> list[Floats]:
    """What the curve looks at: nine arrays of shape (n, terms).

    Likeness of scene and of things, each plain and in deviations from what the term has with
    the reference photos; and the probability of the term's classes, where it has any.
    """
    scene, scene_usual = _likeness(visual, bank.queries, reference, slice(0, SCENE), 0)
    things, things_usual = _likeness(visual, bank.queries, reference, slice(SCENE, None), 1)
    known = bank.members.any(axis=1).astype(np.float32)
    share = (decode(visual[:, SCENE:]) @ bank.members.T).clip(0, 1)
    odds = np.log((share + _TRACE) / (1 - share + _TRACE))
    least = np.float32(np.log(_TRACE / (1 + _TRACE)))
    return [
        scene_usual,
        np.maximum(scene_usual - _HIGH, 0),
        scene * _SCALE,
        things_usual * (1 - known),
        np.maximum(things_usual - _HIGH, 0) * (1 - known),
        things * _SCALE,
        (odds - least) * known,
        np.broadcast_to(known, share.shape),
        scene_usual * known,
    ]


def _likeness(
    visual: Floats, queries: Floats, reference: Fitted, part: slice, which: int
) -> tuple[Floats, Floats]:
    """Inner products, plain and in deviations from the reference: two of shape (n, terms)."""
    asked = queries[:, part]
    plain = visual[:, part] @ asked.T
    centre = asked @ reference.mean[part]
    along = ((asked @ reference.axes[:, part].T) ** 2).sum(axis=1)
    spread = np.sqrt(along + reference.rest[which] * (asked**2).sum(axis=1))
    return plain, (plain - centre) / np.maximum(spread, 1e-6)


def _shift(prior: float, terms: int) -> float:
    """What to add to logits where so many terms share the tags that a picture can have."""
    rarer = min(prior, TERMS_SHOWN / max(terms, 1))
    return float(np.log(rarer / (1 - rarer)) - np.log(prior / (1 - prior)))


def sigmoid(logits: Floats) -> Floats:
    """Probabilities from logits."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=np.float32)


def fitted(descriptor: ModelDescriptor) -> Fitted | None:
    """The curves of a visual model; None where nobody fitted any, as for a model of one's own."""
    for path in sorted(_FOLDER.glob("*.json")):
        found = read(path)
        if (found.model, found.revision) == (descriptor.name, descriptor.revision):
            return found
    return None


@cache
def read(path: Path) -> Fitted:
    """The curves in a file that ``write`` wrote."""
    record: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Fitted(**{each.name: _unpacked(record[each.name]) for each in fields(Fitted)})


def write(found: Fitted, path: Path) -> None:
    """Write curves as JSON; arrays as base64 of little-endian float16."""
    record = {name: _packed(value) for name, value in asdict(found).items()}
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _packed(value: object) -> object:
    if not isinstance(value, np.ndarray):
        return value
    data = base64.b64encode(value.astype("<f2").tobytes()).decode()
    return {"shape": value.shape, "float16": data}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    data = np.frombuffer(base64.b64decode(value["float16"]), dtype="<f2")
    return data.reshape(value["shape"]).astype(np.float32)
