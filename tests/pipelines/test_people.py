"""How many people a picture shows, as far as the network can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.fitting.people_counts import people_in
from models.descriptor import ModelDescriptor
from models.load import load_visual
from pipelines.analysis import Analysis, Unit
from pipelines.attribute_values import with_attributes
from pipelines.people import people_counter, write


@pytest.fixture(scope="module")
def descriptor() -> ModelDescriptor:
    return load_visual().descriptor


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("A brown dog runs over the grass .", 0),
        ("A man in a red shirt climbs a rock .", 1),
        ("A baby girl laughs .", 1),
        ("Two young men and a woman sit on a bench .", 3),
        ("A couple walks along the beach .", 2),
        ("A crowd watches a dog .", 3),
        ("His shoes are wet .", 1),
    ],
)
def test_captions_are_counted(caption: str, count: int) -> None:
    assert people_in([caption]) == count


def test_who_nobody_speaks_of_does_not_count_against_who_some_do() -> None:
    assert people_in(["A dog .", "A man and a dog .", "A man ."]) == 1
    assert people_in([]) == 0


def test_no_count_is_better_than_a_guess(descriptor: ModelDescriptor) -> None:
    counter = people_counter(descriptor)
    assert counter is not None
    direction = counter.presence.people / np.linalg.norm(counter.presence.people)
    nobody, somebody = counter.count(np.stack([-direction, direction]))
    assert nobody is not None
    assert nobody[0] == 0
    assert somebody is not None
    assert somebody[0] >= 1
    steepness = float(np.linalg.norm(counter.presence.people))
    between = -direction * (counter.presence.people_bias) / steepness
    assert counter.count(between[None]) == [None]


def test_the_most_people_of_any_scene_count(descriptor: ModelDescriptor) -> None:
    counter = people_counter(descriptor)
    assert counter is not None
    direction = counter.presence.people / np.linalg.norm(counter.presence.people)
    scenes = tuple(
        Unit(str(at), "scene", look=look) for at, look in enumerate((direction, -direction))
    )
    (value,) = with_attributes(Analysis("video", "video/mp4", units=scenes), counter).values
    assert value.name == "people_count"
    assert value.value != 0
    assert (value.source, value.model) == ("model", counter.name)
    assert 0 < value.confidence < 1


def test_a_model_of_ones_own_has_no_counter(descriptor: ModelDescriptor, tmp_path: Path) -> None:
    from dataclasses import replace

    assert people_counter(replace(descriptor, revision="other")) is None
    assert people_counter(replace(descriptor, name="mine")) is None
    write(descriptor, np.zeros((3, 4), np.float32), np.zeros(3, np.float32), tmp_path / "a.json")
    assert descriptor.revision in (tmp_path / "a.json").read_text(encoding="utf-8")
