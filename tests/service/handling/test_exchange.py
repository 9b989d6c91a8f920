"""Records leave as files and come back: what was exported, changed and imported is there."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from service.record.as_json_ld import from_json_ld
from service.record.as_jsonl import from_json_line
from service.record.as_xmp import from_xmp
from service.record.fieldset import built_in


@pytest.fixture(scope="module")
def note(served: Any) -> str:
    asset_id = served.add("harbour.txt", b"Cranes at the harbour.")
    edits = [
        {"field": "title", "value": "Hafen", "language": "de"},
        {"field": "keywords", "value": ["cranes", "harbour"]},
        {"field": "campaign", "value": "Spring"},
    ]
    served.client.patch(f"/v1/assets/{asset_id}", json={"title": "Harbour", "edits": edits})
    served.add("other.txt", b"Something else.")
    return str(asset_id)


def _export(served: Any, format_: str) -> bytes:
    answer = served.client.get("/v1/export", params={"format": format_, "where": "campaign:Spring"})
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def test_every_form_says_the_same(served: Any, note: str) -> None:
    fields = built_in()
    line = _export(served, "jsonl").decode()
    record, _ = from_json_line(line, fields)
    assert record.id == note
    assert record.contents["title", "de"] == "Hafen"
    assert from_json_ld(json.loads(_export(served, "json-ld"))[0], fields).contents == (
        record.contents
    )
    archive = zipfile.ZipFile(io.BytesIO(_export(served, "xmp")))
    sidecar = from_xmp(archive.read("harbour.txt.xmp"), fields)
    written = {key: each for key, each in record.contents.items() if fields[key[0]].writable}
    assert sidecar.contents == written
    (row,) = csv.DictReader(io.StringIO(_export(served, "csv").decode("utf-8-sig")))
    assert (row["title@de"], row["keywords"]) == ("Hafen", "cranes; harbour")


def test_an_exported_table_comes_back_changed_and_can_be_taken_back(served: Any, note: str) -> None:
    table = _export(served, "csv").replace(b"Spring", b"Autumn")
    before = served.values(note)
    files = {"file": ("t.csv", table)}
    foreseen = served.client.post("/v1/import", files=files, params={"dry_run": True}).json()
    assert (foreseen["changed"], foreseen["batch_id"]) == (1, "")
    assert served.values(note) == before
    done = served.client.post("/v1/import", files=files).json()
    assert done["changed"] == 1
    assert served.values(note)["campaign"] == ["Autumn"]
    served.client.post(f"/v1/edits/{done['batch_id']}/undo")
    assert served.values(note) == before


def test_columns_are_mapped_and_trouble_is_told(served: Any, note: str) -> None:
    table = b"Datei;Stars;Fotograf;Shade\nHARBOUR.TXT;5;Ann;red\nnowhere.txt;3;;\n"
    answer = served.client.post(
        "/v1/import",
        files={"file": ("t.csv", table)},
        params={"columns": ["Datei=file_name", "Stars=rating", "Fotograf=creator"]},
    )
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["changed"], done["unmatched"], done["faults"]) == (1, 1, 0)
    assert done["ignored_columns"] == ["Shade"]
    assert "nowhere.txt" in done["remarks"][0]
    shown = served.values(note)
    assert (shown["rating"], shown["creator"]) == (5, ["Ann"])


def test_a_table_about_nothing_is_refused(served: Any) -> None:
    answer = served.client.post("/v1/import", files={"file": ("t.csv", b"title\nSea\n")})
    assert 400 <= answer.status_code < 500
    assert "file_name" in answer.json()["detail"]
    files = {"file": ("t.csv", b"id\n1\n")}
    assert served.client.post("/v1/import", files=files, params={"columns": "x"}).status_code < 500


def test_fields_say_what_may_be_written(served: Any, note: str) -> None:
    fields = {each["name"]: each for each in served.client.get("/v1/fields").json()["fields"]}
    assert fields["title"]["type"] == "localised"
    assert not fields["camera_model"]["writable"]
    detail = served.client.get(f"/v1/assets/{note}").json()
    assert detail["completeness"] == {"share": 1.0, "missing": [], "faults": []}
