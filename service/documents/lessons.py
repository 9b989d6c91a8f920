"""Learning document types from the types that people gave; kept only where it is better."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from models.base import TextEncoder
from pipelines.documents.pages import view_of
from pipelines.documents.types.classify import Described, describe
from pipelines.documents.types.examples import learn
from pipelines.documents.types.labels import Label
from pipelines.documents.types.tree import TreeClassifier, Weights, above
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.documents import schemas
from service.documents.describer import Describer
from service.documents.learning import FIELD, house_labels, keep, load_learned, take_back
from service.documents.stored import stored_document
from service.documents.tables import DocumentLabel
from service.documents.typing import Typer, names_of
from service.errors import Conflict, NotFound
from service.generations.in_use import ModelsInUse
from service.records.tables import RecordEntry

LEAST = 5
"""Documents with a type that a person gave, from which on it is worth trying."""

_MOST_EXAMPLES = 3_000
_MOST_OTHERS = 300
_FOLDS = 5
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Example:
    document: Described
    label: str


class Lessons:
    """Learns types for a library. Thread safe; one lesson at a time.

    Args:
        on_change: called when documents are to be typed anew.
    """

    def __init__(
        self,
        database: Database,
        encoders: ModelsInUse,
        describer: Describer,
        on_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._encoders = encoders
        self._describer = describer
        self._on_change = on_change
        self._learning = threading.Lock()

    def learn(self, viewer: Viewer) -> schemas.Examples:
        """Learn from all types that people gave; every document is typed anew if it is kept.

        Raises:
            Forbidden: the viewer is no admin: the examples may be documents of any group.
            Conflict: somebody else learns now.
        """
        viewer.require("admin")
        if not self._learning.acquire(blocking=False):
            raise Conflict("Types are being learned already; wait until that is done.")
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
            raise NotFound("Nothing was learned of document types; there is nothing to undo.")
        self._use()

    def _use(self) -> None:
        tree = self._describer.typer.tree
        self._describer.typer = Typer(tree, load_learned(self._database))
        self._on_change()

    def _learn(self, viewer: Viewer) -> schemas.Examples:
        with self._encoders.use():
            text = self._encoders.text()
            given = self._given()
            if len(given) < LEAST:
                return _none(len(given), f"Give the type of at least {LEAST} documents first.")
            names = names_of(self._describer.typer.tree.labels)
            house = sorted({label for _, label in given} - set(names.values()))
            labels = (*self._describer.typer.tree.labels, *house_labels(house))
            examples = [
                _Example(document, label)
                for asset_id, label in given
                if (document := self._described(asset_id, text)) is not None
            ]
            others = [
                document
                for asset_id in self._others()
                if (document := self._described(asset_id, text)) is not None
            ]
            plain = TreeClassifier(labels, text)
            before = _share(TreeClassifier(self._describer.typer.tree.labels, text), examples)
            after = _held_out(labels, plain, examples, others, text)
        told = sorted({each.label for each in examples})
        if after <= before:
            reason = "It would not be better than the descriptions alone; nothing was changed."
            return _none(len(examples), reason, before, after, told)
        weights = _weights(labels, plain, examples, others)
        keep(
            self._database,
            weights,
            labels=house,
            examples=len(examples),
            before=before,
            after=after,
            actor=viewer.id,
        )
        self._use()
        reason = f"Better than before: {before:.0%} right, now {after:.0%}."
        return schemas.Examples(
            examples=len(examples),
            before=before,
            after=after,
            kept=True,
            reason=reason,
            labels=told,
        )

    def _given(self) -> list[tuple[str, str]]:
        """Documents with the types that people gave, as the tree calls these."""
        names = names_of(self._describer.typer.tree.labels)
        with self._database.read() as session:
            rows = session.execute(
                select(RecordEntry.asset_id, RecordEntry.content)
                .join(DocumentLabel, DocumentLabel.asset_id == RecordEntry.asset_id)
                .join(Asset, Asset.id == RecordEntry.asset_id)
                .where(
                    RecordEntry.name == FIELD,
                    RecordEntry.source == "human",
                    RecordEntry.until.is_(None),
                    Asset.trashed_at.is_(None),
                )
                .order_by(RecordEntry.id.desc())
                .limit(_MOST_EXAMPLES)
            ).all()
        made = []
        for asset_id, content in rows:
            name = " ".join(str(content or "").lower().split())[:_LONGEST_NAME]
            if name:
                made.append((asset_id, names.get(name, name)))
        return made

    def _others(self) -> list[str]:
        """A sample of the documents without a type that a person gave."""
        said = (
            select(RecordEntry.id)
            .where(
                RecordEntry.asset_id == DocumentLabel.asset_id,
                RecordEntry.name == FIELD,
                RecordEntry.source == "human",
                RecordEntry.until.is_(None),
            )
            .exists()
        )
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(DocumentLabel.asset_id)
                    .where(~said, DocumentLabel.label != "")
                    .order_by(func.random())
                    .limit(_MOST_OTHERS)
                )
            )

    def _described(self, asset_id: str, text: TextEncoder) -> Described | None:
        with self._database.read() as session:
            asset = session.get(Asset, asset_id)
            model = self._encoders.of_space("text")
            stored = stored_document(session, asset.sha256, model) if asset is not None else None
        if stored is None or not stored.units:
            return None
        return describe(stored, view_of(stored), text)


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
