"""How many people a picture shows, as far as the visual model can tell: none, 1, 2, or more.

An estimate from the features of the whole picture, learned from the captions of Flickr8k by
``python -m eval fit-people``. It tells well whether there are people, and badly how many.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.descriptor import ModelDescriptor
from pipelines.tagging.fitted import Fitted, fitted

Floats = NDArray[np.float32]

MOST = 3
"""Stands for so many or more."""

NONE_BELOW, SOME_FROM = 0.3, 0.65
"""Between these probabilities that people are to be seen, nobody knows.

Measured on photos of VOC 2007 and COCO, which nothing was learned from: of those said to show
people 96 % and all do (a third and a fifth of the photos), of those said to show none 81 % and
83 % show none. The number is right for two thirds of those of Flickr8k and a third of COCO's.
"""

_FOLDER = Path(__file__).with_name("data")


@dataclass(frozen=True)
class PeopleCounter:
    """Counts for one visual model.

    Attributes:
        weights: shape (MOST, look dimension), a row for 1, 2 and more; ``bias``: shape (MOST,).
        presence: tells whether there are people at all.
        name: of the model and its version, for values.
    """

    weights: Floats
    bias: Floats
    presence: Fitted
    name: str

    def count(self, look: Floats) -> list[tuple[int, float] | None]:
        """Number of people and how sure that is, of each picture; None where nobody knows.

        Args:
            look: shape (n, look dimension), unit rows.
        """
        shown = self.presence.shows_people(look)
        logits = look @ self.weights.T + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        found: list[tuple[int, float] | None] = []
        for some, share in zip(shown.tolist(), shares, strict=True):
            if some < NONE_BELOW:
                found.append((0, 1 - some))
            elif some < SOME_FROM:
                found.append(None)
            else:
                best = int(share.argmax())
                found.append((best + 1, some * float(share[best])))
        return found


@cache
def people_counter(descriptor: ModelDescriptor) -> PeopleCounter | None:
    """The counter of a visual model; None where nobody fitted one."""
    presence = fitted(descriptor)
    path = _FOLDER / f"people-{descriptor.name}.json"
    if presence is None or not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["revision"] != descriptor.revision:
        return None
    data = np.frombuffer(base64.b64decode(record["float16"]), dtype="<f2").astype(np.float32)
    rows = data.reshape(MOST, -1)
    return PeopleCounter(rows[:, :-1], rows[:, -1], presence, f"people count of {descriptor.name}")


def write(descriptor: ModelDescriptor, weights: Floats, bias: Floats, path: Path) -> None:
    """Write a counter as JSON; its rows, the bias last, as base64 of little-endian float16."""
    data = np.column_stack([weights, bias]).astype("<f2").tobytes()
    record = {
        "model": descriptor.name,
        "revision": descriptor.revision,
        "float16": base64.b64encode(data).decode(),
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
