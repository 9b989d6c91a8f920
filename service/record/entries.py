"""The values of a record with their sources and their history.

An entry is never changed or removed once made: it only ends. So what a record said at any
time, and who or what said so, can be told for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pipelines.analysis import Source
from service.record.field import Content

State = Literal["suggested", "accepted", "rejected"]

Key = tuple[str, str]
"""A field's name and a language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one source says for one field in one language.

    Attributes:
        name: of the field.
        content: canonical; None where a person says that there is nothing to say.
        source: who said so; what a sidecar says counts as embedded.
        since: when it was said.
        until: when it was replaced, taken back or no longer found; None while it holds.
        language: BCP 47; empty where none is told, or none matters.
        model: as in ``pipelines.analysis.Value``.
        confidence: between 0 and 1.
        evidence: what a person can look at to check it.
        state: what people made of a machine's suggestion; what a person or a file says
            needs no one's assent.
        actor: the person, where a person said or judged it.
        place: its place in the reading that found it; of one source, lower counts more.
    """

    name: str
    content: Content | None
    source: Source
    since: datetime
    until: datetime | None = None
    language: str = ""
    model: str = ""
    confidence: float = 1.0
    evidence: str = ""
    state: State = "accepted"
    actor: str = ""
    place: int = 0

    @property
    def key(self) -> Key:
        """The field and language that it speaks of."""
        return self.name, self.language

    def says(self, other: Entry) -> bool:
        """Whether two entries of one source say the same, whenever and however surely."""
        return (self.key, self.source, self.content) == (other.key, other.source, other.content)


Entries = tuple[Entry, ...]
"""Of one record, in the order in which they were made."""


def current(entries: Iterable[Entry]) -> Entries:
    """The entries that hold now."""
    return tuple(entry for entry in entries if entry.until is None)


def put(
    entries: Entries,
    name: str,
    content: Content | None,
    *,
    actor: str,
    at: datetime,
    language: str = "",
) -> Entries:
    """A person gives a value, or says with None that there is none.

    Returns:
        All entries; the person's earlier value of the same key has ended.
    """
    given = Entry(
        name=name, content=content, source="human", since=at, language=language, actor=actor
    )
    if any(entry.says(given) for entry in current(entries)):
        return entries
    return (*_end_human(entries, given.key, at), given)


def take_back(entries: Entries, name: str, *, at: datetime, language: str = "") -> Entries:
    """A person's value ends; what files and machines say shows again."""
    return _end_human(entries, (name, language), at)


def judge(
    entries: Entries,
    entry: Entry,
    state: Literal["accepted", "rejected"],
    *,
    actor: str,
    at: datetime,
) -> Entries:
    """A person accepts or rejects what a machine suggests.

    Args:
        entry: one that holds now, of a rule or a model.

    Raises:
        ValueError: there is no such entry.
    """
    if entry not in current(entries) or entry.source in {"human", "embedded"}:
        raise ValueError("only a suggestion that holds can be judged")
    place = entries.index(entry)
    judged = replace(entry, state=state, actor=actor, since=at)
    return (*entries[:place], replace(entry, until=at), *entries[place + 1 :], judged)


def reread(entries: Entries, found: Iterable[Entry], *, at: datetime) -> Entries:
    """The machines looked again: their entries are now those found, and no others.

    What persons said stays untouched. What says the same as before stays as it is, and so
    keeps its age and what a person made of it: what was rejected is not suggested again.

    Args:
        found: entries of the sources ``embedded``, ``rule`` and ``model``.

    Raises:
        ValueError: one of them claims to be a person's.
    """
    wanted: list[Entry] = []
    for each in found:
        if each.source == "human":
            raise ValueError("a machine cannot speak for a person")
        if not any(each.says(other) for other in wanted):
            wanted.append(replace(each, since=at, until=None))
    kept: list[Entry] = []
    for entry in entries:
        holds = entry.until is None
        again = next((each for each in wanted if each.says(entry)), None) if holds else None
        if again is not None:
            kept.append(replace(entry, place=again.place))
            wanted.remove(again)
        else:
            ends = holds and not _of_a_person(entry)
            kept.append(replace(entry, until=at) if ends else entry)
    return (*kept, *wanted)


def _of_a_person(entry: Entry) -> bool:
    """Whether a person said or judged it."""
    return entry.source == "human" or bool(entry.actor)


def _end_human(entries: Entries, key: Key, at: datetime) -> Entries:
    return tuple(
        replace(entry, until=at)
        if entry.until is None and entry.source == "human" and entry.key == key
        else entry
        for entry in entries
    )
