"""Records over HTTP: uploads of many files, lists, edits, the trash, bytes and pictures."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings

_PDF_PAGES = 2


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("assets"), max_upload_mb=4, ocr="off")
    keys = Keys.of_home(settings.home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=headers
    ) as opened:
        yield opened


def upload(client: TestClient, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    answer = client.post("/v1/assets", files=[("files", file) for file in files])
    assert answer.status_code == 202, answer.text
    uploads: list[dict[str, Any]] = answer.json()
    for each in uploads:
        while each["job_id"] and client.get(f"/v1/jobs/{each['job_id']}").json()["state"] != "done":
            time.sleep(0.02)
    return uploads


def text(words: str) -> bytes:
    return f"{words}\n".encode()


@pytest.fixture(scope="module")
def photo(client: TestClient, library: Path) -> dict[str, Any]:
    data = (library / "photos" / "launch day.jpg").read_bytes()
    image = Image.open(io.BytesIO(data)).resize((1600, 1200))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    found = upload(client, ("large.jpg", buffer.getvalue()))[0]
    return dict(client.get(f"/v1/assets/{found['asset']['id']}").json())


def test_one_bad_file_does_not_spoil_the_others(client: TestClient) -> None:
    before, big, after = upload(
        client,
        ("before.txt", text("the first of three")),
        ("big.bin", b"x" * (5 << 20)),
        ("after.txt", text("the last of three")),
    )
    assert before["arrival"]["status"] == after["arrival"]["status"] == "new"
    assert big["arrival"]["status"] == "refused"
    assert "limit of 4 MB" in big["arrival"]["reason"]
    assert big["asset"] is None
    original = client.get(after["asset"]["original"])
    assert original.content == text("the last of three")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b--\r\n", "multipart/form-data; boundary=b"),
        (b"nonsense", "multipart/form-data; boundary=b"),
        (
            b"--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\nab",
            "multipart/form-data; boundary=b",
        ),
        (b"{}", "application/json"),
        (b"", "multipart/form-data"),
    ],
)
def test_a_form_that_is_none_or_ends_early_leaves_nothing(
    client: TestClient, body: bytes, content_type: str
) -> None:
    before = client.get("/v1/assets").json()["total"]
    answer = client.post("/v1/assets", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert client.get("/v1/assets").json()["total"] == before


def test_names_of_uploads_lose_folders_and_control_characters(client: TestClient) -> None:
    found = upload(client, ("C:\\secret\\..\\re\u202eport ü.txt", text("a report by name")))[0]
    assert found["asset"]["name"] == "report ü.txt"


def test_lists_filter_sort_and_join(client: TestClient) -> None:
    for number in range(5):
        upload(client, (f"list-{number}.txt", text("word " * (5 - number) + str(number))))
    everything = {"name": "LIST-", "limit": 2}
    for sort, names in (
        ("name", "01234"),
        ("-name", "43210"),
        ("size", "43210"),
        ("-created", "43210"),
        ("updated", "01234"),
    ):
        seen, cursor = "", ""
        while cursor is not None:
            page = client.get(
                "/v1/assets",
                params={**everything, "sort": sort, **({"cursor": cursor} if cursor else {})},
            ).json()
            assert page["total"] == 5
            seen += "".join(asset["name"][5] for asset in page["assets"])
            cursor = page["next_cursor"]
        assert seen == names, sort
    third = client.get("/v1/assets", params={"name": "list-2"}).json()["assets"][0]
    span = {"name": "list-", "created_from": third["created_at"]}
    assert client.get("/v1/assets", params=span).json()["total"] == 3
    span["created_before"] = third["created_at"]
    assert client.get("/v1/assets", params=span).json()["total"] == 0
    typed = {"name": "list-", "media_types": ["text/plain"], "kinds": ["image"]}
    assert client.get("/v1/assets", params=typed).json()["total"] == 0
    typed.pop("kinds")
    assert client.get("/v1/assets", params=typed).json()["total"] == 5


def test_a_cursor_of_another_order_is_refused(client: TestClient) -> None:
    upload(client, ("c1.txt", text("c1")), ("c2.txt", text("c2")))
    page = client.get("/v1/assets", params={"limit": 1, "sort": "name"}).json()
    answer = client.get("/v1/assets", params={"cursor": page["next_cursor"], "sort": "size"})
    assert answer.status_code == 400
    assert "order" in answer.json()["detail"]


def test_a_title_that_a_person_gives_is_found_and_outlives_another_reading(
    client: TestClient,
) -> None:
    page = b"<title>Machine made</title><p>Some words about harbours.</p>"
    asset = upload(client, ("page.html", page))[0]["asset"]
    path = f"/v1/assets/{asset['id']}"
    edited = client.patch(path, json={"title": "Quokka census"}).json()
    assert edited["title"] == "Quokka census"
    assert edited["values"][0]["source"] == "human"
    again = client.post(f"{path}/read", json={}).json()
    assert again["title"] == "Quokka census"
    hits: list[Any] = []
    for _ in range(200):
        hits = client.get("/v1/search", params={"words": "quokka census"}).json()["hits"]
        if hits:
            break
        time.sleep(0.02)
    assert hits[0]["asset"]["id"] == asset["id"]
    back = client.patch(path, json={"title": None}).json()
    assert back["title"] != "Quokka census"
    assert client.patch(path, json={"title": "  "}).status_code == 422
    assert client.patch(path, json={"colour": "red"}).status_code == 422


def test_the_trash_hides_a_record_until_it_is_restored(client: TestClient) -> None:
    words = "the wombat protocol of nineteen ninety"
    asset = upload(client, ("wombat.txt", text(words)))[0]["asset"]
    path = f"/v1/assets/{asset['id']}"

    def found() -> bool:
        hits = client.get("/v1/search", params={"words": "wombat protocol"}).json()["hits"]
        return asset["id"] in {hit["asset"]["id"] for hit in hits}

    def listed(**query: Any) -> bool:
        page = client.get("/v1/assets", params={"name": "wombat", **query}).json()
        return [each["id"] for each in page["assets"]] == [asset["id"]]

    assert found()
    assert listed()
    total = client.get("/v1/assets").json()["total"]
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 204
    assert not found()
    assert not listed()
    assert listed(trashed=True)
    assert client.get("/v1/assets").json()["total"] == total - 1
    assert client.get(path).json()["trashed_at"]
    assert client.get(f"{path}/similar").status_code == 404
    assert client.post(f"{path}/restore").json()["trashed_at"] is None
    assert listed()
    for _ in range(200):
        if found():
            break
        time.sleep(0.02)
    assert found()
    client.delete(path)
    again = upload(client, ("wombat.txt", text(words)))[0]
    assert again["asset"]["id"] == asset["id"]
    assert listed()


def test_bytes_come_in_parts_and_only_when_they_changed(
    client: TestClient, photo: dict[str, Any]
) -> None:
    for address in ("original", "preview", "thumbnail"):
        whole = client.get(photo[address])
        assert whole.status_code == 200
        assert "immutable" in whole.headers["cache-control"]
        bare = client.get(photo[address].partition("?")[0])
        assert "immutable" not in bare.headers["cache-control"]
        assert client.head(photo[address]).headers["content-length"] == str(len(whole.content))
        part = client.get(photo[address], headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        tag = {"If-None-Match": whole.headers["etag"]}
        unchanged = client.get(photo[address], headers=tag)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        beyond = client.get(photo[address], headers={"Range": "bytes=99999999-"})
        assert beyond.status_code == 416
        assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
        assert beyond.headers["content-type"] == "application/problem+json"
        unreadable = client.get(photo[address], headers={"Range": "lines=1-2"})
        assert unreadable.status_code == 400


def test_a_preview_is_larger_than_the_thumbnail(client: TestClient, photo: dict[str, Any]) -> None:
    def size(address: str) -> tuple[int, int]:
        return Image.open(io.BytesIO(client.get(address).content)).size

    assert size(photo["preview"]) == (1024, 768)
    assert max(size(photo["thumbnail"])) < 1024


def test_pages_of_a_pdf_have_previews(client: TestClient) -> None:
    pages = [Image.new("RGB", (600, 800), colour) for colour in ("white", "navy")]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    asset = upload(client, ("two.pdf", buffer.getvalue()))[0]["asset"]
    path = f"/v1/assets/{asset['id']}/preview"
    first, second = (
        Image.open(io.BytesIO(client.get(path, params={"page": page}).content)) for page in (1, 2)
    )
    assert first.size == second.size == (768, 1024)
    assert first.convert("L").getpixel((384, 512)) > second.convert("L").getpixel((384, 512)) + 100  # type: ignore[operator]
    assert client.get(path, params={"page": _PDF_PAGES + 1}).status_code == 404


def test_an_asset_without_a_picture_has_no_preview(client: TestClient) -> None:
    asset = upload(client, ("plain.txt", text("only words in here")))[0]["asset"]
    assert client.get(f"/v1/assets/{asset['id']}/preview").status_code == 404
