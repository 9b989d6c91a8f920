"""Learning from what people said of documents; kept only where it is better: types here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.base import TextEncoder
from pipelines.documents.types.classify import Described
from pipelines.documents.types.examples import learn
from pipelines.documents.types.labels import Label
from pipelines.documents.types.tree import TreeClassifier, Weights, above
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import now
from service.documents import schemas
from service.documents.describer import Describer
from service.documents.examples import ExampleDocuments
from service.documents.field_lessons import learn_fields
from service.documents.filing import load_filer
from service.documents.learning import (
    FIELD,
    house_labels,
    keep,
    load_learned,
    packed,
    take_back,
)
from service.documents.typing import Typer, names_of
from service.errors import Conflict, NotFound
from service.generations.in_use import ModelsInUse
from service.record.fieldset import FieldSet

LEAST = 5
"""Documents with a type that a person gave, from which on it is worth trying."""

_FOLDS = 5
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Example:
    document: Described
    label: str


class Lessons:
    """Learns types, and how documents are filed. Thread safe; one lesson at a time.

    Args:
        on_change: called when documents are to be described anew.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        encoders: ModelsInUse,
        describer: Describer,
        on_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._fields = fields
        self._encoders = encoders
        self._describer = describer
        self._on_change = on_change
        self._learning = threading.Lock()

    def learn(self, viewer: Viewer) -> schemas.Examples:
        """Learn from all that people gave; every document is described anew if any is kept.

        Raises:
            Forbidden: the viewer is no admin: the examples may be documents of any group.
            Conflict: somebody else learns now.
        """
        viewer.require("admin")
        if not self._learning.acquire(blocking=False):
            raise Conflict("Somebody else has examples learned now; wait until that is done.")
        try:
            return self._learn(viewer)
        finally:
            self._learning.release()

    def undo(self, viewer: Viewer) -> None:
        """Go back to what was in use before the last lesson.

        Raises:
            Forbidden: the viewer is no admin.
            NotFound: nothing was learned.
        """
        viewer.require("admin")
        if not take_back(self._database):
            raise NotFound("Nothing was learned of documents; there is nothing to undo.")
        self._use()

    def _use(self) -> None:
        tree = self._describer.typer.tree
        self._describer.typer = Typer(tree, load_learned(self._database))
        self._describer.filer = load_filer(self._database, self._fields)
        self._on_change()

    def _learn(self, viewer: Viewer) -> schemas.Examples:
        at = now()
        with self._encoders.use():
            text = self._encoders.text()
            library = ExampleDocuments(self._database, text, self._encoders.of_space("text"))
            made = self._learn_types(library, text, viewer, at)
            made.fields = learn_fields(
                self._database, self._fields, library, text, actor=viewer.id, at=at
            )
        if made.kept or any(each.kept for each in made.fields):
            self._use()
        return made

    def _learn_types(
        self, library: ExampleDocuments, text: TextEncoder, viewer: Viewer, at: datetime
    ) -> schemas.Examples:
        tree = self._describer.typer.tree
        given = list(self._given(library))
        if len(given) < LEAST:
            return _none(len(given), f"Give the type of at least {LEAST} documents first.")
        house = sorted({label for _, label in given} - set(names_of(tree.labels).values()))
        labels = (*tree.labels, *house_labels(house))
        examples = [
            _Example(document, label)
            for asset_id, label in given
            if (document := library.document(asset_id)) is not None
        ]
        if len(examples) < LEAST:
            return _none(len(examples), f"Give the type of at least {LEAST} documents first.")
        others = library.others(FIELD)
        plain = TreeClassifier(labels, text)
        before = _share(TreeClassifier(tree.labels, text), examples)
        after = _held_out(labels, plain, examples, others, text)
        told = sorted({each.label for each in examples})
        if after <= before:
            reason = "It would not be better than the descriptions alone; nothing was changed."
            return _none(len(examples), reason, before, after, told)
        keep(
            self._database,
            packed(_weights(labels, plain, examples, others)),
            labels=house,
            examples=len(examples),
            before=before,
            after=after,
            actor=viewer.id,
            created_at=at,
        )
        return schemas.Examples(
            examples=len(examples),
            before=before,
            after=after,
            kept=True,
            reason=f"Better than before: {before:.0%} right, now {after:.0%}.",
            labels=told,
        )

    def _given(self, library: ExampleDocuments) -> Iterator[tuple[str, str]]:
        """Documents with the types that people gave, as the tree calls these."""
        names = names_of(self._describer.typer.tree.labels)
        for asset_id, content in library.given(FIELD):
            name = " ".join(str(content or "").lower().split())[:_LONGEST_NAME]
            if name:
                yield asset_id, names.get(name, name)


def _none(
    count: int,
    reason: str,
    before: float = 0.0,
    after: float = 0.0,
    labels: Sequence[str] = (),
) -> schemas.Examples:
    return schemas.Examples(
        examples=count, before=before, after=after, kept=False, reason=reason, labels=list(labels)
    )


def _share(classifier: TreeClassifier, examples: Sequence[_Example]) -> float:
    right = sum(classifier.classify(each.document).label == each.label for each in examples)
    return round(right / len(examples), 4)


def _held_out(
    labels: Sequence[Label],
    plain: TreeClassifier,
    examples: Sequence[_Example],
    others: Sequence[Described],
    text: TextEncoder,
) -> float:
    """The share of the examples that is told rightly by what the other examples teach."""
    right = 0
    for fold in range(min(_FOLDS, len(examples))):
        asked = examples[fold::_FOLDS]
        rest = [each for number, each in enumerate(examples) if number % _FOLDS != fold]
        unseen = [*others, *(each.document for each in asked)]
        taught = TreeClassifier(labels, text, _weights(labels, plain, rest, unseen))
        right += sum(taught.classify(each.document).label == each.label for each in asked)
    return round(right / len(examples), 4)


def _weights(
    labels: Sequence[Label],
    plain: TreeClassifier,
    examples: Sequence[_Example],
    others: Sequence[Described],
) -> dict[str, Weights]:
    """What the examples teach, by the label above those that they belong to."""
    chains = {name: (name, *over) for name, over in above(labels).items()}
    made = {}
    for over, level in plain.levels.items():
        names = [label.name for label in level.asked]
        own = list(_of_level(examples, chains, names))
        if own:
            # Only at the top may any document be anything; below, others are not of these.
            made[over] = learn(level, own, others if not over else ())
    return made


def _of_level(
    examples: Sequence[_Example], chains: dict[str, tuple[str, ...]], names: Sequence[str]
) -> Iterator[tuple[Described, int]]:
    for each in examples:
        for name in chains[each.label]:
            if name in names:
                yield each.document, names.index(name)
