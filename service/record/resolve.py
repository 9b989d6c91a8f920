"""Of several values of one field, the one that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.record.entries import Entries, Entry, Key, current
from service.record.field import Content

_PLACES = {"human": 0, "embedded": 1, "rule": 2, "model": 3}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a record shows for one field in one language.

    Attributes:
        entry: the one that is shown.
        others: those that it stands above, in the order in which they would come up.
    """

    entry: Entry
    others: Entries = ()

    @property
    def content(self) -> Content | None:
        """What is shown; None where a person says that there is nothing."""
        return self.entry.content


def resolve(entries: Iterable[Entry]) -> dict[Key, Resolved]:
    """What a record shows for every field and language that anything is known of.

    A person's word counts most, whether they gave the value or accepted a machine's; the
    last one where there are two. Then what stands in the file or its sidecar, in the order
    in which the reading gave it (``pipelines.metadata.reconcile``), then rules, then models,
    the surest first. What was rejected is never shown.
    """
    by_key: dict[Key, list[Entry]] = {}
    for entry in current(entries):
        if entry.state != "rejected":
            by_key.setdefault(entry.key, []).append(entry)
    return {key: _first(found) for key, found in by_key.items()}


def shown(resolved: Mapping[Key, Resolved]) -> dict[Key, Content]:
    """The contents alone, without the keys for which a person says that there is nothing."""
    return {key: each.content for key, each in resolved.items() if each.content is not None}


def in_language(contents: Mapping[Key, Content], name: str, *wanted: str) -> Content | None:
    """A localised text for a reader: their languages in order, then none, then any.

    ``de-CH`` is content with ``de``, and ``de`` with ``de-CH``.
    """
    texts = {language: content for (each, language), content in contents.items() if each == name}
    for language in (*wanted, ""):
        found = texts.get(language) or _of_kin(texts, language)
        if found is not None:
            return found
    return next(iter(texts.values()), None)


def _of_kin(texts: Mapping[str, Content], language: str) -> Content | None:
    first = language.partition("-")[0]
    return next(
        (text for other, text in texts.items() if first and other.partition("-")[0] == first), None
    )


def _first(entries: list[Entry]) -> Resolved:
    # Of two words of a person at one moment the later one counts.
    order = sorted(range(len(entries)), key=lambda index: (_rank(entries[index]), -index))
    return Resolved(entries[order[0]], tuple(entries[index] for index in order[1:]))


def _rank(entry: Entry) -> tuple[float, ...]:
    if entry.source == "human" or (entry.actor and entry.state == "accepted"):
        return (_PLACES["human"], -entry.since.timestamp())
    return (_PLACES[entry.source], -entry.confidence * (entry.source == "model"), entry.place)
