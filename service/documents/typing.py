"""Tells the types of documents by the tree, the rules and the examples of a home."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from models.base import TextEncoder
from pipelines.analysis import Analysis
from pipelines.documents.pages import view_of
from pipelines.documents.types.classify import Described, describe
from pipelines.documents.types.cues import cues_found
from pipelines.documents.types.labels import Label
from pipelines.documents.types.tree import Answer, TreeClassifier, Weights
from service.documents.trees import Tree

VERSION = 1
"""Raise it whenever documents are typed otherwise by the same tree and examples."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The type of a document, and the words in it that speak for it."""

    answer: Answer
    evidence: str
    model: str


NO_DOCUMENT = Typed(Answer("", 0.0), "", "")
"""Of what has a few words and is no document."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from corrected types.

    Attributes:
        labels: those of the tree and of the house, as people call types.
        weights: by the label above (see ``TreeClassifier``).
        digest: changes with it; empty where nothing was learned.
    """

    labels: tuple[Label, ...] = ()
    weights: dict[str, Weights] | None = None
    digest: str = ""


class Typer:
    """Types documents. Thread safe; makes its classifier when it is first needed."""

    def __init__(self, tree: Tree, learned: Learned) -> None:
        self.tree = tree
        self.labels = (*tree.labels, *learned.labels)
        self._learned = learned
        self._made: tuple[str, TreeClassifier] | None = None
        self._lock = threading.Lock()

    def digest(self, text_model: str) -> str:
        """Changes whenever answers may."""
        parts = (str(VERSION), self.tree.digest, self._learned.digest, text_model)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def type_of(self, analysis: Analysis, text: TextEncoder) -> Typed:
        """The type of a document."""
        return self.type_of_described(describe(analysis, view_of(analysis), text), text)

    def type_of_described(self, document: Described, text: TextEncoder) -> Typed:
        """The type of a document that was looked at."""
        answer = self._classifier(text).classify(document)
        label = next((each for each in self.labels if each.name == answer.label), None)
        words = cues_found(label, document.view) if label is not None else ()
        return Typed(
            answer,
            "It says " + ", ".join(f"“{word}”" for word in words) + "." if words else "",
            f"document-types@{self.digest(_name_of(text))[:8]}",
        )

    def _classifier(self, text: TextEncoder) -> TreeClassifier:
        name = _name_of(text)
        with self._lock:
            if self._made is None or self._made[0] != name:
                made = TreeClassifier(self.labels, text, self._learned.weights)
                self._made = (name, made)
            return self._made[1]


def _name_of(text: TextEncoder) -> str:
    return f"{text.descriptor.name}@{text.descriptor.revision}"


def names_of(labels: Sequence[Label]) -> dict[str, str]:
    """The name of a label by each of its names, in lower case."""
    return {key: label.name for label in labels for key in (*label.also, label.name)}
