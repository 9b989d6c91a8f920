"""The terms of a vocabulary as rows of arrays, ready to be compared with pictures."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.descriptor import ModelDescriptor
from pipelines.tagging.classes import members
from pipelines.vocabulary.terms import Term, Vocabulary

Floats = NDArray[np.float32]

_TEMPLATES = ("{}", "a photo of a {}", "a {} in the background")
"""An ensemble of prompts is steadier than any one of them (Radford et al. 2021): VOC mean
average precision .75 with one, .77 with several and the synonyms."""

_MOST_NAMES = 4
_IN_BRACKETS = re.compile(r"\s*\(.*?\)")
_VERSION = 1
_SHIPPED = Path(__file__).with_name("data")


class Queries(Protocol):
    """The half of a visual model that prompts need (see ``models.base.VisualEncoder``)."""

    descriptor: ModelDescriptor

    def encode_query(self, texts: Sequence[str]) -> Floats:
        """Encode prompts: shape (n, dimension)."""


@dataclass(frozen=True, slots=True)
class TermBank:
    """Terms that pictures can be compared with.

    Attributes:
        ids: of the terms, one a row of the arrays.
        queries: shape (terms, d): means of the prompts' vectors; not of unit length.
        members: shape (terms, 1000): classes of the classifier that mean the term.
    """

    ids: tuple[str, ...]
    queries: Floats
    members: Floats


def scored_terms(vocabulary: Vocabulary) -> list[Term]:
    """Terms in use that the network may speak for and that have an English name."""
    return [
        term
        for term in vocabulary.active()
        if term.by == "network" and term.auto != "never" and term.names("en")
    ]


def prompts(term: Term) -> list[str]:
    """Sentences that a picture of the term would answer, in English."""
    names = dict.fromkeys(
        _IN_BRACKETS.sub("", name).strip() or name for name in term.names("en")[:_MOST_NAMES]
    )
    return [template.format(name) for name in names for template in _TEMPLATES]


def build(vocabulary: Vocabulary, encoder: Queries, cache: Path | None = None) -> TermBank:
    """Encode the terms of a vocabulary, about 1.5 ms a prompt.

    Terms of the general vocabulary, and those in ``cache``, cost nothing with the embedded
    model: their vectors are shipped (see ``ship``).

    Args:
        vocabulary: without problems (see ``pipelines.vocabulary.check``).
        encoder: whose space the pictures are in.
        cache: a folder for vectors, by model and prompts, so that an edited vocabulary
            encodes only what is new; None to keep nothing.
    """
    terms = scored_terms(vocabulary)
    keys = [_key(prompts(term)) for term in terms]
    model = encoder.descriptor
    path = cache / f"{_key([model.name, model.revision])}.npz" if cache else None
    shipped, kept = _load(_shipped(model), model.dimension), _load(path, model.dimension)
    known = {**kept, **shipped}
    new = [index for index, key in enumerate(keys) if key not in known]
    vectors = _encode([prompts(terms[index]) for index in new], encoder)
    made = {keys[index]: vector for index, vector in zip(new, vectors, strict=True)}
    if path is not None and made:
        _save(path, {**kept, **made}, np.float32)
    known |= made
    rows = [known[key] for key in keys]
    queries = np.stack(rows) if rows else np.zeros((0, model.dimension), np.float32)
    return TermBank(tuple(term.id for term in terms), queries, members(vocabulary, terms))


def ship(vocabulary: Vocabulary, encoder: Queries) -> Path:
    """Write the vectors of a vocabulary beside the code, as float16; the file."""
    terms = scored_terms(vocabulary)
    vectors = _encode([prompts(term) for term in terms], encoder)
    known = {_key(prompts(term)): vector for term, vector in zip(terms, vectors, strict=True)}
    path = _shipped(encoder.descriptor)
    _save(path, known, np.float16)
    return path


def _shipped(model: ModelDescriptor) -> Path:
    return _SHIPPED / f"{model.name}.{model.revision}.terms.npz"


def _encode(groups: Sequence[Sequence[str]], encoder: Queries) -> list[Floats]:
    if not groups:
        return []
    vectors = encoder.encode_query([prompt for group in groups for prompt in group])
    ends = np.cumsum([len(group) for group in groups])
    return [
        vectors[end - len(group) : end].mean(axis=0)
        for group, end in zip(groups, ends, strict=True)
    ]


def _key(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([_VERSION, *parts]).encode()).hexdigest()


def _load(path: Path | None, dimension: int) -> dict[str, Floats]:
    if path is None:
        return {}
    try:
        with np.load(path, allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"]
    except (OSError, ValueError, KeyError, EOFError):
        # A damaged cache costs time, nothing else.
        return {}
    if vectors.shape != (len(keys), dimension):
        return {}
    rows = vectors.astype(np.float32)
    return {str(key): row for key, row in zip(keys, rows, strict=True)}


def _save(path: Path, known: dict[str, Floats], form: type[np.floating]) -> None:
    """Write beside and rename, so that no reader ever sees half a file."""
    import os
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            rows = np.stack(list(known.values())).astype(form)
            np.savez(stream, keys=np.array(list(known)), vectors=rows)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
