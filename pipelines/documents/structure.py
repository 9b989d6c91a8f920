"""What a document holds beside its text: places of words, tables, signatures, embedded data.

Runs in the calling process; ``ReaderPool.structure`` does it in a limited one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.documents.contracts import Signature, pdf_signatures
from pipelines.documents.einvoice.read import MOST_BYTES, pdf_einvoice, read_einvoice
from pipelines.documents.pages import Piece, rows_of
from pipelines.documents.pdf_pieces import pdf_pieces
from pipelines.documents.tables.files import file_tables
from pipelines.documents.tables.form_fields import form_pairs
from pipelines.documents.tables.pairs import Pair
from pipelines.documents.tables.placed import placed_tables
from pipelines.documents.tables.table import Table
from pipelines.limits import Limits
from pipelines.readers.base import InputFile, Unreadable

_PDF = "application/pdf"
_XML = "application/xml"
_MOST_PIECES = 200_000


@dataclass(frozen=True, slots=True)
class Structure:
    """What a document holds beside its text.

    Attributes:
        pieces: its own text with places (PDF); recognised text is not among it.
        tables: rows and columns.
        signatures: those of signed fields; None where the format has none that can be read.
        embedded: values of the e-invoice that it carries or is, by our names of the fields.
        pairs: what was filled into its form fields (PDF).
    """

    pieces: tuple[Piece, ...] = ()
    tables: tuple[Table, ...] = ()
    signatures: tuple[Signature, ...] | None = None
    embedded: dict[str, str] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()


def read_structure(
    path: Path,
    media_type: str,
    *,
    name: str = "",
    password: str | None = None,
    limits: Limits | None = None,
) -> Structure:
    """Read what a document of some media type holds; nothing of types that hold none of it.

    Raises:
        Unreadable: the file is damaged, too large or encrypted.
    """
    if media_type == _PDF:
        return _of_pdf(path, password)
    if media_type == _XML:
        with path.open("rb") as stream:
            return Structure(embedded=read_einvoice(stream.read(MOST_BYTES + 1)))
    file = InputFile(path, name or path.name, media_type, password, limits or Limits())
    return Structure(tables=tuple(file_tables(file)))


def _of_pdf(path: Path, password: str | None) -> Structure:
    from pypdfium2 import PdfiumError

    try:
        pieces = tuple(_some(pdf_pieces(path, password)))
        return Structure(
            pieces,
            tuple(placed_tables(rows_of(pieces))),
            pdf_signatures(path, password),
            pdf_einvoice(path, password),
            tuple(form_pairs(path, password)),
        )
    except PdfiumError as error:
        raise Unreadable(
            "corrupt", "The PDF cannot be opened: it is damaged, or needs its password."
        ) from error


def _some(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        if number == _MOST_PIECES:
            return
        yield piece
