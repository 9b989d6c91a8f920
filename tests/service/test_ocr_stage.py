"""Text in pictures can be found once the later stage has looked closer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from models.ocr.load import installed
from service import schemas
from service.hub import Hub
from service.settings import Settings

_LETTER = """Dear Mrs Calloway,

the ceremonial anchor was delivered to the boathouse
on Thursday. Please confirm the invoice number 4711
before the end of the month, and return the crate.

Kind regards,
Bartholomew Finch
"""


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    page = Image.new("RGB", (1240, 900), "white")
    font = ImageFont.load_default(size=34)
    ImageDraw.Draw(page).multiline_text((90, 90), _LETTER, fill="black", font=font, spacing=16)
    path = tmp_path / "scan.png"
    page.save(path)
    return path


@pytest.mark.skipif(not installed(), reason="needs the extra `ocr`")
def test_words_in_a_scan_are_found_and_quoted(own_settings: Settings, letter: Path) -> None:
    with Hub(own_settings) as hub:
        job = hub.ingest([letter])
        assert (job.later_total, job.later_done) == (1, 1)
        hit = hub.search(schemas.SearchRequest(words="ceremonial anchor boathouse")).hits[0]
        assert hit.asset.name == "scan.png"
        assert hit.reasons[0].text == "These words stand in the picture"
        assert "anchor" in (hit.reasons[0].snippet or "")


def test_switched_off_it_leaves_the_picture_findable(tmp_path: Path, letter: Path) -> None:
    with Hub(Settings(home=tmp_path / "home", ocr="off")) as hub:
        job = hub.ingest([letter])
        assert job.later_total == 0
        assert hub.assets().assets[0].state == "ready"
