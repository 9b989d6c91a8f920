"""What lacks work, computed from the data themselves, and the jobs that do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from service.catalog.database import Database
from service.catalog.tables import Asset, Content, ContentStage, Embedding, Job, Unit
from service.generations.in_use import ModelsInUse
from service.ids import new_id
from service.ingest.items import add_all, cancelled, forgive, poisoned, waiting
from service.ingest.stages import LaterStage
from service.ingest.work import READ

Scope = Literal["all", "missing", "failed"]


class Missing:
    """Queues what lacks a current reading, a later stage or a vector."""

    def __init__(
        self,
        database: Database,
        later: Sequence[LaterStage],
        models: ModelsInUse,
    ) -> None:
        self._database = database
        self._later = [stage for stage in later if stage.enabled]
        self._models = models

    def queue_stale(self) -> str | None:
        """Queue what other models, readers or settings left; the job, None where nothing is.

        Vectors are not looked for, which would take long: a changed model changes the key.
        What a person cancelled is left alone.
        """
        with self._database.write() as session:
            read = select(Content.sha256).where(Content.sha256 == Asset.sha256).exists()
            return self._in_job(
                session, "missing", unread=and_(read, self._unread()), later=True, by_itself=True
            )

    def queue(self, scope: Scope) -> str:
        """Queue what falls under a scope; the job, which may be empty.

        ``all`` reads everything again, ``missing`` what lacks something and has not been
        given up, ``failed`` what has failed or been given up.
        """
        with self._database.write() as session:
            found: str | None
            if scope == "all":
                found = self._in_job(session, scope, unread=true(), later=False, again=True)
            elif scope == "missing":
                found = self._in_job(
                    session, scope, unread=self._unread(), later=True, vectors=True
                )
            else:
                found = self._failed(session)
            if found is None:
                found = _new_job(session, scope)
            return found

    def _in_job(
        self,
        session: Session,
        scope: Scope,
        *,
        unread: ColumnElement[bool],
        later: bool,
        again: bool = False,
        vectors: bool = False,
        by_itself: bool = False,
    ) -> str | None:
        def wanted(condition: ColumnElement[bool], stage: str) -> ColumnElement[bool]:
            given_up = false() if again else poisoned(stage)
            called_off = cancelled(stage) if by_itself else false()
            return and_(condition, ~waiting(stage), ~given_up, ~called_off)

        job_id = _new_job(session, scope)
        added = add_all(session, job_id, wanted(unread, READ), READ, again=again)
        if vectors:
            # Their reading is current: without asking again nothing would happen.
            bare = wanted(self._without_vectors(), READ)
            added += add_all(session, job_id, bare, READ, again=True)
        for stage in self._later if later else ():
            lacking = wanted(self._lacks(stage), stage.name)
            added += add_all(session, job_id, lacking, stage.name, again=False)
        if not added:
            session.delete(session.get_one(Job, job_id))
            return None
        return job_id

    def _failed(self, session: Session) -> str:
        job_id = _new_job(session, "failed")
        wanted = or_(Asset.state == "failed", poisoned(READ))
        add_all(session, job_id, and_(wanted, ~waiting(READ)), READ, again=True)
        forgive(session, true(), READ)
        for stage in self._later:
            lacks = and_(self._lacks(stage, failed=True), ~waiting(stage.name))
            add_all(session, job_id, lacks, stage.name, again=True)
            forgive(session, true(), stage.name)
        return job_id

    def _unread(self) -> ColumnElement[bool]:
        current = select(Content.sha256).where(
            Content.sha256 == Asset.sha256, Content.stage_key == self._models.stage_key
        )
        return ~current.exists()

    def _lacks(self, stage: LaterStage, *, failed: bool = False) -> ColumnElement[bool]:
        """The first asset of each content that wants a stage and has not had it as it is now."""
        noted = select(ContentStage.sha256).where(
            ContentStage.stage == stage.name, ContentStage.key != stage.key
        )
        if failed:
            noted = noted.where(ContentStage.reason.is_not(None))
        first = select(func.min(Asset.id)).where(Asset.sha256.in_(noted)).group_by(Asset.sha256)
        return Asset.id.in_(first)

    def _without_vectors(self) -> ColumnElement[bool]:
        """Assets with a text or a picture that has no vector of the models in use."""
        has = {
            space: select(Embedding.unit_id)
            .where(
                Embedding.unit_id == Unit.id,
                Embedding.space == space,
                Embedding.model == self._models.of_space(space),
            )
            .exists()
            for space in ("text", "visual")
        }
        lacking = select(Unit.sha256).where(
            or_(
                and_(func.trim(Unit.text) != "", ~has["text"]),
                and_(Unit.thumbnail.is_not(None), ~has["visual"]),
            )
        )
        return Asset.sha256.in_(lacking)


def _new_job(session: Session, scope: Scope) -> str:
    job = Job(id=new_id(), kind="refresh", state="running", request={"scope": scope})
    session.add(job)
    session.flush()
    return job.id
