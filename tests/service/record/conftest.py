"""Fields of a library with some of its own, and random records that fit them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from service.record.contents import canonical, clean_text
from service.record.custom import parse_fields
from service.record.errors import InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet
from service.record.records import Record

OWN = """
fields:
  - name: shelf
    label: Shelf
    type: choice
    for: document
    vocabulary: [A1, A2, B1]
    required: true
    help: Where the paper lies.
  - name: pages_printed
    type: integer
    minimum: 0
  - name: motto
    type: localised
  - name: paints
    type: texts
    separators: "|"
  - name: campaign
    required: true
    pattern: "[A-Z]{2}-[0-9]{4}"
    help: Write a campaign as AB-2027.
file_names:
  pattern: "[a-z0-9-]+[.][a-z0-9]+"
  help: Use small letters, digits and dashes.
"""

LANGUAGES = ("", "de", "de-CH", "en", "zh-Hant-TW")
_HARD = ("=1+1", "'=x", "@cmd", "-5", "+", "a;b", "a, b", "\\", "\\;", '"', "a\nb", "<&>]]>",
         "é", "e\u0301", "日本", "\u2028x", "'tis", "x" * 300, "|", "\u0085y", "true")  # fmt: skip
_characters = st.characters(exclude_categories=["Cs"])
texts = (st.sampled_from(_HARD) | st.text(_characters, min_size=1, max_size=30)).filter(
    lambda text: bool(clean_text(text))
)
_dates = st.dates().map(str)


def _fits(field: Field, given: object) -> bool:
    try:
        canonical(field, given)
    except InvalidValue:
        return False
    return True


def contents_for(field: Field) -> st.SearchStrategy[Content]:
    """Canonical contents of a field."""
    low = -(10**6) if field.minimum is None else field.minimum
    high = 10**6 if field.maximum is None else field.maximum
    raw: dict[str, st.SearchStrategy[object]] = {
        "text": st.sampled_from(field.vocabulary) if field.vocabulary else texts,
        "localised": texts,
        "choice": st.sampled_from(field.vocabulary or ("x",)),
        "texts": st.lists(texts, min_size=1, max_size=4),
        "date": _dates,
        "datetime": _dates
        | st.datetimes().map(lambda moment: moment.isoformat())
        | st.just("2011"),
        "duration": st.sampled_from(["7 years", "P1Y6M", "P90D", "3 weeks"]),
        "integer": st.integers(int(low), int(high)),
        "number": st.floats(low, high, allow_nan=False),
        "boolean": st.booleans(),
    }
    return (
        raw[field.type]
        .filter(lambda given: _fits(field, given))
        .map(lambda given: canonical(field, given))
    )


@st.composite
def records(draw: st.DrawFn, fields: FieldSet, *, writable_only: bool = False) -> Record:
    """A record with some fields filled, localised ones in some languages."""
    usable = [each for each in fields if each.writable or not writable_only]
    chosen = draw(st.lists(st.sampled_from(usable), unique_by=lambda each: each.name, max_size=8))
    contents: dict[tuple[str, str], Content] = {}
    for field in chosen:
        spoken = st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True)
        for language in draw(spoken) if field.type == "localised" else [""]:
            contents[field.name, language] = draw(contents_for(field))
    name = clean_text(draw(texts)).replace("\n", " ").replace("/", "_")
    return Record(
        id=str(draw(st.uuids())),
        file_name=name,
        kind=draw(st.sampled_from(["image", "video", "audio", "document", "other"])),
        media_type="image/jpeg",
        contents=contents,
    )


@pytest.fixture(scope="session")
def own_yaml() -> str:
    return OWN


@pytest.fixture(scope="session")
def own_fields() -> FieldSet:
    return parse_fields(OWN)


@pytest.fixture(scope="session")
def lax_fields() -> FieldSet:
    """The same without the pattern that hardly any random text fits."""
    return parse_fields(OWN.replace('pattern: "[A-Z]{2}-[0-9]{4}"', ""))


@pytest.fixture(scope="session")
def any_record() -> Callable[..., st.SearchStrategy[Record]]:
    """Makes strategies for records: ``any_record(fields, writable_only=...)``."""
    return records
