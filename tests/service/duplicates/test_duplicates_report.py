"""The report of duplicates: one page that needs nothing else, JSON and CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageOps

from service.access.viewer import Viewer
from service.duplicates import schemas
from service.duplicates.report_pictures import difference


def _report(album: Any, format_: str, **query: object) -> str:
    asked = schemas.ReportQuery.model_validate({"format": format_, **query})
    return str(album.hub.desk.duplicates.report(asked))


def test_the_page_shows_pictures_evidence_and_cost_and_loads_nothing(album: Any) -> None:
    page = _report(album, "html", price=0.25)
    assert page.count("data:image/jpeg;base64,") > 12
    assert "Where they differ" in page
    assert "cropped to" in page
    assert "a year, at 0.25 a GB" in page
    assert "it lies" in page or "it is" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_json_and_csv_say_the_same(album: Any) -> None:
    report = schemas.Report.model_validate_json(_report(album, "json", price=1000))
    assert report.cost == pytest.approx(report.bytes / 1e6, abs=0.01)
    assert sum(each.bytes for each in report.folders) == report.bytes
    rows = list(csv.DictReader(io.StringIO(_report(album, "csv"))))
    assert len(rows) == sum(group.count for group in report.groups)
    assert {row["asset"] for row in rows if row["role"] == "keep"} == {
        group.keep_id for group in report.groups
    }


def test_a_name_is_text_and_nothing_else(album: Any, tmp_path: Path) -> None:
    hostile = "=1+1<img src=x onerror=alert(1)>.png"
    Image.effect_noise((320, 240), 70).convert("RGB").save(tmp_path / hostile)
    (tmp_path / "other.png").write_bytes((tmp_path / hostile).read_bytes())
    album.hub.ingest([tmp_path])
    album.scan()
    page = _report(album, "html")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    names = [row["name"] for row in csv.DictReader(io.StringIO(_report(album, "csv")))]
    assert f"'{hostile}" in names


def test_the_report_holds_what_the_reader_may_see(album: Any) -> None:
    from service.collections import schemas as collections

    desk = album.hub.desk
    desk.accounts.add_group("press")
    made = desk.collections.create(collections.NewCollection(name="Press", groups=["press"]))
    desk.members.change(made.id, collections.MemberChange(add=[album.ids["coffee.jpg"]]))
    try:
        seen = album.hub.seen_by(Viewer("eve", "reader", scope="read")).desk.duplicates
        for format_ in ("html", "json", "csv"):
            text = seen.report(schemas.ReportQuery(format=format_))
            assert "coffee" not in text
            assert "cat.png" in text
    finally:
        desk.collections.delete(made.id)


@pytest.mark.parametrize("kept_is_first", [True, False])
@pytest.mark.parametrize("mirrored", [True, False])
def test_the_difference_is_red_where_something_was_drawn(
    mirrored: bool, kept_is_first: bool
) -> None:
    kept = Image.effect_noise((200, 150), 40).convert("RGB").resize((320, 240))
    other = kept.copy()
    ImageDraw.Draw(other).rectangle((30, 40, 90, 100), fill=(255, 255, 255))
    if mirrored:
        other = ImageOps.mirror(other)
    evidence = {"map": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "mirrored": mirrored}
    drawn = difference(kept, other, evidence, kept_is_first=kept_is_first)
    assert drawn is not None
    inside, outside = drawn.getpixel((60, 70)), drawn.getpixel((250, 200))
    assert inside[0] - inside[1] > 60
    assert abs(outside[0] - outside[1]) < 40
