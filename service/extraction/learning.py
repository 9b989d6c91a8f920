"""Learning from corrections: rankers that find what people put right, kept only if better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pipelines.documents.fields.examples import example
from pipelines.documents.fields.extract import extract_field
from pipelines.documents.fields.learn import fit
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.same import normal
from pipelines.documents.fields.schema import Schema
from pipelines.documents.fields.trained import Trained
from pipelines.documents.pages import View
from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.errors import BadRequest
from service.extraction import schemas
from service.extraction.entries import HUMAN, live_entries
from service.extraction.parts import ExtractionParts
from service.extraction.tables import Extraction, FieldEntry

MOST_DOCUMENTS = 300
LEAST_DOCUMENTS = 4

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document and what a person said of its fields; no value: that it has none."""

    view: View
    values: Mapping[str, Sequence[str]]


class Learning:
    """Learns for one viewer, from documents that the viewer sees."""

    def __init__(self, database: Database, parts: ExtractionParts, viewer: Viewer) -> None:
        self._database = database
        self._parts = parts
        self._viewer = viewer

    def learn(self, name: str) -> schemas.Learned:
        """Learn from all corrections of a schema's fields, the newest documents first.

        Every document is once among those that are held out: of these it is counted how many
        corrected values are found before and after.

        Raises:
            BadRequest: there is no such schema, or too few documents were corrected.
        """
        self._viewer.require("write")
        schema = self._parts.finder.schemas.get(name)
        documents = list(self._documents(schema))
        if len(documents) < LEAST_DOCUMENTS:
            raise BadRequest(
                f"{len(documents)} documents of the schema {name} were corrected; put the fields "
                f"of at least {LEAST_DOCUMENTS} right, and learn again."
            )
        before = self._parts.shelf.of(name)
        old, new = _measured(schema, before.rankers, documents)
        made = schemas.Learned(
            schema=name,
            documents=len(documents),
            values=old.wanted,
            before=round(old.hits / max(1, old.wanted), 4),
            after=round(new.hits / max(1, new.wanted), 4),
            kept=new.worth > old.worth,
            message="",
        )
        made.message = _message(made)
        if made.kept:
            rankers = _learned(schema, before.rankers, documents)
            trained = Trained(
                rankers,
                f"{before.source}; corrections of this library".lstrip("; "),
                before.licence,
                before.commercial,
            )
            figures = made.model_dump(mode="json", by_alias=True)
            self._parts.shelf.put(name, trained, figures, self._viewer.id)
            self._parts.wake()
        return made

    def undo(self, name: str) -> schemas.Learned:
        """Go back to the rankers before the last learning; what it had given.

        Raises:
            BadRequest: there is no such schema, or nothing was learned for it.
        """
        self._viewer.require("write")
        self._parts.finder.schemas.get(name)
        figures = self._parts.shelf.undo(name)
        if figures is None:
            raise BadRequest(
                f"Nothing was learned for the schema {name}; there is nothing to undo."
            )
        self._parts.wake()
        undone = schemas.Learned.model_validate(figures)
        return undone.model_copy(
            update={"kept": False, "message": "What was learned last is put away."}
        )

    def _documents(self, schema: Schema) -> Iterator[Corrected]:
        known = {each.name for each in schema.fields}
        with self._database.read() as session:
            ids = session.scalars(
                select(Asset.id)
                .join(Extraction, Extraction.asset_id == Asset.id)
                .where(
                    Extraction.schema == schema.name,
                    Asset.trashed_at.is_(None),
                    *seen_assets(self._viewer),
                    select(FieldEntry.id)
                    .where(
                        FieldEntry.asset_id == Asset.id,
                        FieldEntry.schema == schema.name,
                        FieldEntry.source == HUMAN,
                        FieldEntry.until.is_(None),
                    )
                    .exists(),
                )
                .order_by(Asset.id.desc())
                .limit(MOST_DOCUMENTS)
            ).all()
            entries = live_entries(session, ids)
        for asset_id in ids:
            said: dict[str, list[str]] = {}
            for row in entries.get(asset_id, []):
                if row.source == HUMAN and row.schema == schema.name and row.name in known:
                    said.setdefault(row.name, []).extend([row.value] if row.value else [])
            view = self._view(asset_id)
            if view.rows:
                yield Corrected(view, said)

    def _view(self, asset_id: str) -> View:
        with self._database.read() as session:
            asset = session.get(Asset, asset_id)
            if asset is None:
                return View(())
        return self._parts.finder.view(*self._parts.extractor.material(asset))


@dataclass(slots=True)
class _Tally:
    """Values wanted, found, and given wrongly."""

    wanted: int = 0
    hits: int = 0
    wrong: int = 0

    @property
    def worth(self) -> int:
        """A wrong value costs as much as a right one is worth: unknown is a good answer."""
        return self.hits - self.wrong


def _measured(
    schema: Schema, rankers: Mapping[str, Ranker], documents: Sequence[Corrected]
) -> tuple[_Tally, _Tally]:
    """What the rankers find, and what learned ones find in documents they had not seen."""
    before, after = _Tally(), _Tally()
    for fold in range(_FOLDS):
        train = [each for number, each in enumerate(documents) if number % _FOLDS != fold]
        held = documents[fold::_FOLDS]
        learned = _learned(schema, rankers, train) if held else {}
        for each in held:
            _count(before, schema, rankers, each)
            _count(after, schema, learned, each)
    return before, after


def _learned(
    schema: Schema, rankers: Mapping[str, Ranker], documents: Sequence[Corrected]
) -> dict[str, Ranker]:
    """Rankers that go on from others; fields that nobody spoke of keep theirs."""
    made = dict(rankers)
    for spec in schema.fields:
        told = [each for each in documents if spec.name in each.values]
        examples = [example(each.view, spec, each.values[spec.name]) for each in told]
        if any(any(each.right) for each in examples):
            made[spec.name] = fit(spec, examples, rankers.get(spec.name, Ranker()))
    return made


def _count(
    tally: _Tally, schema: Schema, rankers: Mapping[str, Ranker], document: Corrected
) -> None:
    """Compare with what a person said; that there is no value counts as one."""
    for name, values in document.values.items():
        spec = schema.field(name)
        found = extract_field(document.view, spec, rankers.get(name, Ranker())).values
        given = {normal(spec.type, each.value) for each in found}
        wanted = {normal(spec.type, value) for value in values}
        tally.wanted += len(wanted) or 1
        tally.hits += len(given & wanted) if wanted else not given
        tally.wrong += len(given - wanted)


def _message(made: schemas.Learned) -> str:
    shares = f"{made.before:.0%} of the corrected values were found before, {made.after:.0%} now"
    measured = f"{shares}, each measured on documents that were held out."
    if made.kept:
        return f"{measured} Documents of the kind are looked at again."
    return f"{measured} That is no better, so everything stays as it was."
