"""Later stages run once for the same bytes, again when they change, and wait out what passes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from models.ocr.load import installed
from pipelines.analysis import Analysis, Failure, Unit
from pipelines.pool import ReaderPool
from pipelines.readers.base import NOTHING
from service import schemas
from service.hub import Hub
from service.ingest import ocr_stage
from service.settings import Settings

pytestmark = pytest.mark.skipif(not installed(), reason="needs the extra `ocr`")

Recogniser = Callable[..., Analysis]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    page = Image.new("RGB", (1000, 700), "white")
    words = "\n".join(f"The {n} anchors were delivered to the boathouse." for n in range(9))
    font = ImageFont.load_default(size=30)
    ImageDraw.Draw(page).multiline_text((60, 60), words, fill="black", font=font, spacing=16)
    path = tmp_path / "scan.png"
    page.save(path)
    return path


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Keys of the pictures that were recognised; the network is spared, it has its own tests."""
    calls: list[list[str]] = []

    def recognise(found: Analysis, close_ups: Any, _engine: Any, keys: list[str]) -> Analysis:
        calls.append(keys)
        close_ups(keys)
        unit = Unit(key="ocr:image:0", kind="passage", text="anchors in the boathouse")
        return Analysis("image", "image/png", units=(unit,))

    monkeypatch.setattr(ocr_stage, "recognise_text", recognise)
    return calls


def settled(hub: Hub) -> None:
    deadline = time.monotonic() + 60
    while any(job.state in ("queued", "running") for job in hub.jobs.page(limit=50).jobs):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def finds_letter(hub: Hub) -> bool:
    return bool(hub.search(schemas.SearchRequest(words="anchors in the boathouse")).hits)


def test_the_same_bytes_are_recognised_once(
    own_settings: Settings, letter: Path, recognised: list[list[str]]
) -> None:
    copyfile(letter, letter.with_name("copy.png"))
    with Hub(own_settings) as hub:
        job = hub.ingest([letter, letter.with_name("copy.png")])
        assert (job.later_total, job.later_done) == (2, 2)
        assert len(recognised) == 1
        assert hub.search(schemas.SearchRequest(words="anchors in the boathouse")).hits
    with Hub(own_settings) as hub:
        settled(hub)
        assert len(recognised) == 1


def test_reading_again_keeps_what_was_recognised(
    own_settings: Settings, letter: Path, recognised: list[list[str]]
) -> None:
    with Hub(own_settings) as hub:
        hub.ingest([letter])
        hub.jobs.refresh("all")
        settled(hub)
        assert len(recognised) == 1
        assert finds_letter(hub)


def test_recognition_that_is_switched_on_later_takes_up_what_is_known(
    tmp_path: Path, letter: Path, recognised: list[list[str]]
) -> None:
    with Hub(Settings(home=tmp_path / "home", ocr="off")) as hub:
        hub.ingest([letter])
        assert recognised == []
    with Hub(Settings(home=tmp_path / "home")) as hub:
        settled(hub)
        assert len(recognised) == 1
        assert finds_letter(hub)


def test_what_waits_for_a_stage_that_is_switched_off_is_withdrawn(
    tmp_path: Path, letter: Path, recognised: list[list[str]]
) -> None:
    home = tmp_path / "home"
    with Hub(Settings(home=home, ocr="off")) as hub:
        hub.ingest([letter])
    with sqlite3.connect(home / "catalog.sqlite3") as connection:
        connection.execute("UPDATE job SET state = 'running'")
        connection.execute(
            "INSERT INTO job_item (job_id, asset_id, stage, state, attempts, deaths, again) "
            "SELECT job_id, asset_id, 'ocr', 'queued', 0, 0, 0 FROM job_item"
        )
    with Hub(Settings(home=home, ocr="off")) as hub:
        settled(hub)
        assert recognised == []
    with Hub(Settings(home=home)) as hub:
        settled(hub)
        assert len(recognised) == 1


def test_another_engine_recognises_again(
    own_settings: Settings,
    letter: Path,
    recognised: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Hub(own_settings) as hub:
        hub.ingest([letter])
    monkeypatch.setattr(ocr_stage, "stage_key", lambda *_: "of another engine")
    with Hub(own_settings) as hub:
        settled(hub)
        assert len(recognised) == 2


def test_a_picture_that_cannot_be_read_now_is_recognised_later(
    own_settings: Settings,
    letter: Path,
    recognised: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = ReaderPool.close_ups
    away = Analysis("other", "", failure=Failure("missing", "The drive is away."))
    answers = [away, NOTHING]

    def close_ups(pool: ReaderPool, *args: Any, **options: Any) -> Analysis:
        return answers.pop(0) if answers[0] is away else sound(pool, *args, **options)

    monkeypatch.setattr(ReaderPool, "close_ups", close_ups)
    with Hub(own_settings) as hub:
        job = hub.ingest([letter])
        assert (job.later_total, job.later_done, job.failed) == (1, 1, 0)
        items = hub.jobs.items(job.id, limit=5).items
        assert [(item.stage, item.state, item.attempts) for item in items] == [
            ("read", "done", 1),
            ("ocr", "done", 2),
        ]
        assert finds_letter(hub)
