"""Rows about documents in the shape in which people and programs get them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.documents.types.tree import Answer
from service.catalog import tables
from service.catalog.tables import Asset
from service.documents import schemas
from service.documents.tables import DocumentFacts, DocumentLabel
from service.record.entries import Entries
from service.record.resolve import resolve

FIELD = "document_type"
MOST_PLACES = 200
"""Places of personal data that one answer names; the counts are of all."""

_CONTRACT = "contract"

Tree = Mapping[str, tuple[str, ...]]
"""For each type those above it."""


def type_of(label: DocumentLabel, entries: Entries, tree: Tree) -> schemas.DocumentType | None:
    """What a record shows as its type, with what else a machine takes it for."""
    shown = resolve(entries).get((FIELD, ""))
    options = [_option(name, chance) for name, chance in label.options]
    if shown is None or shown.entry.content is None:
        if not label.label:
            return None
        likeliest = _option(label.label, label.confidence)
        return schemas.DocumentType(
            type="", confidence=label.confidence, options=[likeliest, *options]
        )
    entry = shown.entry
    name = str(entry.content)
    # What a person or file says is not weighed against what a machine thinks.
    sure = entry.source == "model"
    return schemas.DocumentType(
        type=name,
        confidence=entry.confidence,
        source=entry.source,
        under=list(tree.get(name.lower(), ())),
        options=options if sure else [],
        evidence=entry.evidence,
    )


def type_of_answer(answer: Answer, evidence: str, tree: Tree) -> schemas.DocumentType:
    """What a machine takes a document for."""
    return schemas.DocumentType(
        type=answer.label,
        confidence=answer.confidence,
        under=list(tree.get(answer.label, ())),
        options=[_option(name, chance) for name, chance in answer.options],
        evidence=evidence,
    )


def _option(name: str, chance: float) -> schemas.TypeOption:
    return schemas.TypeOption(type=name, chance=chance)


def summary_of(
    facts: Mapping[str, Any], kind: schemas.DocumentType | None, pages: int | None
) -> schemas.DocumentSummary:
    """What a document says, from the columns of ``DocumentFacts``."""
    is_contract = kind is not None and _CONTRACT in {kind.type.lower(), *kind.under}
    return schemas.DocumentSummary(
        type=kind,
        language=schemas.Language(tag=facts["language"], confidence=facts["language_confidence"]),
        pages=pages,
        words=facts["words"],
        reading_minutes=round(facts["reading_s"] / 60, 1),
        summaries=schemas.Summaries.model_validate(facts["summaries"]),
        written=_written(facts),
        outline=[schemas.Heading.model_validate(each) for each in facts["outline"]],
        clauses=[schemas.Clause.model_validate(each) for each in facts["clauses"]]
        if is_contract
        else [],
        personal_data=personal_of(facts),
        grades=[schemas.PageGrade.model_validate(each) for each in facts["grades"]],
    )


def _written(facts: Mapping[str, Any]) -> schemas.WrittenSummary | None:
    if not facts.get("written_key"):
        return None
    return schemas.WrittenSummary(
        text=facts["written"], model=facts["written_model"], reason=facts["written_reason"]
    )


def personal_of(facts: Mapping[str, Any]) -> schemas.PersonalData:
    """The personal data of a document: all counted, the first places named."""
    places = facts["personal"]
    return schemas.PersonalData(
        counts=Counter(each["kind"] for each in places),
        places=[schemas.PersonalPlace.model_validate(each) for each in places[:MOST_PLACES]],
        complete=facts["complete"],
    )


def columns_of(row: DocumentFacts) -> dict[str, Any]:
    """The columns of a row by their names."""
    return {column.key: getattr(row, column.key) for column in DocumentFacts.__table__.columns}


def passage_of(row: tables.Unit) -> schemas.Passage:
    """A passage."""
    usual = 1.0 if row.confidence is None else row.confidence
    return schemas.Passage(
        key=row.key,
        page=row.page,
        section=row.section,
        text=row.text,
        start=row.char_start,
        end=row.char_end,
        box=row.box,
        confidence=row.confidence,
        model=row.model,
        lines=[
            schemas.TextLine(
                start=int(start), end=int(end), box=rest[:4], confidence=[*rest[4:], usual][0]
            )
            for start, end, *rest in row.lines
        ],
    )


def picture_of(asset: Asset, page: int, *, drawn: bool) -> str | None:
    """The address of a picture of a page; None where there is none."""
    address = f"/v1/assets/{asset.id}/preview"
    if asset.media_type == "application/pdf" and asset.pages:
        return f"{address}?page={page}&v={asset.sha256[:16]}"
    return f"{address}?v={asset.sha256[:16]}" if page == 1 and drawn else None


def grades_of(facts: DocumentFacts | None, pages: Sequence[int]) -> list[schemas.PageGrade]:
    """The grades of some pages, as far as the document was described."""
    grades = facts.grades if facts is not None else []
    return [schemas.PageGrade.model_validate(each) for each in grades if each["page"] in pages]
