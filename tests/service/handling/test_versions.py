"""New bytes for an asset: its id and addresses stay, and every version can be had again."""

from __future__ import annotations

from typing import Any


def _add(served: Any, asset_id: str, name: str, data: bytes) -> Any:
    return served.client.post(f"/v1/assets/{asset_id}/versions", files={"file": (name, data)})


def test_the_latest_has_one_address_and_each_version_stays(served: Any) -> None:
    asset_id = served.add("terms.txt", b"Payment within thirty days.")
    made = _add(served, asset_id, "terms v2.txt", b"Payment within sixty days.")
    assert made.status_code == 202, made.text
    assert made.json()["number"] == 2
    served.wait(made.json()["job_id"])
    client = served.client
    assert client.get(f"/v1/assets/{asset_id}/original").content == b"Payment within sixty days."
    versions = client.get(f"/v1/assets/{asset_id}/versions").json()["versions"]
    assert [(each["number"], each["latest"]) for each in versions] == [(2, True), (1, False)]
    assert client.get(versions[1]["original"]).content == b"Payment within thirty days."
    hits = client.post("/v1/search", json={"words": "sixty"}).json()["hits"]
    assert [hit["asset"]["id"] for hit in hits] == [asset_id]

    back = client.post(f"/v1/assets/{asset_id}/versions/1/restore")
    assert back.status_code == 202
    served.wait(back.json()["job_id"])
    assert client.get(f"/v1/assets/{asset_id}/original").content == b"Payment within thirty days."
    versions = client.get(f"/v1/assets/{asset_id}/versions").json()["versions"]
    assert [each["number"] for each in versions] == [3, 2, 1]
    assert client.get(versions[1]["original"]).content == b"Payment within sixty days."


def test_what_a_person_said_stays_with_new_bytes(served: Any) -> None:
    asset_id = served.add("brief.txt", b"The first brief.")
    served.client.patch(f"/v1/assets/{asset_id}", json={"title": "Our brief"})
    served.wait(_add(served, asset_id, "brief.txt", b"The second brief.").json()["job_id"])
    assert served.client.get(f"/v1/assets/{asset_id}").json()["title"] == "Our brief"


def test_the_same_bytes_make_no_new_version(served: Any) -> None:
    asset_id = served.add("same.txt", b"Always the same.")
    assert _add(served, asset_id, "same.txt", b"Always the same.").json()["number"] == 1


def test_what_is_held_keeps_its_bytes(served: Any) -> None:
    asset_id = served.add("held.txt", b"Held as it is.")
    served.client.post(f"/v1/assets/{asset_id}/hold", json={"hold": True})
    assert _add(served, asset_id, "held.txt", b"Changed.").status_code == 409
    assert served.client.post(f"/v1/assets/{asset_id}/versions/1/restore").status_code == 409


def test_a_form_without_a_file_is_refused(served: Any) -> None:
    asset_id = served.add("lone.txt", b"Alone.")
    answer = served.client.post(f"/v1/assets/{asset_id}/versions", files={"other": ("a.txt", b"x")})
    assert answer.status_code == 400
    assert served.client.get(f"/v1/assets/{asset_id}/versions/9/original").status_code == 404
