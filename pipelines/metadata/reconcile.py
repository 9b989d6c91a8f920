"""One order for the values of all standards: the first of a name is the one that counts.

After the Metadata Working Group's "Guidelines for Handling Image Metadata" 2.0, chapter 5:
EXIF first, then XMP, then IPTC, which comes before XMP where its digest tells that another
program changed it later. What cameras write into every photo comes last. Values that agree
become one, which names all its origins; keywords are joined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipelines.analysis import Value
from pipelines.metadata.exif import is_camera_default
from pipelines.metadata.fields import NAMES
from pipelines.metadata.times import zone_from_gps

BETWEEN_ORIGINS = "; "
"""Stands between the origins of a value that several standards agree on."""

ORDER = ("EXIF", "XMP", "IPTC", "Photoshop", "PNG")
ORDER_IPTC_NEWER = ("EXIF", "IPTC", "XMP", "Photoshop", "PNG")
ORDER_SIDECAR = ("XMP", "EXIF", "IPTC", "Photoshop", "PNG")
_TIMES = frozenset({"captured_at", "created_at", "modified_at"})
_JOINED = frozenset({"keywords", "keyword_paths", "people"})
_ZONE_CONFIDENCE = 0.9
_PLACES = {name: place for place, name in enumerate(NAMES)}


def reconcile(values: Iterable[Value], order: tuple[str, ...] = ORDER) -> tuple[Value, ...]:
    """Put the values of one file in order.

    Args:
        values: of all its standards; within one standard the order given is kept.
        order: of the standards.

    Returns:
        Values by name, names in the order of ``fields.NAMES``, others after them.
    """
    by_name: dict[str, list[Value]] = {}
    for value in values:
        by_name.setdefault(value.name, []).append(value)
    utc = next((str(value.value) for value in by_name.get("gps_time", ())), "")
    found: list[Value] = []
    for name in sorted(by_name, key=lambda name: _PLACES.get(name, len(_PLACES))):
        ranked = sorted(by_name[name], key=lambda value: _rank(value, order))
        if name in _JOINED:
            ranked = _joined(ranked)
        if name in _TIMES:
            ranked = _most_exact_first(ranked)
        agreed = _agreeing(ranked)
        if name == "captured_at" and utc:
            agreed = [*_zoned(agreed[0], utc), *agreed]
        found += agreed
    return tuple(found)


def standard_of(value: Value) -> str:
    """The standard that an embedded value was written in, such as ``EXIF``."""
    return value.model.partition(" ")[0]


def _rank(value: Value, order: tuple[str, ...]) -> int:
    standard = standard_of(value)
    if value.model.startswith("EXIF XP") or (
        value.name == "description" and is_camera_default(str(value.value))
    ):
        return len(order)
    return order.index(standard) if standard in order else len(order)


def _joined(values: list[Value]) -> list[Value]:
    """The union of lists, in front of those that lack something of it."""
    union: dict[str, str] = {}
    for value in values:
        for word in value.value if isinstance(value.value, tuple) else (str(value.value),):
            union.setdefault(word.casefold(), word)
    whole = replace(values[0], value=tuple(union.values()))
    if any(_normal(value) == _normal(whole) for value in values):
        return sorted(values, key=lambda value: _normal(value) != _normal(whole))
    origins = dict.fromkeys(value.model for value in values)
    return [replace(whole, model=BETWEEN_ORIGINS.join(origins)), *values]


def _most_exact_first(values: list[Value]) -> list[Value]:
    """Move a time that only adds fraction or zone to the first one in front of it."""
    first = str(values[0].value)
    exact = max(
        (value for value in values if str(value.value).startswith(first)),
        key=lambda value: len(str(value.value)),
    )
    return [exact, *(value for value in values if value is not exact)]


def _zoned(value: Value, utc: str) -> list[Value]:
    """A capture time with the zone that the satellites' time tells."""
    zoned = zone_from_gps(str(value.value), utc)
    if not zoned:
        return []
    evidence = f"{value.model} {value.value}, satellite time {utc}"
    return [Value(value.name, zoned, "rule", "zone from GPS time", _ZONE_CONFIDENCE, evidence)]


def _agreeing(values: list[Value]) -> list[Value]:
    """Make values that say the same one value; a time also says its less exact forms."""
    first = str(values[0].value) if values[0].name in _TIMES else ""
    groups: dict[object, list[Value]] = {}
    for value in values:
        less_exact = first.startswith(str(value.value)) and value.name in _TIMES
        groups.setdefault(_normal(values[0] if less_exact else value), []).append(value)
    return [
        replace(group[0], model=BETWEEN_ORIGINS.join(_origins(group))) for group in groups.values()
    ]


def _origins(values: list[Value]) -> dict[str, None]:
    return dict.fromkeys(
        origin for value in values for origin in value.model.split(BETWEEN_ORIGINS)
    )


def _normal(value: Value) -> object:
    """What has to be equal for two values to agree."""
    if isinstance(value.value, tuple):
        return frozenset(word.casefold() for word in value.value)
    return " ".join(value.value.split()) if isinstance(value.value, str) else value.value
