"""Rights: what is prohibited, what is permitted, and what nobody knows."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.rights_reference import reference_answer
from eval.tasks.rights import holdings, use
from service.rights.channels import UnknownChannel, channel, channels
from service.rights.channels import said as channels_said
from service.rights.evaluate import evaluate
from service.rights.model import Clause, Grant, GrantKind, Holdings, Span, Use, days
from service.rights.territories import UnknownTerritory, territories, territory
from service.rights.territories import said as territories_said

_MAY = days(date(2026, 5, 1), date(2026, 5, 31), "Europe/Berlin")


def _clause(
    where: str, channel_: str = "all", span: Span | None = None, *, prohibits: bool = False
) -> Clause:
    effect = "prohibit" if prohibits else "permit"
    return Clause(effect, territory(where), channel(channel_), span or Span())


def _grant(*clauses: Clause, kind: GrantKind = "licence") -> Grant:
    return Grant("licence-1", kind, clauses, ("Credit: Ann",))


def _use(where: str = "DE", channel_: str = "web", span: Span = _MAY, **more: object) -> Use:
    return Use(territory(where), channel(channel_), span, **more)  # type: ignore[arg-type]


def _ask(*grants: Grant, asked: Use | None = None, people: str = "no") -> tuple[str, str]:
    found = evaluate(Holdings(grants, people=people), asked or _use())  # type: ignore[arg-type]
    return found.answer, found.reason


def test_a_wider_licence_covers_a_narrower_use_and_not_the_other_way_round() -> None:
    assert _ask(_grant(_clause("DACH", "digital")))[0] == "allow"
    assert _ask(_grant(_clause("DE", "web")), asked=_use("DACH"))[0] == "deny"
    assert "AT, CH in web" in _ask(_grant(_clause("DE", "web")), asked=_use("DACH"))[1]


def test_permissions_cover_together_what_none_covers_alone() -> None:
    first = days(None, date(2026, 5, 10), "Europe/Berlin")
    then = days(date(2026, 5, 11), None, "Europe/Berlin")
    assert _ask(_grant(_clause("DE", "web", first), _clause("DE", "web", then)))[0] == "allow"
    late = days(date(2026, 5, 12), None, "Europe/Berlin")
    answer, reason = _ask(_grant(_clause("DE", "web", first), _clause("DE", "web", late)))
    assert answer == "deny"
    assert "from 2026-05-10" in reason, "in UTC the day in Berlin begins the evening before"


def test_a_prohibition_wins_over_every_permission() -> None:
    grant = _grant(_clause("WORLD"), _clause("EU", "social", prohibits=True))
    assert _ask(grant)[0] == "allow"
    answer, reason = _ask(grant, asked=_use(channel_="instagram"))
    assert (answer, "prohibits" in reason) == ("deny", True)
    assert _ask(grant, asked=_use("US", "instagram"))[0] == "allow"


def test_unknown_never_becomes_allowed() -> None:
    assert _ask() == ("unknown", "No licence is on file.")
    licence = _grant(_clause("WORLD"))
    answer, reason = _ask(licence, people="yes")
    assert (answer, reason) == (
        "unknown",
        "People are visible, and no model release is on file.",
    )
    assert "is not known" in _ask(licence, people="unknown")[1]
    release = _grant(_clause("WORLD", "web"), kind="model_release")
    assert _ask(licence, release, people="yes")[0] == "allow"
    assert _ask(licence, release, asked=_use(channel_="tv"), people="yes")[0] == "deny"


def test_the_last_day_ends_by_the_clocks_of_the_place() -> None:
    berlin = days(None, date(2026, 5, 31), "Europe/Berlin")
    assert berlin.end.isoformat() == "2026-05-31T22:00:00+00:00"
    permit = _grant(_clause("DE", "web", berlin))
    assert _ask(permit)[0] == "allow"
    new_york = days(date(2026, 5, 31), date(2026, 5, 31), "America/New_York")
    assert _ask(permit, asked=_use(span=new_york))[0] == "deny"


def test_one_of_two_exclusive_uses_is_shut_out_unless_they_are_one_campaign() -> None:
    licence = _grant(_clause("WORLD"))
    planned = _use("DACH", "digital", by="spring", exclusive=True)
    for asked, answer in (
        (_use("DE", "web", by="summer"), "deny"),
        (_use("DE", "web", by="spring"), "allow"),
        (_use("FR", "web", by="summer"), "allow"),
        (_use("DE", "poster", by="summer"), "allow"),
        (_use("DE", "web", days(date(2026, 6, 1), None, "Europe/Berlin"), by="summer"), "allow"),
    ):
        held = Holdings((licence,), (planned,), people="no")
        assert evaluate(held, asked).answer == answer


def test_conditions_come_with_what_is_allowed() -> None:
    found = evaluate(Holdings((_grant(_clause("WORLD")),), people="no"), _use())
    assert found.conditions == ("Credit: Ann",)
    assert (found.grant, found.clause) == ("licence-1", 0)


@pytest.mark.parametrize("word", ["", "XX", "Germany land", "\0"])
def test_unknown_words_are_refused(word: str) -> None:
    with pytest.raises(UnknownTerritory):
        territory(word)
    with pytest.raises(UnknownChannel):
        channel(word)


def test_words_and_what_is_said_of_them() -> None:
    assert territory("deu") == territory(" de ")
    assert territory("DACH") & territory("EU") == territories(["DE", "AT"])
    assert territories_said(territories(["DE", "AT", "CH", "US"])) == "DACH, US"
    assert territories_said(territory("WORLD")) == "WORLD"
    assert channels_said(channels(["social", "web"])) == "social, web"
    assert channel("Display ads") == channel("display_ads")


def test_a_use_must_be_somewhere_and_take_time() -> None:
    with pytest.raises(ValueError, match="somewhere"):
        evaluate(Holdings(), Use(0, channel("web"), _MAY))
    with pytest.raises(ValueError, match="before"):
        days(date(2026, 5, 2), date(2026, 5, 1))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_answers_are_those_of_the_slow_and_obvious_evaluator(seed: int) -> None:
    random_ = random.Random(seed)
    held, asked = holdings(random_), use(random_)
    assert evaluate(held, asked).answer == reference_answer(held, asked)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), shorter=st.integers(0, 20))
def test_what_is_allowed_stays_allowed_for_less(seed: int, shorter: int) -> None:
    random_ = random.Random(seed)
    held, asked = holdings(random_), use(random_)
    end = max(asked.span.end - timedelta(days=shorter), asked.span.start + timedelta(hours=1))
    less = Use(
        asked.territories & -asked.territories,
        asked.channels & -asked.channels,
        Span(asked.span.start, end),
        asked.by,
        asked.exclusive,
    )
    if evaluate(held, asked).answer == "allow":
        assert evaluate(held, less).answer == "allow"
