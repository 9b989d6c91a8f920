"""All that is known of the fields of one document: page, embedded data and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.analysis import Analysis, Unit
from pipelines.documents.contracts import renews_itself
from pipelines.documents.einvoice.compare import with_embedded
from pipelines.documents.fields.extract import check_all, extract
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.results import Extracted
from pipelines.documents.fields.schema import Schema
from pipelines.documents.pages import Row, View, pieces_of, rows_of
from pipelines.documents.structure import Structure

_OFFICE = ("application/vnd.", "application/msword", "application/rtf", "text/rtf")
_HIDDEN_SHEET = "hidden sheet "
_COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class DocumentFields:
    """The fields of a document.

    Attributes:
        fields: in the order of the schema, with checks.
        renews: whether its text says that it goes on unless notice is given.
        signed: whether a signature field of it was signed; None where its format has none, or
            none that can be read.
    """

    fields: tuple[Extracted, ...]
    renews: bool = False
    signed: bool | None = None


def find_fields(
    view: View, schema: Schema, rankers: Mapping[str, Ranker], structure: Structure
) -> DocumentFields:
    """The fields of a document; what it carries as data counts before what its pages say."""
    fields = extract(view, schema, rankers)
    embedded = {
        name: value
        for name, value in structure.embedded.items()
        if any(each.name == name for each in schema.fields)
    }
    if embedded:
        fields = check_all(schema, with_embedded(schema, fields, embedded))
    signed = None if structure.signatures is None else bool(structure.signatures)
    return DocumentFields(tuple(fields), renews_itself(view.text), signed)


def view_for_fields(analysis: Analysis, structure: Structure) -> View:
    """What fields are looked for in: a PDF's own words where it has some, else its passages.

    Comments and hidden sheets are left out: what stands there is no value of the document.
    """
    own = structure.pieces
    with_own = {piece.page for piece in own}
    units = tuple(unit for unit in analysis.units if not is_hidden(unit, analysis.media_type))
    rest = [
        piece for piece in pieces_of(replace(analysis, units=units)) if piece.page not in with_own
    ]
    return View(rows_of(sorted((*own, *rest), key=lambda piece: piece.page)))


def is_hidden(unit: Unit, media_type: str) -> bool:
    """Whether a passage is a comment or stands on a hidden sheet, by how readers mark these."""
    if not media_type.startswith(_OFFICE):
        return False
    section = unit.section
    return (
        section == _COMMENTS
        or section.startswith(_HIDDEN_SHEET)
        or section.endswith(f" {_COMMENTS}")
    )


def pages_of(view: View) -> Sequence[View]:
    """A view of each page by itself, in their order."""
    by_page: dict[int, list[Row]] = {}
    for row in view.rows:
        by_page.setdefault(row[0].page, []).append(row)
    return [View(rows) for _, rows in sorted(by_page.items())]
