"""Fields: what they take, what they refuse and in which words, and those of one library."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.record.completeness import check_file_name, completeness
from service.record.contents import canonical, language_tag
from service.record.custom import load_fields, parse_fields
from service.record.errors import InvalidFields, InvalidValue
from service.record.fieldset import FieldSet, built_in
from service.record.records import Record, checked


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("title", "  Sea \r\n side\x00 ", "Sea \n side"),
        ("keywords", ["sea", " sea", "sand"], ("sea", "sand")),
        ("keywords", "one, text", ("one, text",)),
        ("legal_classification", "Confidential", "confidential"),
        ("expiry_date", "2027-12-31", "2027-12-31"),
        ("captured_at", "2011:05:01 12:00:00Z", "2011-05-01T12:00:00+00:00"),
        ("captured_at", "2011", "2011"),
        ("retention_period", "7 years", "P7Y"),
        ("retention_period", "p1y06m", "P1Y6M"),
        ("rating", "4", 4),
        ("rights_marked", "Yes", True),
        ("version", 2.1, "2.1"),
    ],
)
def test_contents_become_canonical(name: str, given: object, expected: object) -> None:
    found = canonical(built_in()[name], given)
    assert found == expected
    assert canonical(built_in()[name], found) == found


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("title", " ", "not empty"),
        ("title", "x" * 20_001, "at most 20,000 characters"),
        ("keywords", [], "at least one"),
        ("keywords", [{}], "give a text"),
        ("legal_classification", "secret", "choose one of: public, internal"),
        ("expiry_date", "31.12.2027", "as 2027-12-31"),
        ("expiry_date", "2027-02-30", "a day that exists"),
        ("captured_at", "yesterday", "as 2027-12-31T14:30"),
        ("retention_period", "long", "7 years"),
        ("retention_period", "P", "7 years"),
        ("rating", 6, "from -1 to 5"),
        ("rating", 2.5, "whole number"),
        ("rating", True, "number"),
        ("rating", "nan", "number"),
        ("rights_marked", "perhaps", "yes or no"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(name: str, given: object, words: str) -> None:
    with pytest.raises(InvalidValue, match=words) as refused:
        canonical(built_in()[name], given)
    assert refused.value.field == name
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("given", "tag"),
    [("DE-ch", "de-CH"), ("zh-hant-tw", "zh-Hant-TW"), ("x-default", ""), ("en_US", "en-US")],
)
def test_languages_are_written_one_way(given: str, tag: str) -> None:
    assert language_tag(given) == tag


@pytest.mark.parametrize("given", ["english please", "d", "<de>", "a" * 50])
def test_what_is_no_language_is_refused(given: str) -> None:
    with pytest.raises(InvalidValue, match="en or de-CH"):
        language_tag(given)


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("camera_make", "", "cannot be changed"),
        ("rating", "de", "one value for all languages"),
        ("colour", "", "no field “colour”"),
    ],
)
def test_people_write_only_what_they_can(name: str, language: str, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        checked(built_in(), name, "5", language)


@pytest.mark.parametrize(
    ("word", "name"),
    [("Copyright", "rights"), ("Author", "creator"), ("date created", "captured_at"),
     ("EXPIRY_DATE", "expiry_date"), ("SKU", "product_id")],
)  # fmt: skip
def test_fields_are_heard_under_the_names_that_people_use(word: str, name: str) -> None:
    found = built_in().heard_as(word)
    assert found is not None
    assert found.name == name


def test_no_two_fields_share_a_name_label_or_place() -> None:
    fields = list(built_in())
    for told in (
        [each.name for each in fields],
        [each.label for each in fields],
        [each.xmp_property for each in fields],
        [each.json_ld_property for each in fields],
    ):
        assert len(set(told)) == len(told), sorted(x for x in told if told.count(x) > 1)


def test_own_fields_join_the_built_in_ones(own_fields: FieldSet) -> None:
    shelf = own_fields["shelf"]
    assert canonical(shelf, "a2") == "A2"
    assert not shelf.is_for("image")
    with pytest.raises(InvalidValue, match="AB-2027"):
        checked(own_fields, "campaign", ["summer"])
    assert checked(own_fields, "campaign", ["AB-2027"]) == (("campaign", ""), ("AB-2027",))


def test_a_library_without_a_file_has_the_built_in_fields(tmp_path: Path) -> None:
    assert load_fields(tmp_path / "fields.yaml") == built_in()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("fields:\n  - name: Shelf\n", 2, "small letters"),
        ("fields:\n  - name: id\n", 2, "of its own"),
        ("fields:\n  - name: shelf\n    type: chioce\n", 3, "one of text, localised"),
        ("fields:\n  - name: shelf\n    type: choice\n", 2, "needs a `vocabulary`"),
        ("fields:\n  - name: shelf\n    vocabulary: [yes, no]\n", 3, "between quotes"),
        ("fields:\n  - name: shelf\n    vocabulary: [a, A]\n", 3, "each once"),
        ("fields:\n  - name: shelf\n    pattern: '['\n", 3, "no regular expression"),
        ("fields:\n  - name: shelf\n    required: maybe\n", 3, "true or false"),
        ("fields:\n  - name: shelf\n    colour: red\n", 3, "cannot have “colour”"),
        ("fields:\n  - name: shelf\n  - name: shelf\n", 3, "defined twice"),
        ("fields:\n  - name: title\n    type: text\n", 3, "cannot have “type”"),
        ("fields:\n  - name: camera_make\n    required: true\n", 2, "read from files"),
        ("fields:\n  - shelf\n", 2, "`name: value`"),
        ("fields: shelf\n", 1, "a list of fields"),
        ("- shelf\n", 1, "`name: value`"),
        ("fields:\n  - name: a\n    name: b\n", 3, "twice"),
        ("fields:\n  - name: [\n", 3, "no YAML"),
        ("fields:\n  - name: n\n    type: integer\n    minimum: 9\n    maximum: 1\n", 2, "above"),
        ("file_names:\n  help: x\n", 2, "needs a `pattern`"),
        ("a: &a [*a]\n", 1, "cannot|deep"),
        ("x: !!python/object/apply:os.system [ls]\n", 1, "no YAML|cannot"),
    ],
)
def test_faults_in_the_file_name_their_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidFields, match=words) as refused:
        parse_fields(text)
    assert f"fields.yaml, line {line}: " in refused.value.message


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidFields) as refused:
        parse_fields("fields:\n  - name: A\n  - name: b\n    type: c\n")
    assert len(refused.value.message.splitlines()) == 2


def test_completeness_counts_what_is_required_for_the_kind(own_fields: FieldSet) -> None:
    paper = Record("1", "a-paper.pdf", "document", contents={("campaign", ""): ("AB-2027",)})
    told = completeness(paper, own_fields)
    assert (told.share, told.missing, told.faults) == (0.5, ("shelf",), ())
    photo = Record("2", "Photo 1.jpg", "image", contents={("campaign", ""): ("Summer",)})
    told = completeness(photo, own_fields)
    assert (told.share, told.missing) == (1.0, ())
    assert len(told.faults) == 2
    assert "AB-2027" in told.faults[0]
    assert "small letters" in told.faults[1]
    assert completeness(photo, built_in()).share == 1.0


def test_file_names_have_to_fit_the_pattern(own_fields: FieldSet) -> None:
    check_file_name("/folder/spring-01.jpg", own_fields)
    check_file_name("Anything Goes.JPG", built_in())
    with pytest.raises(InvalidValue, match="small letters"):
        check_file_name("spring-01.jpg\n", own_fields)
