"""What the record that stays shows after a merge, field by field.

Lists are united. A single value of the record that stays holds; where it has none, the first of
the others fills it. The stricter right wins: the earliest last day of use, the latest first day,
terms and instructions of all. Where nobody can say which is stricter, records are not merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from service.record.entries import Entries, Key
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.resolve import resolve

_Many = Sequence[Content]

_RULES: Mapping[str, Callable[[_Many], Content]] = {
    "expiry_date": lambda found: min(found, key=str),
    "effective_date": lambda found: max(found, key=str),
    "rating": lambda found: max(cast("Sequence[int]", found)),
    "rights_marked": any,
    "usage_terms": lambda found: "\n".join(dict.fromkeys(map(str, found))),
    "instructions": lambda found: "\n".join(dict.fromkeys(map(str, found))),
}
"""Fields of which another than the first value may win."""

_MUST_AGREE = (
    "licence_url",
    "licensee",
    "rights_holder",
    "model_release",
    "property_release",
    "data_mining",
    "legal_classification",
    "retention_period",
)
"""Rights and duties of which nobody can say which is stricter."""

_NOT_CARRIED = frozenset({"model"})
"""What a machine thinks of one picture is no word on another: it will say it again."""


def merged(records: Sequence[Entries], fields: FieldSet) -> dict[Key, Content]:
    """What the first of some records has to say anew, so that nothing of the others is lost.

    Args:
        records: what is said of each; the first is the one that stays.
    """
    found: dict[Key, list[Content]] = {}
    for shown in map(_carried, records):
        for key, content in shown.items():
            found.setdefault(key, []).append(content)
    own = _carried(records[0])
    contents = {
        key: _joined(key[0], contents)
        for key, contents in found.items()
        if (field := fields.get(key[0])) is not None and field.writable
    }
    return {key: content for key, content in contents.items() if content != own.get(key)}


def disagreements(records: Sequence[Entries], fields: FieldSet) -> list[str]:
    """Labels of the rights and duties in which some records differ."""
    shown = [_carried(each) for each in records]
    return [
        fields[name].label
        for name in _MUST_AGREE
        if len({_comparable(each, name) for each in shown if any(k == name for k, _ in each)}) > 1
    ]


def _comparable(shown: Mapping[Key, Content], name: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((lang, str(each)) for (key, lang), each in shown.items() if key == name))


def _carried(entries: Entries) -> dict[Key, Content]:
    return {
        key: each.entry.content
        for key, each in resolve(entries).items()
        if each.entry.content is not None and each.entry.source not in _NOT_CARRIED
    }


def _joined(name: str, found: _Many) -> Content:
    if isinstance(found[0], tuple):
        items = (item for each in found for item in (each if isinstance(each, tuple) else (each,)))
        return tuple(dict.fromkeys(map(str, items)))
    rule = _RULES.get(name)
    return rule(found) if rule is not None else found[0]
