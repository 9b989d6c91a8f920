"""How documents are filed by what examples teach: their department, project, retention class.

A field that people fill in for some documents is learned from these (``field_lessons``); what
it seems to be of others is suggested.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from models.base import TextEncoder
from pipelines.documents.types.classify import OTHER, Described
from pipelines.documents.types.values import Taught, ValueTeller, unpacked
from service.catalog.database import Database
from service.documents.learning import FIELD
from service.documents.sayings import FILING, Saying
from service.documents.tables import LearnedTypes
from service.record.field import Content, Field
from service.record.fieldset import FieldSet

_NAMES = frozenset(
    ["department", "project", "campaign", "product_line", "retention_class", "retention_period"]
)
_LEAST_SURE = 0.5
"""Below it nothing is suggested; set by hand."""


def learned_fields(fields: FieldSet) -> tuple[Field, ...]:
    """The fields that examples may fill: those by which people file, and the owner's choices."""
    return tuple(
        each
        for each in fields
        if each.writable
        and each.is_for("document")
        and (each.name in _NAMES or (each.custom and each.type == "choice"))
    )


@dataclass(frozen=True, slots=True)
class FieldLesson:
    """What is in use of what was learned of one field.

    Attributes:
        contents: what a record holds for each value of ``taught``.
        digest: changes with it.
    """

    field: Field
    taught: Taught
    contents: Mapping[str, str]
    digest: str


class Filer:
    """Suggests how documents are filed. Thread safe."""

    def __init__(self, lessons: Sequence[FieldLesson] = ()) -> None:
        self._lessons = lessons
        self._made: tuple[str, list[ValueTeller]] | None = None
        self._lock = threading.Lock()

    @property
    def digest(self) -> str:
        """Changes whenever suggestions may."""
        said = "\n".join(each.digest for each in self._lessons)
        return hashlib.sha256(said.encode()).hexdigest()

    def file(self, document: Described, text: TextEncoder) -> tuple[Saying, ...]:
        """What a document's record should suggest."""
        if not self._lessons:
            return ()
        made = []
        for lesson, teller in zip(self._lessons, self._tellers(text), strict=True):
            value, sure = teller.tell(document)
            if value == OTHER or sure < _LEAST_SURE:
                continue
            shown = lesson.contents[value]
            content: Content = (shown,) if lesson.field.type == "texts" else shown
            evidence = _evidence(teller.words(value, document))
            model = f"{FILING}{lesson.digest[:8]}"
            made.append(Saying(lesson.field.name, content, "model", model, sure, evidence))
        return tuple(made)

    def _tellers(self, text: TextEncoder) -> list[ValueTeller]:
        name = f"{text.descriptor.name}@{text.descriptor.revision}"
        with self._lock:
            if self._made is None or self._made[0] != name:
                self._made = (name, [ValueTeller(each.taught, text) for each in self._lessons])
            return self._made[1]


def load_filer(database: Database, fields: FieldSet) -> Filer:
    """A filer by the lessons in use; those of fields that there are no more are left out."""
    known = {each.name: each for each in learned_fields(fields)}
    with database.read() as session:
        rows = session.scalars(
            select(LearnedTypes)
            .where(LearnedTypes.current, LearnedTypes.field != FIELD)
            .order_by(LearnedTypes.field)
        ).all()
        return Filer(
            [
                FieldLesson(
                    known[row.field],
                    unpacked(row.weights),
                    {each["name"]: each["content"] for each in row.labels},
                    hashlib.sha256(row.weights).hexdigest(),
                )
                for row in rows
                if row.field in known
            ]
        )


def _evidence(words: Sequence[str]) -> str:
    """Names words of the document itself only: others may be hidden from who reads this."""
    if not words:
        return "Its text is like that of documents to which people gave this."
    said = ", ".join(f"“{word}”" for word in words)
    return f"It says {said}, as do documents to which people gave this."
