"""E-invoices: what they carry comes first, and a page that says otherwise is flagged."""

from __future__ import annotations

from pathlib import Path

from pipelines.documents.einvoice.compare import with_embedded
from pipelines.documents.einvoice.read import pdf_einvoice, read_einvoice
from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import schema

CII = b"""<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:
standard:CrossIndustryInvoice:100" xmlns:ram="ram" xmlns:udt="udt"><rsm:ExchangedDocument>
<ram:ID>471102</ram:ID><ram:IssueDateTime><udt:DateTimeString format="102">20260331
</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Lieferant GmbH</ram:Name>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/113/40209</ram:ID>
</ram:SpecifiedTaxRegistration><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976
</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>198.00
</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">37.62</ram:TaxTotalAmount>
<ram:GrandTotalAmount>235.62</ram:GrandTotalAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""

UBL = b"""<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
xmlns:c="cac" xmlns:b="cbc"><b:ID>INV-9</b:ID><b:IssueDate>2026-03-31</b:IssueDate>
<b:DueDate>2026-04-30</b:DueDate><b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
<c:AccountingSupplierParty><c:Party><c:PartyLegalEntity><b:RegistrationName>Seller BV
</b:RegistrationName></c:PartyLegalEntity></c:Party></c:AccountingSupplierParty>
<c:TaxTotal><b:TaxAmount>21.00</b:TaxAmount></c:TaxTotal><c:LegalMonetaryTotal>
<b:TaxExclusiveAmount>100.00</b:TaxExclusiveAmount><b:TaxInclusiveAmount>121.00
</b:TaxInclusiveAmount></c:LegalMonetaryTotal><c:InvoiceLine><b:ID>1</b:ID></c:InvoiceLine>
</Invoice>"""

CII_VALUES = {
    "number": "471102",
    "date": "2026-03-31",
    "seller": "Lieferant GmbH",
    "vat_number": "DE136695976",
    "currency": "EUR",
    "net": "198.00",
    "tax": "37.62",
    "total": "235.62",
}


def test_cii_and_ubl_are_read() -> None:
    assert read_einvoice(CII) == CII_VALUES
    assert read_einvoice(UBL) == {
        "number": "INV-9",
        "date": "2026-03-31",
        "due_date": "2026-04-30",
        "seller": "Seller BV",
        "currency": "EUR",
        "net": "100.00",
        "tax": "21.00",
        "total": "121.00",
    }


def test_other_and_hostile_files_give_nothing() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><Invoice><ID>&b;</ID></Invoice>'
    for data in (b"", b"<html/>", b"<Invoice", bomb, b"\xff\xfe\x00", CII[:300]):
        assert read_einvoice(data) == {}


def test_the_xml_inside_a_pdf_is_found(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    document = PdfDocument.new()
    document.new_page(200, 200)
    document.new_attachment("notes.txt").set_data(b"nothing")
    document.new_attachment("factur-x.xml").set_data(CII)
    document.save(str(tmp_path / "zugferd.pdf"))
    assert pdf_einvoice(tmp_path / "zugferd.pdf") == CII_VALUES


def test_a_page_that_disagrees_is_flagged() -> None:
    page = [
        Extracted("total", (Found("253.62", 0.9, None),)),
        Extracted("net", (Found("198.00", 0.9, None),)),
        Extracted("due_date"),
    ]
    total, net, due = with_embedded(schema("invoice"), page, CII_VALUES)
    assert (total.values[0].value, total.values[0].source) == ("235.62", "embedded")
    assert total.values[0].checks[0].outcome == "failed"
    assert total.options[0].value == "253.62"
    assert net.values[0].checks[0].outcome == "passed"
    assert due.unknown
