"""A CSV file from anywhere: understood, matched, and reported on before anything changes."""

from __future__ import annotations

import pytest

from service.record.as_csv import columns_of, write_csv
from service.record.csv_import import Plan, name_key, plan_import
from service.record.csv_sheet import read_sheet
from service.record.errors import InvalidFile
from service.record.fieldset import FieldSet
from service.record.records import Record

_IDS = ("id-1", "id-2", "id-3")
_BY_NAME = {
    name_key("Sea.jpg"): ["id-1"],
    name_key("Café.png"): ["id-2"],
    name_key("twin.jpg"): ["id-1", "id-3"],
}


def _plan(text: str | bytes, fields: FieldSet, columns: dict[str, str] | None = None,
          **options: bool) -> Plan:  # fmt: skip
    data = text if isinstance(text, bytes) else text.encode()
    sheet = read_sheet(data, fields, columns)
    return plan_import(sheet, fields, ids=_IDS, by_name=_BY_NAME, **options)


def test_rows_are_matched_by_name_and_cells_by_their_title(own_fields: FieldSet) -> None:
    plan = _plan(
        "Filename,Title,title@de,Keywords,Stars,Colour of day\n"
        'C:\\Photos\\SEA.JPG,Sea,Meer,"sea, sand",4,red\n',
        own_fields,
    )
    (change,) = plan.changes
    assert change.asset_id == "id-1"
    assert change.contents == {
        ("title", ""): "Sea",
        ("title", "de"): "Meer",
        ("keywords", ""): ("sea", "sand"),
        ("rating", ""): 4,
    }
    assert plan.ignored == ("Colour of day",)


def test_the_report_names_every_row_that_cannot_be_matched(own_fields: FieldSet) -> None:
    plan = _plan(
        "file name;title\nnowhere.jpg;a\ntwin.jpg;b\nsea.jpg;c\n\n/x/sea.jpg;d\n;e\n", own_fields
    )
    assert [(change.asset_id, change.line) for change in plan.changes] == [("id-1", 4)]
    assert plan.unmatched == ((2, "nowhere.jpg"), (7, ""))
    assert plan.ambiguous == ((3, "twin.jpg"), (6, "/x/sea.jpg"))


def test_an_id_counts_more_than_a_name(own_fields: FieldSet) -> None:
    plan = _plan("id,file_name,title\nid-2,sea.jpg,a\nid-9,sea.jpg,b\n", own_fields)
    assert [change.asset_id for change in plan.changes] == ["id-2"]
    assert plan.unmatched == ((3, "id-9"),)


def test_a_cell_that_does_not_fit_spoils_only_itself(own_fields: FieldSet) -> None:
    plan = _plan("id,rating,title,expiry date\nid-1,9,Sea,31.12.2027\n", own_fields)
    assert plan.changes[0].contents == {("title", ""): "Sea"}
    assert [(fault.line, fault.column) for fault in plan.faults] == [
        (2, "rating"), (2, "expiry date"),
    ]  # fmt: skip
    assert "from -1 to 5" in plan.faults[0].reason


def test_empty_cells_leave_alone_or_empty_as_wanted(own_fields: FieldSet) -> None:
    text = "id,title,credit\nid-1,,Ann\n"
    assert _plan(text, own_fields).changes[0].contents == {("credit", ""): "Ann"}
    emptied = _plan(text, own_fields, clear_empty=True).changes[0].contents
    assert emptied == {("title", ""): None, ("credit", ""): "Ann"}


def test_a_column_map_says_what_columns_mean(own_fields: FieldSet) -> None:
    plan = _plan(
        "Bild\tText\tTitle\nsea.jpg\tMeer\tx\n",
        own_fields,
        {"Bild": "file_name", "Text": "description@de", "Title": "-"},
    )
    assert plan.changes[0].contents == {("description", "de"): "Meer"}
    assert plan.ignored == ("Title",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_spreadsheets_of_any_encoding_are_read(encoding: str, own_fields: FieldSet) -> None:
    plan = _plan("file;title\r\nCafé.png;Grüße\r\n".encode(encoding), own_fields)
    assert plan.changes[0].contents == {("title", ""): "Grüße"}


def test_accents_are_one_however_they_are_written(own_fields: FieldSet) -> None:
    assert _plan("file,title\nCafe\u0301.PNG,x\n", own_fields).changes[0].asset_id == "id-2"


def test_what_magpie_exports_it_imports(own_fields: FieldSet) -> None:
    record = Record("id-1", "=sea.jpg", "image", "image/jpeg",
                    {("title", ""): "=1+1", ("keywords", ""): ("a;b", "c, d", "\\"),
                     ("description", "de"): "eins\nzwei", ("iso", ""): 200})  # fmt: skip
    text = "".join(write_csv([record], own_fields, columns_of([record], own_fields)))
    plan = _plan(text, own_fields)
    (change,) = plan.changes
    written = {key: each for key, each in record.contents.items() if key[0] != "iso"}
    assert change.contents == written
    assert plan.ignored == ("iso",)


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("", {}, "No column says which assets"),
        ("title\nSea\n", {}, "No column says which assets"),
        ("id,title,title\n", {}, "Two columns are called"),
        ("id,copyright,rights\n", {}, "Two columns are about Copyright"),
        ("id,title@deutsch bitte\n", {}, "is no language"),
        ("id,title\n", {"Titel": "title"}, "no column “Titel”"),
    ],
)
def test_files_that_cannot_be_understood_are_refused(
    text: str, columns: dict[str, str], words: str, own_fields: FieldSet
) -> None:
    with pytest.raises(InvalidFile, match=words):
        read_sheet(text.encode(), own_fields, columns)


def test_lines_are_counted_as_an_editor_counts_them(own_fields: FieldSet) -> None:
    plan = _plan('file,title\nx.jpg,"one\ntwo"\ny.jpg,z\n', own_fields)
    assert [line for line, _ in plan.unmatched] == [2, 4]
