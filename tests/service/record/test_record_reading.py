"""What a file says becomes entries of its record."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.analysis import Value
from pipelines.metadata.fields import NAMES, PERSONAL
from service.record.fieldset import FieldSet, built_in
from service.record.from_reading import aspect, entries_of
from service.record.resolve import resolve, shown

_AT = datetime(2027, 1, 1, tzinfo=UTC)
_PIPELINES = Path(__file__).resolve().parents[3] / "pipelines"


def _shown(*values: Value, fields: FieldSet | None = None) -> dict[tuple[str, str], object]:
    return dict(shown(resolve(entries_of(values, fields or built_in(), at=_AT))))


def test_every_name_that_the_pipelines_give_is_a_field() -> None:
    assert set(NAMES) <= set(built_in().fields)
    read = set()
    for file in (_PIPELINES / "readers").glob("*.py"):
        read |= set(re.findall(r'Value\("(\w+)"', file.read_text(encoding="utf-8")))
    assert {"attachments", "created_at"} <= read
    assert read <= set(built_in().fields)


def test_persons_are_marked_as_the_pipelines_mark_them() -> None:
    assert {name for name in PERSONAL if not built_in()[name].personal} == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value("keywords", "sea, sand; sun", "embedded", "PDF Keywords"), ("sea", "sand", "sun")),
        (Value("keywords", ("a;b",), "embedded", "XMP dc:subject"), ("a;b",)),
        (Value("creator", "Doe, Ann; Roe, Bob", "embedded", "OOXML dc:creator"),
         ("Doe, Ann", "Roe, Bob")),
        (Value("creator", "Ann; Bob GbR", "embedded", "XMP dc:creator"), ("Ann; Bob GbR",)),
        (Value("rating", 4, "embedded", "XMP xmp:Rating"), 4),
        (Value("captured_at", "2011:05:01 12:00:00", "embedded"), "2011-05-01T12:00:00"),
        (Value("title", ("One", "Two"), "embedded"), "One; Two"),
    ],
)  # fmt: skip
def test_values_take_the_form_of_their_field(value: Value, expected: object) -> None:
    assert _shown(value)[value.name, ""] == expected


def test_what_does_not_fit_and_what_is_no_field_is_left_out() -> None:
    assert _shown(Value("rating", 99, "embedded"), Value("nonsense", "x", "embedded")) == {}


def test_translations_keep_their_language() -> None:
    found = _shown(
        Value("title", "Sea", "embedded", "XMP dc:title; IPTC 2:05 Object Name"),
        Value("title", "Meer", "embedded", "XMP dc:title (de)"),
    )
    assert found == {("title", ""): "Sea", ("title", "de"): "Meer"}


def test_rules_of_the_library_do_not_bind_files(own_fields: FieldSet) -> None:
    value = Value("campaign", "Summer", "embedded", "XMP magpie:campaign")
    assert _shown(value, fields=own_fields) == {("campaign", ""): ("Summer",)}


def test_the_first_value_of_a_reading_counts() -> None:
    sidecar = Value("credit", "Sidecar", "embedded", "XMP photoshop:Credit", evidence="a.xmp")
    inside = Value("credit", "Inside", "embedded", "IPTC 2:110 Credit")
    assert _shown(sidecar, inside) == {("credit", ""): "Sidecar"}


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1600, 900), "landscape"), ((900, 1600), "portrait"), ((1000, 990), "square")],
)
def test_orientation_follows_from_the_size(size: tuple[int, int], expected: str) -> None:
    assert aspect(*size) == expected
