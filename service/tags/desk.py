"""Tags as one viewer may see and change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.errors import BadRequest, NotFound
from service.generations.in_use import ModelsInUse
from service.ids import new_id
from service.records.editor import RecordEditor
from service.tags import lessons, schemas
from service.tags.decisions import decide, record
from service.tags.find_term import decisions_in, find_term
from service.tags.learning import Taught, teach, terms_to_learn
from service.tags.listing import named, runs_page, tags_of
from service.tags.machine import foresee
from service.tags.names import keep_names
from service.tags.rows import Key, Run, touch, write
from service.tags.state import note
from service.tags.steps import Step, count, in_steps, told
from service.tags.tables import Tag, TagRun
from service.tags.taggers import Taggers, TaggerShop
from service.tags.undo import undoing
from service.tags.unfitted import remark_on
from service.vocabularies.in_force import Kept
from service.vocabularies.seen import SeenVocabularies

_MACHINES = frozenset({"arrival", "refresh", "batch"})


@dataclass(frozen=True, slots=True)
class TagParts:
    """What tags are made of.

    Attributes:
        on_change: called when the index has something to take up.
        on_lesson: called when machines have learned something.
    """

    shop: TaggerShop
    models: ModelsInUse
    on_change: Callable[[], None]
    on_lesson: Callable[[], None]


class TagDesk:
    """Tags of the assets that a viewer sees."""

    def __init__(
        self, database: Database, parts: TagParts, viewer: Viewer, editor: RecordEditor
    ) -> None:
        self._database = database
        self._parts = parts
        self._viewer = viewer
        self._editor = editor

    def of(self, asset_id: str) -> schemas.AssetTags:
        """What is said of the terms of an asset, with the reasons; raises NotFound."""
        with self._database.read() as session:
            find_asset(session, asset_id, self._viewer)
            return tags_of(session, asset_id)

    def add(self, asset_id: str, new: schemas.NewTags) -> schemas.AssetTags:
        """Give an asset tags; raises NotFound for an asset or term that is not there."""
        changes = schemas.TagChanges(accept=new.terms, vocabulary=new.vocabulary)
        return self.change(asset_id, changes)

    def change(self, asset_id: str, changes: schemas.TagChanges) -> schemas.AssetTags:
        """Decide about tags of an asset.

        Raises:
            NotFound: there is no such asset or term; nothing was changed.
            BadRequest: nothing, or two things are said of a term.
        """
        self._viewer.require("write")
        decisions = decisions_in(changes, self._vocabularies())
        taggers, run = self._parts.shop.now(), self._run("person", _said(decisions))
        with self._parts.models.use(), self._database.write() as session:
            find_asset(session, asset_id, self._viewer, for_update=True)
            decide(session, [asset_id], decisions, taggers, run)
            found = tags_of(session, asset_id)
        self._parts.on_change()
        return found

    def decide(self, request: schemas.TagDecision) -> Iterator[schemas.Tagged]:
        """Decide about one term for many assets, telling how far it is; as ``BulkEdits.edit``."""
        self._viewer.require("write")
        if not request.asset_ids and not (request.where or "").strip():
            raise BadRequest("Say which assets: their ids, or where, such as tag_suggested:dog.")
        key = find_term(self._vocabularies(), request.term, request.vocabulary)
        asset_ids = self._chosen(request.where, request.asset_ids)
        run = self._run("person", f"{request.action} {'/'.join(key)}")
        taggers = self._parts.shop.now()

        def step(session: Session, chunk: Sequence[str], done: schemas.Tagged) -> None:
            changed = decide(session, chunk, {key: request.action}, taggers, run)
            done.changed += len(changed)

        return self._told(self._steps(asset_ids, run, step))

    def tag(self, request: schemas.TagRequest) -> Iterator[schemas.Tagged]:
        """Let machines tag assets again, telling how far it is; only what changes is touched.

        Raises:
            NotFound: there is no such vocabulary.
        """
        self._viewer.require("write")
        taggers = self._parts.shop.now()
        if request.vocabulary is not None and request.vocabulary not in taggers.by_id:
            raise NotFound(
                f"No vocabulary {request.vocabulary[:64]} is in use; `magpie vocabularies list` "
                "shows them."
            )
        asset_ids = self._chosen(request.where, request.asset_ids)
        run = self._run("batch", request.where or "")

        def step(session: Session, chunk: Sequence[str], done: schemas.Tagged) -> None:
            if not request.dry_run and request.vocabulary is None:
                note(session, chunk, taggers.digest, held=False)
            changes = foresee(session, chunk, taggers, request.vocabulary)
            count(session, done, changes)
            if not request.dry_run:
                keep_names(session, taggers.kept)
                write(session, changes, run)

        remark = remark_on(self._parts.models.visual_descriptor)
        steps = self._steps(asset_ids, run, step, dry_run=request.dry_run)
        return (done.model_copy(update={"remark": remark}) for done in self._told(steps))

    def runs(self, *, limit: int = 50, cursor: str | None = None) -> schemas.RunPage:
        """Work that changed tags, newest first; raises BadRequest on a foreign cursor."""
        with self._database.read() as session:
            return runs_page(session, self._viewer, limit=limit, cursor=cursor)

    def undo(self, run_id: str) -> Iterator[schemas.Tagged]:
        """Take back what a run did, where nobody spoke since; machines are quiet there then.

        Raises:
            NotFound: the viewer sees nothing that it changed.
            Forbidden: it is about lessons, and the viewer is no admin.
        """
        self._viewer.require("write")
        with self._database.read() as session:
            known = session.get(TagRun, run_id)
            asset_ids = self._touched(session, run_id)
        if known is None or (not asset_ids and known.kind != "learn"):
            raise NotFound(f"There is no run {run_id[:40]} to undo; `magpie tags runs` lists them.")
        run = self._run("undo", run_id)
        if known.kind == "learn":
            self._viewer.require("admin")
            with self._database.write() as session:
                _begin(session, run)
                lessons.take_back(session, run_id, run.id)
            self._parts.on_lesson()

        def step(session: Session, chunk: Sequence[str], done: schemas.Tagged) -> None:
            changes, kept = undoing(session, run_id, chunk)
            done.kept += len(kept)
            count(session, done, changes)
            record(session, changes, run)
            write(session, changes, run)
            touch(session, changes.assets)
            if known.kind in _MACHINES and changes.assets:
                note(session, sorted(changes.assets), "undone", held=True)

        return self._told(self._undo_steps(run_id, self._steps(asset_ids, run, step)))

    def learn(self, request: schemas.LearnRequest) -> schemas.Learned:
        """Learn terms from what people accepted and rejected; raises NotFound.

        What was learned counts at once for what arrives; the rest of the library follows.
        """
        self._viewer.require("admin")
        taggers = self._parts.shop.now()
        with self._database.read() as session:
            keys = (
                [find_term(self._vocabularies(), request.term, request.vocabulary)]
                if request.term is not None
                else [
                    key
                    for key in terms_to_learn(session)
                    if request.vocabulary in {None, key[0]} and key[0] in taggers.by_id
                ]
            )
            taught = [self._teach(session, key, taggers) for key in keys]
            labels = named(session, keys)
        run = self._run("learn", ", ".join(labels.values()))
        with self._parts.models.use(), self._database.write() as session:
            _begin(session, run)
            for each in taught:
                lessons.keep(session, each.key, taggers.model, each.lesson, run.id)
        self._parts.on_lesson()
        return schemas.Learned(
            run_id=run.id, terms=[_learned(each, labels[each.key]) for each in taught]
        )

    def _teach(self, session: Session, key: Key, taggers: Taggers) -> Taught:
        tagger = taggers.by_id.get(key[0])
        if tagger is None:
            raise NotFound(f"The vocabulary {key[0]} is not in use; `magpie vocabularies use` it.")
        return teach(session, key, tagger, taggers.model)

    def _vocabularies(self) -> list[Kept]:
        return SeenVocabularies(self._database, self._parts.shop.vocabularies, self._viewer).all()

    def _chosen(self, where: str | None, asset_ids: Sequence[str]) -> list[str]:
        if asset_ids and where is not None:
            raise BadRequest("Say either where or asset_ids, not both.")
        if asset_ids:
            return list(dict.fromkeys(asset_ids))
        return self._editor.select(where or "")

    def _run(self, kind: schemas.RunKind, about: str) -> Run:
        return Run(new_id(), kind, self._viewer.id, about[:500])

    def _steps(
        self, asset_ids: Sequence[str], run: Run, step: Step, *, dry_run: bool = False
    ) -> Iterator[schemas.Tagged]:
        return in_steps(
            self._database,
            self._parts.models,
            self._viewer,
            asset_ids,
            step,
            batch_id="" if dry_run else run.id,
        )

    def _told(self, steps: Iterable[schemas.Tagged]) -> Iterator[schemas.Tagged]:
        return told(steps, self._parts.on_change)

    def _undo_steps(self, run_id: str, steps: Iterable[schemas.Tagged]) -> Iterator[schemas.Tagged]:
        for done in steps:
            yield done
        with self._database.write() as session:
            run = session.get(TagRun, run_id)
            if run is not None:
                run.undone_by = done.batch_id

    def _touched(self, session: Session, run_id: str) -> list[str]:
        among = select(Tag.asset_id).where(or_(Tag.run_id == run_id, Tag.ended_by == run_id))
        rows = select(Asset.id).where(Asset.id.in_(among), *seen_assets(self._viewer))
        return list(session.scalars(rows.order_by(Asset.id)))


def _begin(session: Session, run: Run) -> None:
    session.add(TagRun(id=run.id, kind=run.kind, started_by=run.started_by, about=run.about))
    session.flush()


def _said(decisions: Mapping[Key, schemas.Decision]) -> str:
    return ", ".join(f"{decision} {'/'.join(key)}" for key, decision in decisions.items())


def _learned(taught: Taught, label: str) -> schemas.LearnedTerm:
    lesson = taught.lesson
    return schemas.LearnedTerm(
        vocabulary=taught.key[0],
        term=taught.key[1],
        label=label,
        examples=lesson.examples,
        rejected=taught.rejected,
        before=round(lesson.before, 4),
        after=round(lesson.after, 4),
        used=lesson.classifier is not None,
        reason=lesson.reason,
    )
