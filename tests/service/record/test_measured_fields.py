"""Colours, sharpness and kind of picture: read, selected by, shown, corrected."""

from __future__ import annotations

import pytest

from service.hub import Hub
from service.schemas import AssetQuery


def _names(hub: Hub, where: str) -> set[str]:
    return {asset.name for asset in hub.listed(AssetQuery(where=where)).assets}


def test_a_picture_tells_its_colours(hub: Hub) -> None:
    found = hub.listed(AssetQuery(where="name:IMG_0002.png")).assets[0]
    values = {value.name: value for value in hub.asset(found.id).values}
    assert "brown" in values["colours"].value  # type: ignore[operator]
    assert values["colour_codes"].value[0].startswith("#")  # type: ignore[index, union-attr]
    assert values["colours"].source == "rule"
    assert values["kind_of_picture"].value == "photo"


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("colour:brown name:IMG_0002.png", {"IMG_0002.png"}),
        ("kind_of_picture=photo", {"IMG_0001.png", "IMG_0002.png", "launch day.jpg"}),
        ("sharpness>=.05 kind:image", {"IMG_0001.png", "IMG_0002.png", "launch day.jpg"}),
        ("brightness>1", set()),
        ("kind_of_picture:screenshot", set()),
        ("kind:document colours:*", set()),
        ("kind_of_picture:photo people_count>=1", set()),
    ],
)
def test_pictures_are_selected_by_what_was_measured(hub: Hub, where: str, names: set[str]) -> None:
    assert _names(hub, where) == names
