"""What a contract promises and until when: the deadline for notice computed, signed or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.documents.fields.durations import add_duration, parse_duration
from pipelines.documents.fields.results import Extracted, Found

_RENEWS = re.compile(
    r"automatically\s+(?:be\s+)?(?:renew|extend)|renew(?:s|ed)?\s+automatically|"
    r"verlängert\s+sich\s+(?:\w+\s+){0,6}?(?:automatisch|stillschweigend|um)",
    re.IGNORECASE,
)
_MOST_RENEWALS = 200


@dataclass(frozen=True, slots=True)
class ContractDates:
    """The dates of a contract, seen from a day.

    Attributes:
        expiry: the last day of the present term; None where nobody can tell.
        expiry_source: ``stated`` in the contract, or ``computed`` from effective date and term.
        notice_deadline: the last day on which notice ends it at ``expiry``.
        renews: whether it goes on by itself unless notice is given.
        renewals: how many renewals the present term is away from the first.
    """

    expiry: date | None = None
    expiry_source: str = ""
    notice_deadline: date | None = None
    renews: bool = False
    renewals: int = 0


def renews_itself(text: str) -> bool:
    """Whether the text of a contract says that it goes on unless notice is given."""
    return _RENEWS.search(text) is not None


def contract_dates(values: Mapping[str, str], today: date, *, renews: bool) -> ContractDates:
    """Expiry and deadline for notice, from the fields of the schema ``contract``.

    Args:
        values: of the fields, by name, as extracted or as people corrected them.
        today: a contract that renews itself is looked at in the term of that day.
        renews: whether it renews itself.
    """
    expiry, source = _first_expiry(values)
    if expiry is None:
        return ContractDates(renews=renews)
    renewals = 0
    period = parse_duration(values.get("renewal_period") or values.get("term") or "")
    if renews and period is not None:
        first = expiry
        try:
            while expiry < today and renewals < _MOST_RENEWALS:
                renewals += 1
                many = type(period)(period.start, period.end, period.count * renewals, period.unit)
                expiry = add_duration(first, many)
        except (OverflowError, ValueError):
            return ContractDates(first, source, renews=True)
    notice = parse_duration(values.get("notice_period", ""))
    deadline = add_duration(expiry, notice, -1) if notice is not None else None
    return ContractDates(expiry, source, deadline, renews, renewals)


def _first_expiry(values: Mapping[str, str]) -> tuple[date | None, str]:
    if "expiry_date" in values:
        return date.fromisoformat(values["expiry_date"]), "stated"
    term = parse_duration(values.get("term", ""))
    if "effective_date" in values and term is not None:
        try:
            return add_duration(date.fromisoformat(values["effective_date"]), term), "computed"
        except (OverflowError, ValueError):
            return None, ""
    return None, ""


def computed_fields(dates: ContractDates) -> tuple[Extracted, ...]:
    """Dates that were computed, as fields of source ``rule``."""
    made = []
    if dates.expiry is not None and dates.expiry_source == "computed":
        made.append(("expiry_date", dates.expiry))
    if dates.notice_deadline is not None:
        made.append(("notice_deadline", dates.notice_deadline))
    return tuple(
        Extracted(name, (Found(day.isoformat(), 1.0, None, source="rule"),)) for name, day in made
    )


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature field of a PDF that was signed; whether it is valid was not checked.

    Attributes:
        reason: as the signer gave it.
        time: ISO 8601, as the signing program gave it; empty where it did not.
        filter: the kind of signature, such as ``adbe.pkcs7.detached``.
    """

    reason: str
    time: str
    filter: str


def pdf_signatures(path: Path, password: str | None = None) -> tuple[Signature, ...]:
    """Signatures in a PDF (ISO 32000-1, 12.8); none means that no field was signed.

    Runs in the calling process, like ``pdf_pieces``.

    Raises:
        pypdfium2.PdfiumError: the file cannot be opened.
    """
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfDocument

    from pipelines.readers.pdf import pdf_date

    document = PdfDocument(path, password=password)
    try:
        made = []
        for number in range(max(0, pdfium.FPDF_GetSignatureCount(document))):
            signature = pdfium.FPDF_GetSignatureObject(document, number)
            if not pdfium.FPDFSignatureObj_GetContents(signature, None, 0):
                continue
            reason = _text(pdfium.FPDFSignatureObj_GetReason, signature, "utf-16-le")
            time = pdf_date(_text(pdfium.FPDFSignatureObj_GetTime, signature, "ascii"))
            kind = _text(pdfium.FPDFSignatureObj_GetSubFilter, signature, "ascii")
            made.append(Signature(reason, time, kind))
        return tuple(made)
    finally:
        document.close()


def _text(read: object, signature: object, encoding: str) -> str:
    """What one of PDFium's functions gives into a buffer, without its end mark."""
    from ctypes import create_string_buffer

    assert callable(read)
    size = read(signature, None, 0)
    if size <= 0:
        return ""
    buffer = create_string_buffer(size)
    read(signature, buffer, size)
    return buffer.raw.decode(encoding, "replace").rstrip("\x00")
