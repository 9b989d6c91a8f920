"""From readings to analyses: the units of several files encoded in common batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.base import TextEncoder, VisualEncoder
from models.pixels import DEFAULT_FIT, refit
from pipelines.analysis import Analysis, Unit, Vector
from pipelines.attribute_values import with_attributes
from pipelines.people import people_counter

Place = tuple[int, int]
"""Which reading, and which of its units."""


def encode(
    readings: Sequence[Analysis], *, text: TextEncoder, visual: VisualEncoder
) -> list[Analysis]:
    """Give every unit its vectors, pictures their attributes, and let go of the pixels.

    Args:
        readings: analyses without vectors, as readers make them.
        text: fills ``words`` of units with text.
        visual: fills ``visual`` and ``look`` of units with pixels.

    Returns:
        One analysis a reading, in the same order; those without units are unchanged.
    """
    units = {
        (number, place): unit
        for number, reading in enumerate(readings)
        for place, unit in enumerate(reading.units)
    }
    words = _encode_words(units, text)
    looks = _encode_pictures(units, visual)
    people = people_counter(visual.descriptor)
    return [
        with_attributes(
            replace(
                reading,
                units=tuple(
                    _with_vectors(unit, words.get((number, place)), looks.get((number, place)))
                    for place, unit in enumerate(reading.units)
                ),
            ),
            people,
        )
        for number, reading in enumerate(readings)
    ]


def _encode_words(units: dict[Place, Unit], text: TextEncoder) -> dict[Place, Vector]:
    places = [place for place, unit in units.items() if unit.text.strip()]
    if not places:
        return {}
    vectors = text.encode([units[place].text for place in places])
    return {place: vector.copy() for place, vector in zip(places, vectors, strict=True)}


def _encode_pictures(
    units: dict[Place, Unit], visual: VisualEncoder
) -> dict[Place, tuple[Vector, Vector]]:
    pixels = {
        place: unit.picture.pixels
        for place, unit in units.items()
        if unit.picture is not None and unit.picture.pixels is not None
    }
    if not pixels:
        return {}
    how = visual.descriptor.fit or DEFAULT_FIT
    made = visual.encode_pixels([refit(each, how) for each in pixels.values()])
    rows = zip(pixels, made.visual, made.look, strict=True)
    return {place: (seen.copy(), look.copy()) for place, seen, look in rows}


def _with_vectors(unit: Unit, words: Vector | None, looks: tuple[Vector, Vector] | None) -> Unit:
    if looks is None or unit.picture is None:
        return unit if words is None else replace(unit, words=words)
    picture = replace(unit.picture, pixels=None)
    return replace(unit, words=words, visual=looks[0], look=looks[1], picture=picture)
