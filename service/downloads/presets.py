"""Download presets: ours, and those of a library from ``HOME/presets.yaml``.

presets:
  - name: newsletter           # small letters, digits and dashes
    label: Newsletter header
    format: jpeg               # original, jpeg, png, webp or tiff
    width: 1200                # largest width and height in pixels
    height: 600
    ratio: "2:1"               # cropped to it around the middle
    quality: 85
    location: strip            # strip or keep: where the picture was taken
    device: strip              # strip or keep: serial numbers and owners of cameras
    credits: write             # write or leave out: title, keywords, creator, copyright
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pipelines.renditions.recipe import Format, Recipe
from service.errors import BadRequest, NotFound
from service.record.errors import InvalidFields
from service.record.marked_yaml import Marked, read_marked

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_RATIO = re.compile(r"(\d{1,4}(?:\.\d{1,3})?):(\d{1,4}(?:\.\d{1,3})?)")
_KEYS = frozenset(
    {
        "name",
        "label",
        "format",
        "width",
        "height",
        "ratio",
        "quality",
        "location",
        "device",
        "credits",
    }
)
_MOST_PRESETS = 200


class InvalidPresets(BadRequest):
    """The file with the presets of this library is wrong; names the fault with its line."""

    code = "invalid_presets"


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to download, with a name.

    Attributes:
        recipe: how to make the rendition; None hands out the stored bytes.
    """

    name: str
    label: str
    recipe: Recipe | None = None


BUILT_IN = (
    Preset("untouched", "The file as it came"),
    Preset("original", "The original with credits, without place and serial numbers", Recipe()),
    Preset("web", "Web: JPEG, up to 2048 pixels", Recipe("jpeg", 2048, 2048, quality=85)),
    Preset("slide", "Slide: JPEG, 16:9, up to 1920 pixels", Recipe("jpeg", 1920, 1080, 16 / 9)),
    Preset("square", "Social, square: JPEG, 1080 pixels", Recipe("jpeg", 1080, 1080, 1.0)),
    Preset("portrait", "Social, upright: JPEG, 4:5, 1080 pixels", Recipe("jpeg", 1080, 1350, 0.8)),
    Preset("story", "Social, story: JPEG, 9:16, 1080 pixels", Recipe("jpeg", 1080, 1920, 9 / 16)),
    Preset("png", "PNG in full size", Recipe("png")),
    Preset("print", "Print: TIFF in full size", Recipe("tiff")),
)
"""What every library has; a preset of the same name in its file takes the place of one."""


def load_presets(path: Path) -> dict[str, Preset]:
    """All presets by name.

    Raises:
        InvalidPresets: the file is wrong.
    """
    presets = {preset.name: preset for preset in BUILT_IN}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return presets
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPresets(f"{path.name} cannot be read; save it as UTF-8 text.") from error
    return presets | {preset.name: preset for preset in parse_presets(text, path.name)}


def parse_presets(text: str, name: str = "presets.yaml") -> list[Preset]:
    """The presets in such a file.

    Raises:
        InvalidPresets: naming the line.
    """
    try:
        top = read_marked(text, name)
    except InvalidFields as error:
        raise InvalidPresets(error.message) from error
    listed = top.value.get("presets") if isinstance(top.value, dict) else None
    if not isinstance(listed, Marked) or not isinstance(listed.value, list):
        raise InvalidPresets(f"{name}: begin with “presets:” and a list of presets under it.")
    if len(listed.value) > _MOST_PRESETS:
        raise InvalidPresets(f"{name} has more than {_MOST_PRESETS} presets; keep fewer.")
    return [_preset(part, name) for part in listed.value]


def preset_named(presets: Mapping[str, Preset], name: str) -> Preset:
    """A preset; raises NotFound with the names that there are."""
    if name not in presets:
        raise NotFound(f"There is no download preset “{name[:40]}”; choose: {', '.join(presets)}.")
    return presets[name]


def _preset(part: Marked, file: str) -> Preset:
    place = f"{file}, line {part.line}"
    if not isinstance(part.value, dict):
        raise InvalidPresets(f"{place}: a preset is a list of keys such as “name: web”.")
    given: dict[str, Any] = {key: each.value for key, each in part.value.items()}
    if unknown := given.keys() - _KEYS:
        raise InvalidPresets(
            f"{place}: “{min(unknown)}” is no key; use {', '.join(sorted(_KEYS))}."
        )
    name = str(given.get("name", ""))
    if not _NAME.fullmatch(name):
        raise InvalidPresets(f"{place}: give it a name of small letters, digits and dashes.")
    try:
        recipe = Recipe(
            format=_one_of(given, "format", get_args(Format), "jpeg"),
            width=_whole(given, "width"),
            height=_whole(given, "height"),
            ratio=_ratio(given.get("ratio")),
            quality=_whole(given, "quality") or 88,
            strip_location=_one_of(given, "location", ("strip", "keep"), "strip") == "strip",
            strip_device=_one_of(given, "device", ("strip", "keep"), "strip") == "strip",
            credits=_one_of(given, "credits", ("write", "leave out"), "write") == "write",
        )
    except ValueError as error:
        raise InvalidPresets(f"{place}, “{name}”: {error}") from error
    return Preset(name, str(given.get("label") or name), recipe)


def _one_of(given: Mapping[str, Any], key: str, choices: tuple[str, ...], usual: str) -> Any:
    value = given.get(key, usual)
    if value not in choices:
        raise ValueError(f"{key} must be one of {', '.join(choices)}, not {value}.")
    return value


def _whole(given: Mapping[str, Any], key: str) -> int | None:
    value = given.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{key} must be a whole number, not {value}.")
    return value


def _ratio(given: Any) -> float | None:
    if given is None:
        return None
    if isinstance(given, int | float) and not isinstance(given, bool):
        # YAML 1.1 reads 16:9 without quotes as a number to the base of 60.
        raise ValueError('write the ratio in quotes, as in ratio: "16:9".')
    match = _RATIO.fullmatch(str(given).strip())
    if not match or not float(match[1]) or not float(match[2]):
        raise ValueError(f"a ratio is two numbers such as 16:9, not {given}.")
    return float(match[1]) / float(match[2])
