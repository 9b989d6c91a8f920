"""What pixels and the visual model say about a picture or a video, as values of its record.

Colours, sharpness, exposure, text and kind are measured (``pipelines.attributes``); how many
people are to be seen the network estimates (``pipelines.people``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analysis import Analysis, Unit, Value
from pipelines.people import MOST

if TYPE_CHECKING:
    from pipelines.attributes import Attributes
    from pipelines.people import PeopleCounter

MEASURED = "pixels 1"
"""The rule behind values that are measured, with its version."""

BRIGHT, DARK = 0.7, 0.25
"""Mean luminance from which a picture is bright, and up to which it is dark."""

_PICTURES = frozenset({"image", "scene"})
_MOST_COLOURS = 5
_LEAST_SHARE = 0.04

_SURE = {"colours": 0.8, "kind_of_picture": 0.9, "has_text": 0.7, "exposure": 1.0}
"""How sure each is: colours as measured on fashion photos, kind and text on photos and scans."""


def with_attributes(analysis: Analysis, people: PeopleCounter | None = None) -> Analysis:
    """An analysis with the attributes of its pictures among its values.

    Only images and videos have them: what a document shows is about many things.

    Args:
        people: of the visual model that made the vectors; None where there is none for it.
    """
    if analysis.kind not in {"image", "video"}:
        return analysis
    units = [each for each in analysis.units if each.kind in _PICTURES]
    values = (*_measured(units), *_people(units, people))
    if not values:
        return analysis
    return replace(analysis, values=(*analysis.values, *values))


def colour_word(name: str) -> str:
    """The word of a colour: ``orange_colour`` -> ``orange``, ``navy_blue`` -> ``navy blue``."""
    return name.removesuffix("_colour").replace("_", " ")


def _measured(units: Iterable[Unit]) -> tuple[Value, ...]:
    found = [
        each.picture.attributes
        for each in units
        if each.picture is not None and each.picture.attributes is not None
    ]
    if not found:
        return ()
    shares = _shares(found)
    brightness = float(np.mean([each.brightness for each in found]))
    kinds = [each.kind for each in found]
    evidence = ", ".join(f"{colour_word(name)} {share:.0%}" for name, _, share in shares)
    pairs: list[tuple[str, str | float | bool | tuple[str, ...], str]] = [
        ("sharpness", round(max(each.sharpness for each in found), 3), ""),
        ("brightness", round(brightness, 3), ""),
        ("exposure", _exposure(brightness), f"mean brightness {brightness:.2f}"),
        ("has_text", any(each.has_text for each in found), ""),
        ("kind_of_picture", max(set(kinds), key=lambda kind: (kinds.count(kind), kind)), ""),
    ]
    if shares:
        names = tuple(colour_word(name) for name, _, _ in shares)
        pairs.append(("colours", names, evidence))
        pairs.append(("colour_codes", tuple(code for _, code, _ in shares), evidence))
    return tuple(
        Value(name, value, "rule", MEASURED, _SURE.get(name, 1.0), why)
        for name, value, why in pairs
    )


def _shares(found: Sequence[Attributes]) -> list[tuple[str, str, float]]:
    """Name, code and share of the colours of some pictures together, the most first."""
    together: dict[str, tuple[float, str, float]] = {}
    for each in found:
        for colour in each.colours:
            total, code, most = together.get(colour.name, (0.0, "", 0.0))
            if colour.share > most:
                code, most = colour.hex, colour.share
            together[colour.name] = (total + colour.share / len(found), code, most)
    ranked = sorted(
        ((name, code, share) for name, (share, code, _) in together.items()),
        key=lambda each: (-each[2], each[0]),
    )
    return [each for each in ranked if each[2] >= _LEAST_SHARE][:_MOST_COLOURS]


def _exposure(brightness: float) -> str:
    if brightness >= BRIGHT:
        return "bright"
    return "dark" if brightness <= DARK else "even"


def _people(units: Iterable[Unit], people: PeopleCounter | None) -> tuple[Value, ...]:
    """The most people that one picture shows, if the network can tell."""
    looks = [each.look for each in units if each.look is not None]
    if people is None or not looks:
        return ()
    known = [each for each in people.count(np.stack(looks)) if each is not None]
    if not known:
        return ()
    count, confidence = max(known)
    evidence = f"{MOST} or more" if count == MOST else ""
    return (Value("people_count", count, "model", people.name, round(confidence, 3), evidence),)
