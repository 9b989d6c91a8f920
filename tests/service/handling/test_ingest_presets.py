"""What arriving files are given: by folder, by name, and never above what people say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.errors import BadRequest, MagpieError
from service.hub import Hub
from service.ingest.presets import load_presets
from service.record.fieldset import built_in
from service.settings import Settings

_FILE = """
presets:
  - name: agency
    collection: Agencies/Northlight
    status: in_review
    fields: {campaign: Spring, credit: Northlight, usage_terms@en: Editorial only,
             expiry_date: 2027-05-31}
  - name: own
    fields: {credit: House}
rules:
  - paths: ["*/agency/*"]
    preset: agency
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", ocr="off", readers=1)
    settings.home.mkdir()
    (settings.home / "ingest.yaml").write_text(_FILE)
    return settings


def _shown(hub: Hub, asset_id: str) -> dict[str, Any]:
    return {each.name: each for each in hub.asset(asset_id).values if each.shown}


def test_files_are_given_what_folder_and_name_say(home: Settings, tmp_path: Path) -> None:
    for folder in ("agency", "other"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / f"{folder}.txt").write_text(f"A note in {folder}.")
    with Hub(home) as hub:
        hub.ingest([tmp_path / "in"], preset="own")
        ids = {each.name: each.id for each in hub.assets().assets}
        asset = hub.asset(ids["agency.txt"])
        shown = _shown(hub, asset.id)
        assert asset.status == "in_review"
        assert (shown["campaign"].value, shown["campaign"].source) == (["Spring"], "rule")
        assert shown["expiry_date"].value == "2027-05-31"
        assert shown["usage_terms"].language == "en"
        # The named preset counts more than the one of the folder.
        assert shown["credit"].value == "House"
        other = _shown(hub, ids["other.txt"])
        assert other["credit"].value == "House"
        assert "campaign" not in other
        tree = hub.desk.collections.tree().collections
        (inside,) = [each.id for each in tree if each.name == "Northlight"]
        listed = hub.collection_assets(inside, limit=10).assets
        assert [each.id for each in listed] == [asset.id]
        assert hub.desk.records.select("campaign:Spring") == [asset.id]

        hub.desk.records.edit(asset.id, hub_edits(hub, "credit=Ann"))
        (tmp_path / "in" / "agency" / "agency.txt").write_text("Changed since.")
        hub.ingest([tmp_path / "in"])
        assert _shown(hub, asset.id)["credit"].value == "Ann"
        assert hub.asset(asset.id).status == "in_review"


def hub_edits(hub: Hub, *written: str) -> list[Any]:
    from service.record.edits import parse_edit

    return [parse_edit(each, hub.fields) for each in written]


def test_an_unknown_preset_takes_nothing_in(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A note.")
    with Hub(home, work=False) as hub:
        with pytest.raises(BadRequest, match="agency, own"):
            hub.ingest([tmp_path / "a.txt"], preset="nobody")
        assert hub.counts().total == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("presets: [{name: a, fields: {rating: many}}]", "preset a"),
        ("presets: [{name: a, fields: {nothing: x}}]", "no field"),
        ("presets: [{name: a, colour: x}]", "does not fit"),
        ("rules: [{paths: [x], preset: b}]", "define it"),
        ("presets: [{name: a}, {name: a}]", "same name"),
        ("presets: [", "no YAML"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "ingest.yaml"
    file.write_text(text)
    with pytest.raises(MagpieError, match=fault):
        load_presets(file, built_in())
