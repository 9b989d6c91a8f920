"""Describes documents that wait for it: what they say, their type, and what rules say of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipelines.analysis import Analysis
from pipelines.documents.pages import view_of
from pipelines.documents.types.classify import describe
from service.access.facts import facts_of as rule_facts
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, Outbox, Unit
from service.documents.facts import VERSION, facts_of
from service.documents.filing import Filer
from service.documents.rules import DocumentRules
from service.documents.sayings import (
    LANGUAGE,
    OF_MODELS,
    OF_RULES,
    PERSONAL,
    RULES,
    Saying,
    kinds_of,
    say,
)
from service.documents.stored import TextState, stored_document, text_state
from service.documents.tables import DocumentFacts, DocumentLabel
from service.documents.typing import NO_DOCUMENT, Typed, Typer
from service.generations.in_use import ModelsInUse
from service.record.fieldset import FieldSet
from service.records.refresh import refresh_records

_LEAST_SURE_LANGUAGE = 0.6
_LEAST_SURE_TYPE = 0.4
"""Below it no type is suggested; what it may be stands in the queue of what to look at."""

_LEAST_WORDS = 20
"""Pictures with fewer words are no documents, but have something written on them."""

_LONGEST_MODEL = 128
"""Characters that the catalog keeps of who said something."""

Screen = Callable[[Session, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A document that was looked at: its type, filing and columns of facts (None: they stand).

    ``text`` tells whether it has other text by now.
    """

    asset_id: str
    sha256: str
    text: TextState
    facts: dict[str, Any] | None
    typed: Typed
    filed: tuple[Saying, ...]


class Describer:
    """Describes documents.

    Args:
        screen: applies the access rules to assets: what their records say may decide who sees
            them.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        encoders: ModelsInUse,
        rules: DocumentRules,
        typer: Typer,
        filer: Filer,
        screen: Screen,
    ) -> None:
        self._database = database
        self._fields = fields
        self._encoders = encoders
        self._rules = rules
        self._screen = screen
        self.typer = typer
        self.filer = filer

    @property
    def digest(self) -> str:
        """What is noted beside each answer; changes whenever answers may."""
        types = self.typer.digest(self._encoders.of_space("text"))
        return f"{VERSION}.{types[:24]}.{self.filer.digest[:16]}.{self._rules.digest[:16]}"[:64]

    def waiting(self, limit: int) -> list[str]:
        """Ids of assets that wait to be described, oldest first."""
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(DocumentLabel.asset_id)
                    .join(Asset, Asset.id == DocumentLabel.asset_id)
                    .where(DocumentLabel.digest == "", Asset.state != "queued")
                    .order_by(DocumentLabel.asset_id)
                    .limit(limit)
                )
            )

    def outdate(self) -> None:
        """Have those described again whose description rests on other rules or examples."""
        with self._database.write() as session:
            session.execute(
                update(DocumentLabel)
                .where(DocumentLabel.digest.not_in(["", self.digest]))
                .values(digest="")
            )

    def describe(self, asset_ids: Sequence[str]) -> None:
        """Describe some assets and write down what was found, all or nothing."""
        with self._encoders.use():
            digest = self.digest
            seen = [each for asset_id in asset_ids if (each := self._look(asset_id)) is not None]
            with self._database.write() as session:
                self._save(session, seen, digest)
                _forget(session, set(asset_ids) - {each.asset_id for each in seen})

    def give_up(self, asset_id: str) -> None:
        """Leave a document without a description until it is read anew or the rules change."""
        with self._database.write() as session:
            session.execute(
                update(DocumentLabel)
                .where(DocumentLabel.asset_id == asset_id)
                .values(digest=self.digest, label="", confidence=0.0, options=[])
            )

    def _look(self, asset_id: str) -> _Seen | None:
        """What a document is and says; None where it has no text any more."""
        with self._database.read() as session:
            asset = session.get(Asset, asset_id)
            if asset is None:
                return None
            # Before the text: of what changes meanwhile, this has to be the older.
            text = text_state(session, asset.sha256)
            model = self._encoders.of_space("text")
            analysis = stored_document(session, asset.sha256, model)
            known = session.scalar(
                select(DocumentFacts.version).where(DocumentFacts.sha256 == asset.sha256)
            )
            sha256, title = asset.sha256, asset.title or ""
        if analysis is None or not analysis.units:
            return None
        facts = None if known == VERSION else facts_of(analysis, title)
        return _Seen(asset_id, sha256, text, facts, *self._tell(analysis))

    def _tell(self, analysis: Analysis) -> tuple[Typed, tuple[Saying, ...]]:
        """The type of a document, and how it seems to be filed."""
        words = sum(len(unit.text.split()) for unit in analysis.units)
        if analysis.kind == "image" and words < _LEAST_WORDS:
            return NO_DOCUMENT, ()
        text = self._encoders.text()
        document = describe(analysis, view_of(analysis), text)
        return self.typer.type_of_described(document, text), self.filer.file(document, text)

    def _save(self, session: Session, seen: Sequence[_Seen], digest: str) -> None:
        hashes = {each.asset_id: each.sha256 for each in seen}
        assets = {
            asset.id: asset
            for asset in session.scalars(select(Asset).where(Asset.id.in_(hashes)))
            if asset.sha256 == hashes[asset.id]
        }
        # What was read anew meanwhile, or had words recognised in it, waits for its turn again.
        seen = [each for each in seen if each.asset_id in assets and _holds(session, each)]
        assets = {each.asset_id: assets[each.asset_id] for each in seen}
        _save_facts(session, seen)
        changed = {each.asset_id for each in seen if _say_type(session, each, digest)}
        session.flush()
        inside = self._rules.looks_inside
        facts = rule_facts(session, list(assets.values()), self._fields, inside=inside)
        for asset_id, known in facts.items():
            said = [
                Saying(each.field, each.content, "rule", f"{RULES}{each.rule}"[:_LONGEST_MODEL])
                for each in self._rules.say(known)
            ]
            if say(session, asset_id, said, ours=OF_RULES):
                changed.add(asset_id)
        self._follow(session, [assets[each] for each in sorted(changed)], list(assets))

    def _follow(self, session: Session, changed: list[Asset], looked_at: list[str]) -> None:
        """Keep in step what follows from records; access rules may have waited for this."""
        if changed:
            session.flush()
            refresh_records(session, changed, self._fields)
            session.execute(
                insert(Outbox), [{"asset_id": asset.id, "operation": "index"} for asset in changed]
            )
        self._screen(session, looked_at)


def _holds(session: Session, each: _Seen) -> bool:
    """Whether a document still says what was looked at, and its facts stand."""
    if each.text != text_state(session, each.sha256):
        return False
    return each.facts is not None or session.get(DocumentFacts, each.sha256) is not None


def _forget(session: Session, asset_ids: Collection[str]) -> None:
    """Let assets wait no longer that have no text, and have got none meanwhile."""
    passage = (
        select(Unit.id)
        .join(Asset, Asset.sha256 == Unit.sha256)
        .where(Asset.id == DocumentLabel.asset_id, Unit.kind == "passage")
        .exists()
    )
    session.execute(
        delete(DocumentLabel)
        .where(DocumentLabel.asset_id.in_(asset_ids), ~passage)
        .execution_options(synchronize_session=False)
    )


def _say_type(session: Session, each: _Seen, digest: str) -> bool:
    """Note what a document is and says; whether its record says anything else now."""
    facts = session.get(DocumentFacts, each.sha256)
    answer = each.typed.answer
    session.execute(
        update(DocumentLabel)
        .where(DocumentLabel.asset_id == each.asset_id)
        .values(
            digest=digest,
            label=answer.label,
            confidence=answer.confidence,
            options=[list(option) for option in answer.options],
        )
    )
    said = [*_of_models(each.typed, facts), *each.filed]
    return say(session, each.asset_id, said, ours=OF_MODELS)


def _save_facts(session: Session, seen: Sequence[_Seen]) -> None:
    fresh = {each.sha256: each.facts for each in seen if each.facts is not None}
    there = set(session.scalars(select(Content.sha256).where(Content.sha256.in_(fresh))))
    session.execute(delete(DocumentFacts).where(DocumentFacts.sha256.in_(fresh)))
    rows = [{"sha256": sha256, **fresh[sha256]} for sha256 in there]
    if rows:
        session.execute(insert(DocumentFacts), rows)


def _of_models(typed: Typed, facts: DocumentFacts | None) -> list[Saying]:
    label, sure = typed.answer.label, typed.answer.confidence
    said = []
    if label and sure >= _LEAST_SURE_TYPE:
        said.append(Saying("document_type", label, "model", typed.model, sure, typed.evidence))
    if facts is None:
        return said
    if facts.language and facts.language_confidence >= _LEAST_SURE_LANGUAGE:
        model = f"{LANGUAGE}{facts.version}"
        said.append(
            Saying("language", (facts.language,), "model", model, facts.language_confidence)
        )
    if facts.personal:
        sure = max(each["confidence"] for each in facts.personal)
        model = f"{PERSONAL}{facts.version}"
        said.append(Saying("personal_data", kinds_of(facts.personal), "model", model, sure))
    return said
