"""Of several values the right one is shown, and nothing that was ever said is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.record.entries import Entries, Entry, current, judge, put, reread, take_back
from service.record.resolve import in_language, resolve, shown

_START = datetime(2027, 1, 1, tzinfo=UTC)
_NAMES = ("title", "credit")
_LANGUAGES = ("", "de")
_WORDS = ("a", "b", "c")


def _machine(content: str, source: str = "embedded", **more: object) -> Entry:
    known = {"name": "title", "since": _START, **more}
    return Entry(content=content, source=source, **known)  # type: ignore[arg-type]


def _title(entries: Entries) -> object:
    return shown(resolve(entries)).get(("title", ""))


_found = st.lists(
    st.builds(
        Entry,
        name=st.sampled_from(_NAMES),
        language=st.sampled_from(_LANGUAGES),
        content=st.sampled_from(_WORDS),
        source=st.sampled_from(["embedded", "rule", "model"]),
        since=st.just(_START),
        confidence=st.sampled_from([0.2, 0.9]),
        state=st.just("suggested"),
        place=st.integers(0, 5),
    ),
    max_size=6,
)


class _Life(RuleBasedStateMachine):
    """A record to which anything happens, beside the obvious model of a person's values."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Entries = ()
        self.human: dict[tuple[str, str], str | None] = {}
        self.said: list[tuple[str, str, object, str]] = []
        self.now = _START

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @rule(
        name=st.sampled_from(_NAMES),
        language=st.sampled_from(_LANGUAGES),
        content=st.sampled_from([*_WORDS, None]),
        actor=st.sampled_from(["ann", ""]),
    )
    def a_person_writes(self, name: str, language: str, content: str | None, actor: str) -> None:
        self.entries = put(
            self.entries, name, content, language=language, actor=actor, at=self._tick()
        )
        self.human[name, language] = content

    @rule(name=st.sampled_from(_NAMES), language=st.sampled_from(_LANGUAGES))
    def a_person_takes_back(self, name: str, language: str) -> None:
        self.entries = take_back(self.entries, name, language=language, at=self._tick())
        self.human.pop((name, language), None)

    @rule(found=_found)
    def machines_look_again(self, found: list[Entry]) -> None:
        self.entries = reread(self.entries, found, at=self._tick())

    @invariant()
    def a_persons_value_is_shown(self) -> None:
        seen = shown(resolve(self.entries))
        for key, content in self.human.items():
            assert seen.get(key) == content

    @invariant()
    def nothing_that_was_said_is_lost(self) -> None:
        told = [(each.name, each.language, each.content, each.source) for each in self.entries]
        for one in self.said:
            assert one in told
            told.remove(one)
        self.said = [(e.name, e.language, e.content, e.source) for e in self.entries]

    @invariant()
    def a_person_has_one_value_for_a_key(self) -> None:
        own = [each.key for each in current(self.entries) if each.source == "human"]
        assert len(own) == len(set(own))


TestLife = _Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@given(_found)
def test_looking_twice_changes_nothing(found: list[Entry]) -> None:
    once = reread((), found, at=_START)
    assert reread(once, found, at=_START + timedelta(days=1)) == once


@given(_found)
def test_files_stand_above_rules_and_rules_above_models(found: list[Entry]) -> None:
    order = ("embedded", "rule", "model")
    for resolved in resolve(found).values():
        sources = [order.index(each.source) for each in (resolved.entry, *resolved.others)]
        assert sources == sorted(sources)
        sure = [each.confidence for each in (resolved.entry, *resolved.others)
                if each.source == "model"]  # fmt: skip
        assert sure == sorted(sure, reverse=True)


def test_machines_cannot_speak_for_persons() -> None:
    with pytest.raises(ValueError, match="a machine cannot speak"):
        reread((), [_machine("x", "human")], at=_START)


def test_emptied_by_a_person_stays_empty_until_taken_back() -> None:
    entries = reread((), [_machine("file")], at=_START)
    entries = put(entries, "title", None, actor="ann", at=_START)
    assert _title(entries) is None
    entries = reread(entries, [_machine("file, again")], at=_START)
    assert _title(entries) is None
    assert _title(take_back(entries, "title", at=_START)) == "file, again"


def test_the_order_of_the_newest_reading_counts() -> None:
    inside = _machine("inside", place=0)
    entries = reread((), [inside], at=_START)
    entries = reread(entries, [_machine("sidecar"), replace(inside, place=1)], at=_START)
    assert _title(entries) == "sidecar"
    assert len(entries) == 2


def test_an_accepted_suggestion_stands_above_the_file_and_outlives_its_model() -> None:
    suggestion = _machine("model", "model", confidence=0.6, state="suggested")
    entries = reread((), [_machine("file"), suggestion], at=_START)
    assert _title(entries) == "file"
    held = next(each for each in entries if each.source == "model")
    entries = judge(entries, held, "accepted", actor="ann", at=_START)
    assert _title(entries) == "model"
    assert _title(reread(entries, [_machine("file")], at=_START)) == "model"
    later = put(entries, "title", "mine", actor="ann", at=_START + timedelta(days=1))
    assert _title(later) == "mine"


def test_what_was_rejected_is_not_suggested_again() -> None:
    suggestion = _machine("model", "model", confidence=0.6, state="suggested")
    entries = reread((), [suggestion], at=_START)
    entries = judge(entries, entries[0], "rejected", actor="ann", at=_START)
    assert _title(entries) is None
    assert _title(reread(entries, [suggestion], at=_START)) is None


def test_what_a_file_says_cannot_be_judged() -> None:
    entries = reread((), [_machine("file")], at=_START)
    with pytest.raises(ValueError, match="only a suggestion"):
        judge(entries, entries[0], "rejected", actor="ann", at=_START)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [(("de",), "Meer"), (("de-AT",), "Meer"), (("fr", "de"), "Meer"), (("fr",), "Sea")],
)
def test_readers_get_their_language_or_the_next_best(
    wanted: tuple[str, ...], expected: str
) -> None:
    contents = {("title", ""): "Sea", ("title", "de"): "Meer", ("credit", ""): "x"}
    assert in_language(contents, "title", *wanted) == expected
