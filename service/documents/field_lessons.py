"""Learning how documents are filed, field by field, from what people said in their records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from models.base import TextEncoder
from pipelines.documents.types.classify import OTHER, Described
from pipelines.documents.types.values import packed, teach, tried
from service.catalog.database import Database
from service.documents import schemas
from service.documents.examples import ExampleDocuments
from service.documents.filing import learned_fields
from service.documents.learning import keep
from service.record.field import Field
from service.record.fieldset import FieldSet

LEAST = 3
"""Documents of a value from which on it is learned, of two values at least."""

_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class _Given:
    """Documents with the key of their value, and what a record holds for each key."""

    examples: list[tuple[Described, str]]
    contents: dict[str, str]


def learn_fields(
    database: Database,
    fields: FieldSet,
    library: ExampleDocuments,
    text: TextEncoder,
    *,
    actor: str,
    at: datetime,
) -> list[schemas.FieldExamples]:
    """Learn all fields of which people gave some values; keep what is better than guessing.

    Returns:
        What came of each field for which any value was given.
    """
    made = []
    for field in learned_fields(fields):
        given = library.given(field.name)
        if given:
            made.append(_learn(database, field, _usable(given, library), library, text, actor, at))
    return made


def _learn(
    database: Database,
    field: Field,
    given: _Given,
    library: ExampleDocuments,
    text: TextEncoder,
    actor: str,
    at: datetime,
) -> schemas.FieldExamples:
    told = sorted(given.contents.values(), key=str.casefold)
    answer = schemas.FieldExamples(
        field=field.name, label=field.label, examples=len(given.examples), values=told
    )
    if len(told) < 2:
        reason = f"Give two values or more to at least {LEAST} documents each."
        return answer.model_copy(update={"reason": reason})
    others = library.others(field.name)
    trial = tried(given.examples, others, text)
    answer.before, answer.after = round(trial.usual, 4), round(trial.right, 4)
    if trial.right <= trial.usual:
        answer.reason = "It would be no better than guessing the commonest; nothing was changed."
        return answer
    keep(
        database,
        packed(replace(teach(given.examples, others, text), trust=trial.trust)),
        field=field.name,
        labels=[{"name": name, "content": content} for name, content in given.contents.items()],
        examples=len(given.examples),
        before=answer.before,
        after=answer.after,
        actor=actor,
        created_at=at,
    )
    answer.kept = True
    answer.reason = (
        f"Guessing the commonest is right for {trial.usual:.0%}, this for {trial.right:.0%}."
    )
    return answer


def _usable(given: list[tuple[str, object]], library: ExampleDocuments) -> _Given:
    """Examples of the values that enough documents have, each under its commonest spelling."""
    found = [
        (document, str(item))
        for asset_id, content in given
        if (document := library.document(asset_id)) is not None
        for item in (content if isinstance(content, list) else [content])
        if item not in {None, ""}
    ]
    spelt: dict[str, Counter[str]] = {}
    for _, item in found:
        spelt.setdefault(_key(item), Counter())[item] += 1
    often = sorted(spelt, key=lambda key: -spelt[key].total())[:_MOST_VALUES]
    contents = {
        key: spelt[key].most_common(1)[0][0]
        for key in often
        # What is called so would be taken for no answer.
        if spelt[key].total() >= LEAST and key != OTHER
    }
    kept = [(document, _key(item)) for document, item in found if _key(item) in contents]
    return _Given(kept, contents)


def _key(item: str) -> str:
    return " ".join(item.casefold().split())
