"""What speaks for a tag, and what comes of it: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Signal = Literal["picture", "examples", "pixels", "keywords", "name", "words", "narrower"]
"""Likeness to the term; to accepted pictures; measured pixels; embedded keywords; file and
folder names; words read in the picture; a narrower term."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a tag.

    Attributes:
        signal: of which kind.
        probability: that the tag is right, by this reason alone.
        detail: what a person can look at: the word, the narrower term.
        second: of the video, where there is one.
    """

    signal: Signal
    probability: float
    detail: str = ""
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A term that fits.

    Attributes:
        term: id in the vocabulary.
        probability: that it is right.
        given: true for a tag, false for a suggestion that a person has to accept.
        evidence: the reasons, strongest first.
    """

    term: str
    probability: float
    given: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """Everything known about one picture that may speak for a tag.

    Attributes:
        visual, look: vectors of the picture, each of shape (d,); None where there is none.
        words: text that was read in the picture.
        keywords: embedded in the file by its maker.
        path: of the file as people named it, with the folders that they sorted by.
        measured: probability by term id, from measured pixels (colours, people, format).
        accepted: ids of terms that a person gave; those above them follow.
        rejected: ids of terms that a person took off; they do not come back.
        second: of the video that the picture is from.
    """

    visual: NDArray[np.float32] | None = None
    look: NDArray[np.float32] | None = None
    words: str = ""
    keywords: tuple[str, ...] = ()
    path: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    second: float | None = None
