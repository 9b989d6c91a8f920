"""Words that should become terms: proposed by people and by what records say."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.vocabulary.as_json import packed, unpacked
from pipelines.vocabulary.terms import Term, normal
from service.access.viewer import MAGPIE, Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, now
from service.errors import BadRequest, Conflict, NotFound
from service.events.record import Change, record
from service.ids import new_id
from service.records.tables import RecordTerm
from service.vocabularies import schemas
from service.vocabularies.changing import Changing, changing
from service.vocabularies.errors import no_term
from service.vocabularies.in_force import Vocabularies
from service.vocabularies.seen import SeenVocabularies
from service.vocabularies.tables import TermProposal
from service.vocabularies.terms import free_id, shape, with_names_of

KEYWORDS = "keywords"
"""The field of the record whose words are looked at."""

LEAST_USES = 3
"""Records that have to carry a keyword before it is proposed."""

_MOST_OPEN_OF_ONE = 200
_MOST_GATHERED = 200
_LONGEST = 60


class Proposals:
    """The proposals that one viewer sees: admins all, others their own."""

    def __init__(self, database: Database, vocabularies: Vocabularies, viewer: Viewer) -> None:
        self._database = database
        self._vocabularies = vocabularies
        self._viewer = viewer

    def all(self, *, state: str = "open", limit: int = 50) -> schemas.ProposalPage:
        """Some proposals, the most used first, then the newest."""
        conditions = [TermProposal.state == state]
        if not self._viewer.sees_all:
            conditions.append(TermProposal.proposed_by == self._viewer.id)
        order = (TermProposal.uses.desc(), TermProposal.id.desc())
        with self._database.read() as session:
            rows = session.scalars(
                select(TermProposal).where(*conditions).order_by(*order).limit(limit)
            ).all()
            total = session.scalar(
                select(func.count()).select_from(TermProposal).where(*conditions)
            )
        return schemas.ProposalPage(proposals=[_shape(row) for row in rows], total=total or 0)

    def propose(self, new: schemas.NewProposal) -> schemas.Proposal:
        """Ask for a term.

        Raises:
            NotFound: there is no such vocabulary or broader term.
            Conflict: a term goes by that name, or it was asked for already, or by one person
                too often.
        """
        self._viewer.require("write")
        seen = SeenVocabularies(self._database, self._vocabularies, self._viewer)
        vocabulary = seen.get(new.vocabulary).vocabulary
        key = normal(new.label)
        if not key:
            raise BadRequest("A term needs a name with letters or digits.")
        for id_ in new.broader:
            if id_ not in vocabulary.by_id:
                raise no_term(new.vocabulary, id_)
        if (known := vocabulary.find(new.label)) is not None:
            raise Conflict(f"The term {known.id} goes by that name already.")
        with self._database.write() as session:
            own = (TermProposal.state == "open", TermProposal.proposed_by == self._viewer.id)
            if session.scalar(
                select(TermProposal.id).where(
                    TermProposal.key == key,
                    TermProposal.vocabulary_id == new.vocabulary,
                    *own,
                )
            ):
                raise Conflict("You have proposed this already; an admin will look at it.")
            count = session.scalar(select(func.count()).select_from(TermProposal).where(*own))
            if (count or 0) >= _MOST_OPEN_OF_ONE:
                raise Conflict("You have many open proposals; wait until an admin looked at them.")
            term = Term("", {new.language: new.label}, broader=tuple(new.broader))
            row = _row(new.vocabulary, term, self._viewer.id, "human", reason=new.reason)
            session.add(row)
            self._record(session, "term.proposed", row)
        return _shape(row)

    def accept(self, proposal_id: str, how: schemas.ProposalAcceptance) -> schemas.Term:
        """Make a proposal a term, or a synonym of one.

        Raises:
            NotFound: there is no such open proposal, vocabulary or term.
            InvalidVocabulary: it does not fit in.
        """
        self._viewer.require("admin")
        with self._database.read() as session:
            proposed = _open(session, proposal_id).vocabulary_id
        vocabulary_id = how.vocabulary or proposed
        with changing(self._database, vocabulary_id) as vocabulary:
            row = _open(vocabulary.session, proposal_id)
            wanted = unpacked(row.content)
            if how.synonym_of is not None:
                term = _with_synonym(vocabulary, how.synonym_of, wanted)
            else:
                term = Term(
                    how.id or free_id(vocabulary.before, dict(wanted.labels)),
                    wanted.labels,
                    broader=wanted.broader if how.broader is None else tuple(how.broader),
                )
                if term.id in vocabulary.before.by_id:
                    raise Conflict(f"There is a term {term.id} already; give another id.")
            after = vocabulary.put(term)
            self._decide(vocabulary.session, row, "accepted", packed(term))
        self._vocabularies.changed()
        return shape(after, after.by_id[term.id])

    def reject(self, proposal_id: str) -> schemas.Proposal:
        """Refuse a proposal; records do not propose the word again. Raises NotFound."""
        self._viewer.require("admin")
        with self._database.write() as session:
            row = _open(session, proposal_id)
            self._decide(session, row, "rejected", None)
        return _shape(row)

    def gather(self) -> schemas.Gathered:
        """Propose the keywords of many records that no term covers, for the first vocabulary.

        Those of the house come first. What was decided once is left alone.
        """
        self._viewer.require("admin")
        kept = self._vocabularies.all()
        home = next((each for each in kept if each.scope != "off"), kept[0]).vocabulary.id
        with self._database.read() as session:
            found = session.execute(
                select(RecordTerm.text, func.count(RecordTerm.asset_id.distinct()))
                .join(Asset, Asset.id == RecordTerm.asset_id)
                .where(RecordTerm.name == KEYWORDS, Asset.trashed_at.is_(None))
                .group_by(RecordTerm.text)
                .having(func.count(RecordTerm.asset_id.distinct()) >= LEAST_USES)
                .order_by(func.count(RecordTerm.asset_id.distinct()).desc(), RecordTerm.text)
                .limit(10 * _MOST_GATHERED)
            ).all()
        covered = [each.vocabulary for each in kept if each.scope != "off"]
        uses: dict[str, tuple[str, int]] = {}
        for text, count in found:
            key = normal(text)
            if key and len(text) <= _LONGEST and not any(each.find(text) for each in covered):
                uses.setdefault(key, (text, count))
        with self._database.write() as session:
            return schemas.Gathered(proposed=self._write_down(session, home, uses))

    def _write_down(
        self, session: Session, vocabulary_id: str, uses: dict[str, tuple[str, int]]
    ) -> int:
        """Keep what is not known yet, and the counts of what is; how many were new."""
        known = {
            row.key: row
            for row in session.scalars(select(TermProposal).where(TermProposal.key.in_(list(uses))))
        }
        new = 0
        for key, (text, count) in uses.items():
            if key in known:
                known[key].uses = count
            elif new < _MOST_GATHERED:
                term = Term("", {"en": text})
                reason = f"A keyword of {count} records."
                session.add(_row(vocabulary_id, term, MAGPIE.id, "records", reason, count))
                new += 1
        return new

    def _decide(
        self, session: Session, row: TermProposal, state: str, term: dict[str, object] | None
    ) -> None:
        row.state, row.decided_at, row.decided_by = state, now(), self._viewer.id
        self._record(session, f"term.{state}", row, term)

    def _record(
        self,
        session: Session,
        kind: str,
        row: TermProposal,
        term: dict[str, object] | None = None,
    ) -> None:
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="vocabulary",
                subject_id=row.vocabulary_id,
                before=None if kind == "term.proposed" else row.content,
                after=row.content if kind == "term.proposed" else term,
            ),
        )


def _row(
    vocabulary_id: str, term: Term, actor: str, source: str, reason: str = "", uses: int = 0
) -> TermProposal:
    return TermProposal(
        id=new_id(),
        vocabulary_id=vocabulary_id,
        key=normal(next(iter(term.labels.values())))[:200],
        content=packed(term),
        reason=reason,
        source=source,
        proposed_by=actor,
        uses=uses,
        state="open",
        created_at=now(),
    )


def _open(session: Session, proposal_id: str) -> TermProposal:
    row = session.scalar(
        select(TermProposal)
        .where(TermProposal.id == proposal_id, TermProposal.state == "open")
        .with_for_update()
    )
    if row is None:
        raise NotFound(
            f"There is no open proposal {proposal_id}; `magpie terms proposals` shows them."
        )
    return row


def _with_synonym(vocabulary: Changing, term_id: str, wanted: Term) -> Term:
    """A term with the names that were proposed."""
    term = vocabulary.before.by_id.get(term_id)
    if term is None:
        raise no_term(vocabulary.before.id, term_id)
    return with_names_of(term, wanted)


def _shape(row: TermProposal) -> schemas.Proposal:
    language, label = next(iter(row.content["labels"].items()))
    return schemas.Proposal(
        id=row.id,
        vocabulary=row.vocabulary_id,
        label=label,
        language=language,
        broader=list(row.content.get("broader", [])),
        reason=row.reason,
        source=row.source,  # type: ignore[arg-type]
        proposed_by=row.proposed_by,
        uses=row.uses,
        state=row.state,  # type: ignore[arg-type]
        created_at=row.created_at,
    )
