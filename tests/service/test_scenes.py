"""Videos by their scenes: found at a second, with their contact sheet and timeline."""

from __future__ import annotations

import io
import re
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

av = pytest.importorskip("av", reason="needs the extra `video`")
skimage = pytest.importorskip("skimage", reason="photos come with scikit-image")

_PHOTOS = ("chelsea.png", "coffee.png", "rocket.jpg")


def _film(path: Path, codec: str = "libx264") -> Path:
    """Three photos, three seconds each."""
    folder = Path(skimage.__file__).parent / "data"
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 480, 320, "yuv420p"
        for name in _PHOTOS:
            photo = Image.open(folder / name).convert("RGB").resize((480, 320))
            for _ in range(30):
                container.mux(stream.encode(av.VideoFrame.from_image(photo)))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    keys = Keys.of_home(settings.home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=headers
    ) as opened:
        film = _film(tmp_path_factory.mktemp("films") / "holiday.mp4").read_bytes()
        _brought(opened, "holiday.mp4", film)
        yield opened


def _brought(client: TestClient, name: str, data: bytes) -> dict[str, Any]:
    """The record of an uploaded file once all stages are through with it."""
    uploaded = client.post("/v1/assets", files=[("files", (name, data))]).json()[0]
    job = f"/v1/jobs/{uploaded['job_id']}"
    while (state := client.get(job).json()) and not (
        state["state"] == "done" and state["later_done"] == state["later_total"] >= 1
    ):
        time.sleep(0.05)
    return dict(client.get(f"/v1/assets/{uploaded['asset']['id']}").json())


@pytest.fixture(scope="module")
def film(client: TestClient) -> dict[str, Any]:
    listed = client.get("/v1/assets", params={"name": "holiday"}).json()["assets"]
    return dict(listed[0])


@pytest.fixture(scope="module")
def timeline(client: TestClient, film: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/v1/assets/{film['id']}/timeline").json())


def test_a_question_leads_to_the_second(client: TestClient) -> None:
    hit = client.post("/v1/search", json={"words": "a cup of coffee"}).json()["hits"][0]
    reason = next(each for each in hit["reasons"] if each["leg"] == "visual")
    assert reason["start_s"] == pytest.approx(3.0, abs=0.11)
    assert reason["end_s"] == pytest.approx(6.0, abs=0.11)
    assert reason["text"] == "The picture at 0:03 shows this"
    assert Image.open(io.BytesIO(client.get(reason["thumbnail"]).content)).size == (480, 320)
    page = client.get("/?q=a+cup+of+coffee", headers={"accept": "text/html"}).text
    assert f"#t={reason['start_s']}" in page


def test_the_timeline_lists_scenes(
    client: TestClient, film: dict[str, Any], timeline: dict[str, Any]
) -> None:
    scenes = timeline["scenes"]
    assert [scene["start_s"] for scene in scenes] == pytest.approx([0.0, 3.0, 6.0], abs=0.11)
    assert scenes[-1]["end_s"] == pytest.approx(9.0, abs=0.11)
    assert timeline["remarks"] == []
    assert client.get(f"/v1/assets/{film['id']}").json()["units"]["scene"] == 3


def test_pictures_and_sheet_are_served(
    client: TestClient, film: dict[str, Any], timeline: dict[str, Any]
) -> None:
    sheet = client.get(timeline["contact_sheet"])
    assert Image.open(io.BytesIO(sheet.content)).width > 600
    assert "immutable" in sheet.headers["cache-control"]
    part = client.get(film["original"], headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["content-type"]) == (206, "video/mp4")
    assert client.get(f"/v1/assets/{film['id']}/proxy").status_code == 404
    assert client.get(f"/v1/assets/{film['id']}/thumbnail?unit=scenes:1").status_code == 404


def test_the_page_plays_it_and_leads_to_seconds(client: TestClient, film: dict[str, Any]) -> None:
    page = client.get(f"/assets/{film['id']}", headers={"accept": "text/html"}).text
    assert "<video" in page
    assert page.count("<li>") >= 3
    assert re.search(r'href="#t=3\.\d*" data-second', page)


def test_another_reading_keeps_the_scenes(client: TestClient, film: dict[str, Any]) -> None:
    client.post(f"/v1/assets/{film['id']}/read", json={})
    timeline = client.get(f"/v1/assets/{film['id']}/timeline").json()
    assert len(timeline["scenes"]) == 3
    assert client.get(timeline["contact_sheet"]).status_code == 200


def test_a_film_that_browsers_do_not_play_has_a_copy(client: TestClient, tmp_path: Path) -> None:
    data = _film(tmp_path / "old.avi", "mpeg4").read_bytes()
    record = _brought(client, "old.avi", data)
    timeline = client.get(f"/v1/assets/{record['id']}/timeline").json()
    part = client.get(timeline["proxy"], headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["content-type"]) == (206, "video/mp4")
    assert part.content[4:8] == b"ftyp"
    assert client.head(timeline["proxy"]).status_code == 200
    page = client.get(f"/assets/{record['id']}", headers={"accept": "text/html"}).text
    assert f'src="{timeline["proxy"]}"' in page


def test_a_purge_takes_the_sheet_along(
    client: TestClient, film: dict[str, Any], timeline: dict[str, Any]
) -> None:
    client.delete(f"/v1/assets/{film['id']}")
    assert client.post(f"/v1/assets/{film['id']}/purge").status_code < 300
    blob = timeline["contact_sheet"].rpartition("=")[2]
    assert not list(client.app.state.hub.home.root.rglob(f"{blob}*"))  # type: ignore[attr-defined]
