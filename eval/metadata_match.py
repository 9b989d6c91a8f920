"""Whether a record holds what ExifTool reads: values compared after normalisation.

Texts without spaces around them, times to the second and with their zone where both have
one, numbers within a thousandth, lists as sets. It knows nothing of how Magpie reads
metadata, but what its words for ExifTool's numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eval.metadata_fields import FIELDS, Field
from pipelines.analysis import Value

_TOLERANCE = 1e-3
_TIME = re.compile(
    r"(\d{4})(?:[:-](\d\d))?(?:[:-](\d\d))?(?:[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?"
    r"(Z|[+-]\d\d?:?\d\d)?"
)
_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)")
_WORDS: dict[str, tuple[str, ...]] = {
    "program": (
        "",
        "manual",
        "normal program",
        "aperture priority",
        "shutter priority",
        "creative program",
        "action program",
        "portrait mode",
        "landscape mode",
        "bulb",
    ),
    "metering": (
        "",
        "average",
        "centre-weighted average",
        "spot",
        "multi-spot",
        "pattern",
        "partial",
    ),
    "balance": ("auto", "manual"),
    "space": ("", "sRGB", "Adobe RGB"),
}
_UNCALIBRATED = 65535
_NO_UNIT = 1
_CENTIMETRES = 3


def expected_fields(tags: Mapping[str, Any]) -> Iterator[str]:
    """The tags of one file that its record should hold: listed, and not blank or undefined.

    In an XMP file only XMP counts: ExifTool's own dumps, which it writes as RDF, are no
    metadata of the file.
    """
    is_xmp_file = tags.get("File:FileType") == "XMP"
    for tag in tags:
        if tag not in FIELDS or (is_xmp_file and not tag.startswith("XMP:")):
            continue
        if _wanted(tag, tags):
            yield tag


def is_held(tag: str, tags: Mapping[str, Any], values: Iterable[Value]) -> bool:
    """Whether the record has the value of a tag under its name, from the same standard."""
    field = FIELDS[tag]
    standard = tag.partition(":")[0]
    found = [
        value
        for value in values
        if value.name in field.names
        and any(origin.startswith(f"{standard} ") for origin in value.model.split("; "))
    ]
    return all(any(_same(field, want, value) for value in found) for want in _wanted(tag, tags))


def _wanted(tag: str, tags: Mapping[str, Any]) -> list[Any]:
    """What of a tag has to be found, in the terms of the record; nothing where it is blank."""
    field, raw = FIELDS[tag], tags[tag]
    group = tag.partition(":")[0]
    if field.kind in _WORDS:
        return _word(field.kind, raw)
    if field.kind in {"text", "words"}:
        return [text for text in map(_text, _flat(raw)) if text]
    if field.kind in {"time", "date", "clock"}:
        pattern = _CLOCK if field.kind == "clock" else _TIME
        match = pattern.match(_text(raw))
        return [_text(raw)] if match and not _text(raw).startswith("0000") else []
    if field.kind == "flash":
        fired = raw.get("Fired") if isinstance(raw, dict) else bool(int(raw) & 1)
        return [] if fired is None else [fired]
    if field.kind == "members":
        return [_text(item[name]) for item in _items(raw) for name in field.members if name in item]
    if field.kind == "regions":
        faces = (item for item in _items(raw.get("RegionList", [])) if "Name" in item)
        return [_text(item["Name"]) for item in faces if item.get("Type", "Face") == "Face"]
    if field.kind == "keyword_tree":
        return list(_keywords(raw.get("Hierarchy", [])))
    return _numbers(field, group, tag, tags)


def _numbers(field: Field, group: str, tag: str, tags: Mapping[str, Any]) -> list[float]:
    number = _number(next(iter(_flat(tags[tag])), ""))
    if number is None:
        return []
    if field.kind == "degrees" and str(tags.get(f"{tag}Ref", "")).upper() in {"S", "W"}:
        return [-number]
    if field.kind == "altitude" and str(tags.get(f"{tag}Ref", "0")) == "1" and number > 0:
        return [-number]
    if field.kind == "resolution":
        unit = tags.get(f"{group}:ResolutionUnit", 2)
        if unit == _NO_UNIT or number <= 0:
            return []
        return [number * 2.54 if unit == _CENTIMETRES else number]
    return [number]


def _same(field: Field, want: Any, value: Value) -> bool:
    if isinstance(value.value, bool) or isinstance(want, bool):
        return str(value.value).lower() == str(want).lower()
    if isinstance(want, float):
        number = _number(value.value)
        return number is not None and abs(number - want) <= _TOLERANCE * max(1.0, abs(want))
    held = _flat(value.value)
    if field.kind in {"time", "date"}:
        return any(_same_time(str(want), str(text)) for text in held)
    if field.kind == "clock":
        clock = _CLOCK.match(str(want))
        return clock is not None and any(clock.group(0) in str(text) for text in held)
    texts = {_text(text) for text in held} | {_text("; ".join(map(str, held)))}
    words = {word for text in texts for word in text.split("|")}
    return want in texts or want in words or "|".join(re.split(r"[|/]", want)) in texts


def _same_time(want: str, held: str) -> bool:
    first, second = _TIME.match(want), _TIME.match(held)
    if first is None or second is None:
        return False
    *moment, zone = first.groups()
    *other, other_zone = second.groups()
    given = [part for part in moment if part is not None]
    if given != [part for part in other if part is not None][: len(given)]:
        return False
    return zone is None or _minutes(zone) == _minutes(other_zone or "")


def _minutes(zone: str) -> int | None:
    if zone == "Z":
        return 0
    match = re.fullmatch(r"([+-])(\d\d?):?(\d\d)", zone)
    if match is None:
        return None
    return int(match.group(1) + "1") * (int(match.group(2)) * 60 + int(match.group(3)))


def _word(kind: str, raw: Any) -> list[str]:
    number = _number(raw)
    if number is None:
        return []
    if kind == "space" and int(number) == _UNCALIBRATED:
        return ["uncalibrated"]
    words = _WORDS[kind]
    word = words[int(number)] if 0 <= number < len(words) else ""
    return [word] if word else []


def _keywords(branches: Any) -> Iterator[str]:
    for item in _items(branches):
        if "Keyword" in item:
            yield _text(item["Keyword"])
        yield from _keywords(item.get("Children", []))


def _items(raw: Any) -> list[dict[str, Any]]:
    return [item for item in (raw if isinstance(raw, list) else [raw]) if isinstance(item, dict)]


def _flat(raw: Any) -> list[Any]:
    if isinstance(raw, list | tuple):
        return [each for item in raw for each in _flat(item)]
    return [] if isinstance(raw, dict) else [raw]


def _text(raw: Any) -> str:
    return " ".join(str(raw).split())


def _number(raw: Any) -> float | None:
    try:
        number = float(raw)
    except (TypeError, ValueError):
        return None
    return number if number - number == 0 else None
