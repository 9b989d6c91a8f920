"""Fields in the catalog: found on arrival, corrected for good, listed, exported, learned."""

from __future__ import annotations

import csv
import html
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from service.access.viewer import Viewer
from service.catalog.tables import ContentStage
from service.errors import BadRequest, MagpieError, NotFound
from service.extraction import schemas
from service.extraction.calendar import to_calendar
from service.extraction.schema_set import load_schemas
from service.extraction.tables import Extraction
from service.hub import Hub
from service.record.edits import Edit
from service.web import rendering, wording
from service.web.question import Question

_ENDS = date.today() + timedelta(days=80)


def _fields(found: schemas.DocumentFields) -> dict[str, schemas.DocumentField]:
    return {each.name: each for each in found.fields}


def _set(**values: str | None) -> schemas.FieldsPatch:
    return schemas.FieldsPatch(
        corrections=[
            schemas.FieldCorrection(field=name, value=value) for name, value in values.items()
        ]
    )


def _rerun(hub: Hub, asset_id: str) -> None:
    with hub._database.write() as session:
        session.execute(update(Extraction).values(maker=""))
    hub._extraction.extractor.bring_up(asset_id)


def test_an_invoice_has_its_fields_with_evidence_and_checks(hub: Hub, ids: dict[str, str]) -> None:
    found = hub.desk.extraction.of(ids["coffee.pdf"])
    assert (found.document_type, found.schema_name) == ("invoice", "invoice")
    fields = _fields(found)
    total = fields["total"].values[0]
    assert (total.value, total.detail, total.page) == ("1231.49", "EUR", 1)
    assert total.box is not None
    assert "1,231.49" in total.evidence
    assert {each.name: each.outcome for each in total.checks}["sum"] == "passed"
    assert fields["iban"].values[0].value == "IE29AIBK93115212345678"
    assert fields["seller"].state == "unknown"
    assert found.contract is None


def test_only_what_changed_is_looked_at_again(hub: Hub, ids: dict[str, str]) -> None:
    extractor = hub._extraction.extractor
    coffee, showcase = ids["coffee.pdf"], ids["showcase.pdf"]
    assert extractor.due(10) == []
    with hub._database.write() as session:
        session.add(ContentStage(sha256=hub.asset(coffee).sha256, stage="ocr", key="another"))
    assert extractor.due(10) == [coffee]
    extractor.bring_up(coffee)
    assert extractor.due(10) == []
    hub.desk.records.edit(showcase, [Edit("set", "document_type", "invoice")])
    assert set(extractor.due(10)) <= {showcase}
    hub.describe_documents()
    extractor.bring_up(showcase)
    assert extractor.due(10) == []


def test_an_invoice_in_xml_is_read_as_embedded_data(hub: Hub, ids: dict[str, str]) -> None:
    fields = _fields(hub.desk.extraction.of(ids["xrechnung.xml"]))
    assert fields["total"].values[0].source == "embedded"
    assert fields["total"].values[0].value == "121.00"
    assert fields["number"].values[0].value == "INV-9"


def test_a_contract_tells_its_end_and_the_last_day_for_notice(
    hub: Hub, ids: dict[str, str]
) -> None:
    found = hub.desk.extraction.of(ids["service.txt"])
    assert found.schema_name == "contract"
    assert found.contract is not None
    assert found.contract.expiry == _ENDS
    assert found.contract.notice_deadline == _ENDS - timedelta(days=30)
    assert found.contract.signed is None
    due = hub.desk.extraction.due(90)
    assert [(each.asset.name, each.what, each.due) for each in due.items] == [
        ("service.txt", "notice", _ENDS - timedelta(days=30))
    ]
    assert hub.desk.extraction.due(10).items == []
    calendar = to_calendar(due)
    assert f"DTSTART;VALUE=DATE:{_ENDS - timedelta(days=30):%Y%m%d}\r\n" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))


def test_a_correction_wins_stays_and_leaves_the_old_value_in_the_history(
    hub: Hub, ids: dict[str, str]
) -> None:
    asset_id = ids["showcase.pdf"]
    before = _fields(hub.desk.extraction.of(asset_id))["total"].values[0].value
    found = hub.desk.extraction.correct(asset_id, _set(total="1.234,56 €", seller="Harrow"))
    total = _fields(found)["total"]
    assert (total.values[0].value, total.values[0].detail) == ("1234.56", "EUR")
    assert total.values[0].source == "human"
    assert total.corrected_by == "owner"
    assert [each.outcome for each in total.values[0].checks if each.name == "sum"] == ["failed"]
    _rerun(hub, asset_id)
    found = hub.desk.extraction.of(asset_id, history=True)
    assert _fields(found)["total"].values[0].value == "1234.56"
    assert {each.value for each in found.history if each.name == "total"} == {before, "1234.56"}
    reset = schemas.FieldCorrection(field="total", reset=True)
    found = hub.desk.extraction.correct(asset_id, schemas.FieldsPatch(corrections=[reset]))
    assert _fields(found)["total"].values[0].value == before


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.just("rerun"),
            st.just("reset"),
            st.integers(0, 99_999).map(lambda cents: f"{cents / 100:.2f}"),
            st.none(),
        ),
        max_size=5,
    )
)
def test_whatever_runs_again_a_persons_word_stands(
    hub: Hub, ids: dict[str, str], steps: list[str | None]
) -> None:
    asset_id, said = ids["coffee.pdf"], "reset"
    correct = hub.desk.extraction.correct
    for step in ["reset", *steps, "rerun"]:
        if step == "rerun":
            _rerun(hub, asset_id)
        elif step == "reset":
            reset = schemas.FieldCorrection(field="net", reset=True)
            correct(asset_id, schemas.FieldsPatch(corrections=[reset]))
            said = "reset"
        else:
            correct(asset_id, _set(net=step))
            said = step or "none"
    net = _fields(hub.desk.extraction.of(asset_id))["net"]
    if said == "reset":
        assert (net.corrected_by, net.values[0].value) == (None, "1107.80")
    elif said == "none":
        assert (net.state, net.values) == ("none", [])
    else:
        assert [each.value for each in net.values] == [said]


def test_what_does_not_fit_changes_nothing(hub: Hub, ids: dict[str, str]) -> None:
    asset_id = ids["coffee.pdf"]
    before = hub.desk.extraction.of(asset_id, history=True)
    for patch, words in (
        (_set(date="soon"), "2026-03-31"),
        (_set(total="much"), "1,234.56 EUR"),
        (_set(nothing="x"), "it has seller"),
        (schemas.FieldsPatch(schema="unheard_of"), "choose one of"),
    ):
        with pytest.raises(BadRequest, match=words):
            hub.desk.extraction.correct(asset_id, patch)
    assert hub.desk.extraction.of(asset_id, history=True) == before


def test_the_queue_begins_with_doubt_and_ends_when_all_is_confirmed(
    hub: Hub, ids: dict[str, str]
) -> None:
    queue = hub.desk.extraction.review(schema="invoice")
    assert [each.doubt for each in queue.items] == sorted(
        (each.doubt for each in queue.items), reverse=True
    )
    coffee = next(each for each in queue.items if each.asset.name == "coffee.pdf")
    assert any(each.field == "number" and "% sure" in each.reason for each in coffee.doubts)
    patch = _set(seller="Slow Fox Coffee Roasters")
    patch.confirm = True
    hub.desk.extraction.correct(ids["coffee.pdf"], patch)
    names = {each.asset.name for each in hub.desk.extraction.review().items}
    assert "coffee.pdf" not in names
    assert "showcase.pdf" in names


def test_fields_leave_as_csv_xlsx_and_json_lines(
    hub: Hub, ids: dict[str, str], tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    hub.desk.extraction.correct(ids["showcase.pdf"], _set(number="=1+1"))
    made = b"".join(hub.desk.extraction.export("csv", "name:*.pdf", "invoice").data)
    rows = {row["file_name"]: row for row in csv.DictReader(io.StringIO(made.decode("utf-8-sig")))}
    assert set(rows) == {"coffee.pdf", "showcase.pdf"}
    assert (rows["coffee.pdf"]["total"], rows["coffee.pdf"]["total_currency"]) == ("1231.49", "EUR")
    assert rows["showcase.pdf"]["number"].startswith("'=")
    lines = b"".join(hub.desk.extraction.export("jsonl").data).decode().splitlines()
    assert {json.loads(line)["name"] for line in lines} == set(ids)
    path = tmp_path / "fields.xlsx"
    path.write_bytes(b"".join(hub.desk.extraction.export("xlsx", schema="invoice").data))
    sheet = openpyxl.load_workbook(path).active
    heading, *values = sheet.iter_rows(values_only=True)
    assert 1231.49 in {row[heading.index("total")] for row in values}


def test_what_nobody_may_see_is_in_no_list(hub: Hub, ids: dict[str, str]) -> None:
    from service.collections.schemas import MemberChange, NewCollection

    hub.desk.accounts.add_group("legal")
    made = hub.desk.collections.create(NewCollection(name="Legal", groups=["legal"]))
    hub.desk.members.change(made.id, MemberChange(add=[ids["service.txt"]]))
    stranger = hub.seen_by(Viewer("eve", "editor")).desk.extraction
    try:
        assert stranger.due(90).items == []
        assert "service.txt" not in {each.asset.name for each in stranger.review().items}
        assert b"service.txt" not in b"".join(stranger.export("jsonl").data)
        for ask in (stranger.of, stranger.tables):
            with pytest.raises(NotFound):
                ask(ids["service.txt"])
        with pytest.raises(NotFound):
            stranger.correct(ids["service.txt"], _set(term="1 year"))
        steps = list(stranger.bring_up(schemas.ExtractRequest(schema="letter", where="name:*.txt")))
        assert steps[-1].total == 0
    finally:
        hub.desk.collections.delete(made.id)
    assert hub.desk.extraction.of(ids["service.txt"]).schema_name == "contract"


def test_a_file_is_looked_at_and_forgotten(hub: Hub, home: Path, tmp_path: Path) -> None:
    known = len(hub.assets().assets)
    found = hub.desk.extraction.analyse(home.parent / "office" / "coffee.pdf", "coffee.pdf")
    assert _fields(found)["total"].values[0].value == "1231.49"
    permit = tmp_path / "permit.txt"
    permit.write_text("Permit number: P-4711\nValid until: 31 March 2031\n")
    found = hub.desk.extraction.analyse(permit, "permit.txt", "permit")
    assert _fields(found)["permit_number"].values[0].value == "P-4711"
    assert _fields(found)["valid_until"].values[0].value == "2031-03-31"
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(BadRequest, match="cannot be read"):
        hub.desk.extraction.analyse(broken, "broken.pdf")
    assert len(hub.assets().assets) == known


def test_a_wrong_schema_of_the_house_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\nfields: [{name: x, type: colour}]")
    with pytest.raises(MagpieError, match=r"bad\.yaml.*the type must be one of"):
        load_schemas(tmp_path, (), "any")


def test_the_page_of_an_asset_shows_what_was_read_and_what_is_unknown(
    hub: Hub, ids: dict[str, str]
) -> None:
    fields = hub.desk.extraction.of(ids["service.txt"]).fields
    shown = wording.read_fields(fields)
    assert len({each.name for each in shown}) == len(shown)
    document = hub.documents.summary(ids["service.txt"])
    page = rendering.page(
        "asset.html",
        question=Question(),
        asset=hub.asset(ids["service.txt"]),
        fields=hub.fields,
        show_original=False,
        alike=[],
        timeline=None,
        document=document,
        extracted=fields,
    )
    text = bytes(page.body).decode()
    assert "Read from it" in text
    for each in shown:
        assert f"<dt>{wording.plain_name(each.name)}</dt>" in text
        for value in each.values[:1]:
            assert value.value in html.unescape(text)
    unknown = sum(each.state == "unknown" for each in shown)
    assert text.count(">unknown<") == unknown > 0
