"""The rules that tags obey, whatever the signals say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.tagging import guard
from pipelines.tagging.bank import TermBank
from pipelines.tagging.signals import Evidence, Tag
from pipelines.vocabulary.terms import Auto, Vocabulary

MOST_TAGS = 40
"""Tags of one picture."""

MOST_SUGGESTED = 12
"""More suggestions nobody reads."""

SUGGEST = 0.3
"""Probability from which a term is worth suggesting; below, Magpie keeps quiet."""

NEAR_SYNONYMS = 0.97
"""Cosine of two terms' queries from which on people take them for the same."""

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known beforehand about the terms of a vocabulary.

    Attributes:
        auto: whether a machine may give each term.
        kept_from_people: terms that it may not give beside people.
        broader: all terms above each.
        alike: terms that mean nearly the same as each, and are neither above nor below it.
    """

    auto: Mapping[str, Auto]
    kept_from_people: frozenset[str]
    broader: Mapping[str, tuple[str, ...]]
    alike: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, bank: TermBank | None) -> Rules:
        """The rules of a vocabulary."""
        terms = list(vocabulary.active())
        broader = {term.id: vocabulary.broader(term.id) for term in terms}
        return cls(
            auto={term.id: guard.auto(term, vocabulary) for term in terms},
            kept_from_people=frozenset(
                term.id for term in terms if guard.kept_from_people(term, vocabulary)
            ),
            broader=broader,
            alike=_near_synonyms(bank, broader) if bank is not None else {},
        )


def decide(
    evidence: Mapping[str, Sequence[Evidence]],
    rules: Rules,
    rejected: frozenset[str],
    shows_people: float,
    operating: float,
    accepted: frozenset[str] = frozenset(),
) -> tuple[Tag, ...]:
    """Tags of a machine, the most probable first, then suggestions.

    Args:
        evidence: by term id.
        rules: of the vocabulary.
        rejected: terms that a person took off.
        shows_people: probability that the picture shows people.
        operating: probability from which a tag is given.
        accepted: terms that a person gave: those above them follow, and none that means
            nearly the same appears beside them.
    """
    people = shows_people >= guard.PEOPLE_LIKELY
    allowed = {
        id_: tuple(sorted(reasons, key=lambda each: -each.probability))
        for id_, reasons in evidence.items()
        if reasons
        and id_ not in rejected | accepted
        and rules.auto.get(id_, "never") != "never"
        and not (people and id_ in rules.kept_from_people)
    }
    chosen = {
        id_: Tag(id_, together, together >= operating and rules.auto[id_] == "always", reasons)
        for id_, reasons in allowed.items()
        if (together := combined(reasons)) >= SUGGEST
    }
    theirs = {id_: Tag(id_, 1.0, True, ()) for id_ in accepted if id_ in rules.auto}
    chosen = _one_of_each({**chosen, **theirs}, rules, accepted)
    blocked = rejected | (rules.kept_from_people if people else frozenset())
    chosen = _with_parents(chosen, rules, blocked)
    machines = (tag for tag in chosen.values() if tag.term not in accepted)
    ranked = sorted(machines, key=lambda tag: (-tag.probability, tag.term))
    given = [tag for tag in ranked if tag.given][:MOST_TAGS]
    suggested = [tag for tag in ranked if not tag.given][:MOST_SUGGESTED]
    return (*given, *suggested)


def combined(reasons: Sequence[Evidence]) -> float:
    """Probability from independent reasons, any of which would do (noisy or; Pearl 1988)."""
    wrong = 1.0
    for reason in reasons:
        wrong *= 1.0 - min(max(reason.probability, 0.0), 1.0)
    return 1.0 - wrong


def _one_of_each(
    chosen: Mapping[str, Tag], rules: Rules, accepted: frozenset[str]
) -> dict[str, Tag]:
    """Of terms that mean nearly the same, those that a person gave, or the most probable."""
    kept = {id_: chosen[id_] for id_ in accepted & chosen.keys()}
    for id_, tag in sorted(chosen.items(), key=lambda item: (-item[1].probability, item[0])):
        if not rules.alike.get(id_, frozenset()) & kept.keys():
            kept[id_] = tag
    return kept


def _with_parents(
    chosen: Mapping[str, Tag], rules: Rules, blocked: frozenset[str]
) -> dict[str, Tag]:
    """A term brings those above it, at least as probable as itself."""
    found = dict(chosen)
    for id_, tag in chosen.items():
        for parent in rules.broader.get(id_, ()):
            if parent in blocked or rules.auto.get(parent, "never") == "never":
                continue
            known = found.get(parent)
            if known is not None and known.probability >= tag.probability:
                given = known.given or (tag.given and rules.auto[parent] == "always")
                found[parent] = Tag(parent, known.probability, given, known.evidence)
                continue
            second = tag.evidence[0].second if tag.evidence else None
            reason = Evidence("narrower", tag.probability, id_, second)
            given = tag.given and rules.auto[parent] == "always"
            others = known.evidence if known is not None else ()
            found[parent] = Tag(parent, tag.probability, given, (reason, *others))
    return found


def _near_synonyms(
    bank: TermBank, broader: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    unit = bank.queries / np.maximum(np.linalg.norm(bank.queries, axis=1, keepdims=True), 1e-9)
    found: dict[str, set[str]] = {}
    for start in range(0, len(unit), _BLOCK):
        close = unit[start : start + _BLOCK] @ unit.T >= NEAR_SYNONYMS
        for row, column in zip(*np.nonzero(close), strict=True):
            one, other = bank.ids[start + row], bank.ids[column]
            if one != other and one not in broader[other] and other not in broader[one]:
                found.setdefault(one, set()).add(other)
    return {id_: frozenset(others) for id_, others in found.items()}
