"""Many records changed at once over HTTP, and back again."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture(scope="module")
def notes(served: Any) -> list[str]:
    return [
        served.add(f"bulk{number}.txt", f"Note {number} of ships.".encode()) for number in (1, 2)
    ]


def _edit(served: Any, **said: Any) -> dict[str, Any]:
    body = {"edits": [{"field": "campaign", "value": "Spring"}], **said}
    answer = served.client.post("/v1/assets/bulk_edit", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_dry_run_shows_what_an_edit_then_does_and_undo_takes_back(
    served: Any, notes: list[str]
) -> None:
    before = [served.values(each) for each in notes]
    foreseen = _edit(served, where="name:bulk*", dry_run=True)
    assert (foreseen["matched"], foreseen["changed"], foreseen["batch_id"]) == (2, 2, "")
    assert foreseen["examples"][0]["after"] == {"campaign": ["Spring"]}
    assert [served.values(each) for each in notes] == before
    done = _edit(served, where="name:bulk*")
    assert done["finished"]
    assert [served.values(each)["campaign"] for each in notes] == [["Spring"]] * 2
    listed = served.client.get("/v1/assets", params={"where": "campaign:Spring"}).json()
    assert {each["id"] for each in listed["assets"]} == set(notes)
    undone = served.client.post(f"/v1/edits/{done['batch_id']}/undo").json()
    assert (undone["changed"], undone["kept"]) == (2, 0)
    assert [served.values(each) for each in notes] == before


def test_lines_tell_how_far_it_is(served: Any, notes: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("service.records.editor._CHUNK", 1)
    body = {"asset_ids": notes, "edits": [{"field": "credit", "value": "Ann"}]}
    with served.client.stream(
        "POST", "/v1/assets/bulk_edit", json=body, headers={"Accept": "application/x-ndjson"}
    ) as answer:
        steps = [json.loads(line) for line in answer.iter_lines()]
    assert [step["matched"] for step in steps] == [0, 1, 2, 2]
    assert [step["finished"] for step in steps] == [False, False, False, True]


def test_too_much_for_one_answer_has_to_be_followed(
    served: Any, notes: list[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.api.streams.MOST_AT_ONCE", 1)
    body = {"asset_ids": notes, "edits": [{"field": "credit", "value": "Eve"}]}
    answer = served.client.post("/v1/assets/bulk_edit", json=body)
    assert answer.status_code == 400
    assert "x-ndjson" in answer.json()["detail"]
    assert "Eve" not in str([served.values(each) for each in notes])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"edits": [{"field": "rating", "value": "many"}], "where": "name:*"}, "invalid_value"),
        ({"edits": [{"field": "credit", "value": "x"}]}, "bad_request"),
        ({"edits": [{"field": "credit", "value": "x"}], "where": " "}, "bad_request"),
        ({"edits": [{"field": "credit", "value": "x"}], "where": "::"}, "invalid_selection"),
    ],
)
def test_what_cannot_be_meant_is_refused(served: Any, said: dict[str, Any], code: str) -> None:
    answer = served.client.post("/v1/assets/bulk_edit", json=said)
    assert (answer.status_code, answer.json()["code"]) == (400, code) or (
        answer.status_code == 422 and answer.json()["code"] == code
    ), answer.text


def test_an_unknown_edit_cannot_be_undone(served: Any) -> None:
    assert served.client.post("/v1/edits/unknown/undo").status_code == 404
