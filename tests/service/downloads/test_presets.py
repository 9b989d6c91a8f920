"""Download presets: ours, and those that a library brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.downloads.presets import InvalidPresets, load_presets, parse_presets, preset_named
from service.errors import NotFound


def test_a_library_adds_presets_to_ours(tmp_path: Path) -> None:
    path = tmp_path / "presets.yaml"
    path.write_text(
        'presets:\n  - name: newsletter\n    format: webp\n    width: 1200\n    ratio: "2:1"\n'
        "    location: keep\n  - name: web\n    label: Smaller\n    width: 800\n",
        encoding="utf-8",
    )
    presets = load_presets(path)
    recipe = presets["newsletter"].recipe
    assert recipe is not None
    assert (recipe.format, recipe.width, recipe.ratio) == ("webp", 1200, 2.0)
    assert not recipe.strip_location
    assert recipe.strip_device
    assert presets["web"].label == "Smaller"
    assert "story" in presets


def test_a_library_without_a_file_has_ours(tmp_path: Path) -> None:
    assert list(load_presets(tmp_path / "presets.yaml"))[:2] == ["untouched", "original"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("presets: 5", "list of presets"),
        ("presets:\n  - name: Web Size", "line 2: give it a name"),
        ("presets:\n  - name: web\n    size: 3", "“size” is no key"),
        ("presets:\n  - name: web\n    ratio: 16:9", "in quotes"),
        ('presets:\n  - name: web\n    ratio: "wide"', "such as 16:9"),
        ("presets:\n  - name: web\n    format: bmp", "one of original, jpeg"),
        ("presets:\n  - name: web\n    width: 0", "1 to"),
        ("presets:\n  - name: web\n    format: original\n    width: 5", "keeps its size"),
        ("presets:\n  - name: web\n    quality: high", "whole number"),
        ("presets: [", "no YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidPresets, match=said):
        parse_presets(text)


def test_an_unknown_preset_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="untouched, original, web"):
        preset_named(load_presets(tmp_path / "none.yaml"), "huge")
