"""Files and texts that are sent are looked at and forgotten; hostile ones do no harm."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.documents.facts import facts_of
from service.documents.schemas import MOST_TEXT


def test_a_file_and_a_text_are_typed_alike(served: Any) -> None:
    before = served.get("/v1/assets")["total"]
    by_file = served.client.post(
        "/v1/analyze/classify", files={"file": ("a.txt", served.invoice.encode())}
    ).json()
    by_text = served.client.post("/v1/analyze/classify", data={"text": served.invoice}).json()
    assert by_file["type"]["type"] == by_text["type"]["type"] == "invoice"
    assert by_file["personal_data"]["counts"] == {"iban": 1}
    assert "0532" not in str(by_file)
    assert served.get("/v1/assets")["total"] == before


def test_a_text_is_summarised(served: Any) -> None:
    made = served.client.post("/v1/analyze/summarize", data={"text": served.nda}).json()
    assert made["type"]["type"] == "non-disclosure agreement"
    assert made["summaries"]["short"]
    assert {each["matter"] for each in made["clauses"]} >= {"term", "governing law"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"data": {"text": "   "}},
        {"data": {"text": "… !!"}},
        {"data": {"text": "a"}, "files": {"file": ("a.txt", b"b")}},
        {"files": {"file": ("a.pdf", b"%PDF-1.7 broken")}},
        {"files": {"file": ("a.bin", b"\x00\x01\x02" * 99)}},
        {"files": {"file": ("empty.txt", b"")}},
    ],
)
def test_what_holds_no_text_is_refused_in_one_sentence(served: Any, sent: Any) -> None:
    for task in ("classify", "summarize"):
        answer = served.client.post(f"/v1/analyze/{task}", **sent)
        assert answer.status_code in {400, 422}
        assert answer.json()["detail"].endswith((".", "!"))


def test_too_long_a_text_is_refused(served: Any) -> None:
    answer = served.client.post("/v1/analyze/classify", data={"text": "a " * MOST_TEXT})
    assert answer.status_code in {400, 413, 422}


_HARD = [
    "a" * 200_000,
    "1 " * 100_000,
    "\n" * 100_000 + "x",
    "(" * 50_000 + "a@" * 20_000,
    "between " * 5_000 + "and " * 5_000,
    "+49 " * 30_000,
    "DE89 " * 30_000,
    "1. A\n" * 30_000,
    "# \n| - " * 20_000,
]


@pytest.mark.parametrize("text", _HARD, ids=range(len(_HARD)))
def test_no_text_takes_for_ever(served: Any, text: str) -> None:
    begun = time.monotonic()
    answer = served.client.post("/v1/analyze/summarize", data={"text": text})
    assert answer.status_code in {200, 400}
    assert time.monotonic() - begun < 30


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=2_000))
def test_any_text_has_facts(text: str) -> None:
    from pipelines.analysis import Analysis
    from pipelines.passages import passages

    made = facts_of(Analysis("document", "text/plain", units=tuple(passages(text))))
    assert made["words"] >= 0
    assert set(made["summaries"]) == {"line", "short", "long"}
