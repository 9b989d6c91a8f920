"""Documents that arrive are typed, summarised and looked through for personal data."""

from __future__ import annotations

import time
from typing import Any


def test_a_document_has_a_type_with_what_speaks_for_it(served: Any) -> None:
    kind = served.summary("invoice.txt")["type"]
    assert (kind["type"], kind["source"], kind["under"]) == ("invoice", "model", [])
    assert kind["confidence"] > 0.7
    assert "invoice number" in kind["evidence"]
    shown = served.values("invoice.txt")["document_type"]
    assert (shown["value"], shown["state"]) == ("invoice", "suggested")
    assert shown["model"].startswith("document-types@")


def test_kinds_are_found_by_what_stands_above_them(served: Any) -> None:
    kind = served.summary("nda.txt")["type"]
    assert (kind["type"], kind["under"]) == ("non-disclosure agreement", ["contract"])
    assert served.found("document_type:contract") == {"nda.txt"}
    assert served.found('document_type:"non-disclosure agreement"') == {"nda.txt"}
    assert served.found("document_type:invoice") == {"invoice.txt"}


def test_the_house_adds_types_to_the_tree(served: Any) -> None:
    assert served.summary("travel.md")["type"]["type"] == "travel policy"
    assert served.found("document_type:policy") == {"travel.md"}


def test_summaries_are_sentences_of_the_document_with_their_places(served: Any) -> None:
    made = served.summary("nda.txt")
    page = served.get(f"/v1/assets/{served.ids['nda.txt']}/pages/1")
    sentences = made["summaries"]["short"]
    assert sentences
    for each in [*sentences, *made["summaries"]["line"], *made["clauses"]]:
        assert each["text"] in " ".join(page["text"].split())
    assert len(" ".join(each["text"] for each in made["summaries"]["line"]).split()) <= 50
    assert made["reading_minutes"] > 0
    assert made["language"]["tag"] == "en"


def test_a_contract_has_an_outline_and_key_clauses_and_others_have_none(served: Any) -> None:
    made = served.summary("nda.txt")
    assert [each["text"] for each in made["outline"]] == [
        "1. Purpose", "2. Term", "3. Governing law",
    ]  # fmt: skip
    clauses = {each["matter"]: each["text"] for each in made["clauses"]}
    assert "three years" in clauses["term"]
    assert "Switzerland" in clauses["governing law"]
    assert served.summary("travel.md")["clauses"] == []


def test_personal_data_is_counted_placed_and_masked(served: Any) -> None:
    answer = served.client.get(f"/v1/assets/{served.ids['nda.txt']}/summary")
    found = answer.json()["personal_data"]
    assert found["counts"] == {"email": 1, "phone": 1}
    assert "anna.miller" not in str(found)
    page = served.get(f"/v1/assets/{served.ids['nda.txt']}/pages/1")["passages"]
    text = page[0]["text"] if len(page) == 1 else "".join(each["text"] for each in page)
    assert "anna.miller@blackbird.example" in text
    assert served.found("personal_data:iban") == {"invoice.txt"}
    assert served.found("personal_data:email") == {"nda.txt"}


def test_rules_file_a_document_by_its_type_and_its_words(served: Any) -> None:
    values = served.values("invoice.txt")
    assert values["department"]["value"] == "Finance"
    assert values["retention_period"]["value"] == "P10Y"
    assert values["department"]["source"] == "rule"
    assert "books are kept" in values["department"]["model"]
    assert served.values("nda.txt")["project"]["value"] == "Utrecht"
    assert "department" not in served.values("nda.txt")


def test_a_persons_type_wins_and_the_rules_follow_it(served: Any) -> None:
    name = "quote.txt"
    served.add(name, served.invoice.replace("4711", "4712").encode())
    assert served.values(name)["department"]["value"] == "Finance"
    edit = {"edits": [{"field": "document_type", "action": "set", "value": "quotation"}]}
    address = f"/v1/assets/{served.ids[name]}"
    assert served.client.patch(address, json=edit).status_code == 200
    served.settle()
    kind = served.summary(name)["type"]
    assert (kind["type"], kind["source"], kind["confidence"]) == ("quotation", "human", 1.0)
    assert served.found("document_type:quotation") == {name}
    assert "department" not in served.values(name)
    undone = {"edits": [{"field": "document_type", "action": "reset"}]}
    served.client.patch(address, json=undone)
    served.settle()
    assert served.summary(name)["type"]["type"] == "invoice"
    assert served.values(name)["department"]["value"] == "Finance"


def test_the_least_sure_come_first_in_the_queue_of_doubt(served: Any) -> None:
    first = served.get("/v1/documents", order="doubt", limit=1)
    seen = [*first["documents"]]
    cursor = first["next_cursor"]
    while cursor:
        page = served.get("/v1/documents", order="doubt", limit=1, cursor=cursor)
        seen += page["documents"]
        cursor = page["next_cursor"]
    assert len({each["asset_id"] for each in seen}) == len(seen) >= 3
    sure = [each["type"]["confidence"] for each in seen]
    assert sure == sorted(sure)


def test_documents_are_listed_by_a_selection(served: Any) -> None:
    page = served.get("/v1/documents", where="document_type:contract")
    assert [each["name"] for each in page["documents"]] == ["nda.txt"]
    answer = served.client.get("/v1/documents", params={"where": "nonsense:1"})
    assert answer.status_code == 400
    for order, cursor in (("doubt", "x|y"), ("doubt", "nan")):
        answer = served.client.get("/v1/documents", params={"order": order, "cursor": cursor})
        assert answer.status_code in {200, 400}


def test_passages_come_page_by_page_with_grades(served: Any) -> None:
    path = f"/v1/assets/{served.ids['travel.md']}/passages"
    first = served.get(path, limit=1)
    assert first["passages"][0]["text"].startswith("#")
    assert first["grades"] == [
        {"page": 0, "mark": "good", "reasons": [], "confidence": None,
         "words": first["grades"][0]["words"]}
    ]  # fmt: skip
    assert served.client.get(path, params={"cursor": "x"}).status_code == 400
    page = served.client.get(f"/v1/assets/{served.ids['travel.md']}/pages/2")
    assert page.status_code == 404
    assert "has no page 2" in page.json()["detail"]


def test_new_bytes_are_described_anew(served: Any) -> None:
    name = "changing.txt"
    asset_id = served.add(name, served.policy.replace("140", "141").encode())
    assert served.summary(name)["type"]["type"] == "travel policy"
    answer = served.client.post(
        f"/v1/assets/{asset_id}/versions", files={"file": (name, served.invoice.encode())}
    )
    assert answer.status_code < 300, answer.text
    served.settle(answer.json().get("job_id"))
    end = time.monotonic() + 60
    while served.summary(name)["type"]["type"] != "invoice":
        assert time.monotonic() < end
        time.sleep(0.05)
    assert served.values(name)["personal_data"]["value"] == ["iban"]


def test_what_the_trash_holds_is_not_listed(served: Any) -> None:
    asset_id = served.add("gone.txt", served.policy.replace("140", "142").encode())
    assert served.client.delete(f"/v1/assets/{asset_id}").status_code == 204
    listed = served.get("/v1/documents", limit=200)["documents"]
    assert asset_id not in {each["asset_id"] for each in listed}
