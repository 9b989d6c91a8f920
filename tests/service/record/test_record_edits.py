"""Changes to many records at once: what they make of a record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.record.edits import Edit, apply_edits, parse_edit
from service.record.errors import InvalidValue
from service.record.fieldset import FieldSet, built_in
from service.record.records import Record

_NOW = {
    ("title", ""): "The sea at dawn",
    ("title", "de"): "Das Meer",
    ("keywords", ""): ("sea", "sand"),
    ("iso", ""): 200,
}


@pytest.mark.parametrize(
    ("typed", "key", "expected"),
    [
        ("title=Shore", ("title", ""), "Shore"),
        ("title@de=Strand", ("title", "de"), "Strand"),
        ("Copyright = Ann = 2027", ("rights", ""), "Ann = 2027"),
        ("keywords=a, b", ("keywords", ""), ("a", "b")),
        ("keywords+=sun;sea", ("keywords", ""), ("sea", "sand", "sun")),
        ("tags-=sea", ("keywords", ""), ("sand",)),
        ("keywords-=sea,sand", ("keywords", ""), None),
        ("title=", ("title", ""), None),
        ("rating=4", ("rating", ""), 4),
        ("retention=7 years", ("retention_period", ""), "P7Y"),
    ],
)
def test_edits_as_people_type_them(typed: str, key: tuple[str, str], expected: object) -> None:
    edit = parse_edit(typed, built_in())
    assert apply_edits(_NOW, [edit], built_in()) == {key: expected}


@pytest.mark.parametrize(
    ("edit", "key", "expected"),
    [
        (Edit("replace", "title", "ocean", old="sea"), ("title", ""), "The ocean at dawn"),
        (Edit("replace", "keywords", "ocean", old="sea"), ("keywords", ""), ("ocean", "sand")),
        (Edit("replace", "keywords", "sand", old="sea"), ("keywords", ""), ("sand",)),
    ],
)
def test_words_are_replaced_in_texts_and_items_in_lists(
    edit: Edit, key: tuple[str, str], expected: object
) -> None:
    assert apply_edits(_NOW, [edit], built_in()) == {key: expected}


@pytest.mark.parametrize(
    "typed", ["keywords+=sea", "keywords-=snow", "title=The sea at dawn", "credit="]
)
def test_what_changes_nothing_is_not_written(typed: str) -> None:
    assert apply_edits(_NOW, [parse_edit(typed, built_in())], built_in()) == {}


def test_edits_follow_one_another() -> None:
    edits = [parse_edit(typed, built_in()) for typed in ("keywords=", "keywords+=snow")]
    assert apply_edits(_NOW, edits, built_in()) == {("keywords", ""): ("snow",)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("title", "field=value"),
        ("taste=red", "no field “taste”"),
        ("iso=100", "cannot be changed"),
        ("rating@de=3", "one value for all languages"),
        ("title+=x", "is no list"),
        ("rating=9", "from -1 to 5"),
        ("iso=", "cannot be changed"),
    ],
)
def test_edits_that_do_not_fit_are_refused(typed: str, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        apply_edits(_NOW, [parse_edit(typed, built_in())], built_in())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_setting_the_old_values_again_undoes_an_edit(
    lax_fields: FieldSet,
    any_record: Callable[..., st.SearchStrategy[Record]],
    data: st.DataObject,
) -> None:
    before, after = (data.draw(any_record(lax_fields, writable_only=True)).contents for _ in "ab")
    edits = [Edit("set", name, each, language) for (name, language), each in after.items()]
    changed = apply_edits(before, edits, lax_fields)
    edited = {**before, **changed}
    back = [
        Edit("set", *_swap(key, before[key]))
        if key in before
        else Edit("clear", key[0], None, key[1])
        for key in changed
    ]
    undone = {**edited, **apply_edits(edited, back, lax_fields)}  # type: ignore[arg-type]
    assert {key: each for key, each in undone.items() if each is not None} == before


def _swap(key: tuple[str, str], content: object) -> tuple[str, object, str]:
    return key[0], content, key[1]
