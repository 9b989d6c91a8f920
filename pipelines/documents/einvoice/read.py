"""The fields of an e-invoice (EN 16931) in its two syntaxes, UBL 2.1 and UN/CEFACT CII.

ZUGFeRD 1.0, which came before the standard, names some elements of CII differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.documents.fields.dates import parse_date
from pipelines.documents.fields.money import parse_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 20 * 1024 * 1024

_AGREEMENT = ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
_SETTLEMENT = ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
_TOTALS = (
    "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
)
_Path = tuple[str | tuple[str, ...], ...]

_CII: Mapping[str, tuple[_Path, ...]] = {
    "number": ((("ExchangedDocument", "HeaderExchangedDocument"), "ID"),),
    "date": (
        (("ExchangedDocument", "HeaderExchangedDocument"), "IssueDateTime", "DateTimeString"),
    ),
    "seller": ((_AGREEMENT, "SellerTradeParty", "Name"),),
    "buyer": ((_AGREEMENT, "BuyerTradeParty", "Name"),),
    "vat_number": ((_AGREEMENT, "SellerTradeParty", "SpecifiedTaxRegistration", "ID"),),
    "currency": ((_SETTLEMENT, "InvoiceCurrencyCode"),),
    "iban": (
        (
            _SETTLEMENT,
            "SpecifiedTradeSettlementPaymentMeans",
            "PayeePartyCreditorFinancialAccount",
            "IBANID",
        ),
    ),
    "due_date": ((_SETTLEMENT, "SpecifiedTradePaymentTerms", "DueDateDateTime", "DateTimeString"),),
    "net": ((_SETTLEMENT, _TOTALS, "TaxBasisTotalAmount"),),
    "tax": ((_SETTLEMENT, _TOTALS, "TaxTotalAmount"),),
    "total": ((_SETTLEMENT, _TOTALS, "GrandTotalAmount"),),
}
_SUPPLIER = ("AccountingSupplierParty", "Party")
_CUSTOMER = ("AccountingCustomerParty", "Party")
_UBL: Mapping[str, tuple[_Path, ...]] = {
    "number": (("ID",),),
    "date": (("IssueDate",),),
    "due_date": (("DueDate",), ("PaymentMeans", "PaymentDueDate")),
    "seller": (
        (*_SUPPLIER, "PartyLegalEntity", "RegistrationName"),
        (*_SUPPLIER, "PartyName", "Name"),
    ),
    "buyer": (
        (*_CUSTOMER, "PartyLegalEntity", "RegistrationName"),
        (*_CUSTOMER, "PartyName", "Name"),
    ),
    "vat_number": ((*_SUPPLIER, "PartyTaxScheme", "CompanyID"),),
    "currency": (("DocumentCurrencyCode",),),
    "iban": (("PaymentMeans", "PayeeFinancialAccount", "ID"),),
    "net": (("LegalMonetaryTotal", "TaxExclusiveAmount"),),
    "tax": (("TaxTotal", "TaxAmount"),),
    "total": (
        ("LegalMonetaryTotal", "TaxInclusiveAmount"),
        ("LegalMonetaryTotal", "PayableAmount"),
    ),
}
_SYNTAXES = {
    "CrossIndustryInvoice": _CII,
    "CrossIndustryDocument": _CII,
    "Invoice": _UBL,
    "CreditNote": _UBL,
}
_FILES = frozenset(
    {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cii.xml"}
)


def read_einvoice(data: bytes) -> dict[str, str]:
    """Normalised values by our names of the fields; empty where it is no e-invoice."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(data) > MOST_BYTES:
        return {}
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    syntax = _SYNTAXES.get(_name(root))
    if syntax is None:
        return {}
    made = {}
    for field, paths in syntax.items():
        found = next((text for path in paths for text in _texts(root, path, field)), "")
        value = _normal(field, found)
        if value:
            made[field] = value
    return made if "number" in made or "total" in made else {}


def pdf_einvoice(path: Path, password: str | None = None) -> dict[str, str]:
    """The e-invoice embedded in a PDF (ZUGFeRD, Factur-X); empty where there is none.

    Runs in the calling process, like ``pdf_pieces``.

    Raises:
        pypdfium2.PdfiumError: the file cannot be opened.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    document = PdfDocument(path, password=password)
    try:
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            if attachment.get_name().lower() not in _FILES:
                continue
            try:
                found = read_einvoice(bytes(attachment.get_data()))
            except PdfiumError:
                continue
            if found:
                return found
        return {}
    finally:
        document.close()


def _texts(root: Element, path: _Path, field: str) -> Iterator[str]:
    """Texts at the end of a path; only the first step may be any depth down."""
    places = [root]
    for depth, step in enumerate(path):
        names = (step,) if isinstance(step, str) else step
        # CII has a level in between; in UBL what is not a child belongs to a line.
        deep = depth == 0 and _name(root).startswith("CrossIndustry")
        places = [
            child
            for place in places
            for child in (place.iter() if deep else place)
            if _name(child) in names
        ]
    for place in places:
        text = (place.text or "").strip()
        if text and not (field == "vat_number" and place.get("schemeID", "VA") != "VA"):
            yield text


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _normal(field: str, text: str) -> str:
    if not text:
        return ""
    if field in {"date", "due_date"}:
        day = parse_date(text)
        return day.isoformat() if day else ""
    if field in {"net", "tax", "total"}:
        number = parse_number(text.lstrip("-"))
        return "" if number is None else f"{'-' if text.startswith('-') else ''}{number:.2f}"
    return "".join(text.split()) if field in {"iban", "vat_number"} else " ".join(text.split())
