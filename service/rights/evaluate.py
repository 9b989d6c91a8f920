"""Whether a use is allowed.

A prohibition wins over every permission. What is on file but does not reach as far as the use
denies it; what is not on file leaves it unknown, and unknown never becomes allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from service.rights import channels, territories
from service.rights.model import (
    END,
    Clause,
    Grant,
    GrantKind,
    Holdings,
    Presence,
    Span,
    Use,
    Verdict,
)

_Permit = tuple[Grant, int, Clause]

_NAMES: dict[GrantKind, str] = {
    "licence": "licence",
    "model_release": "model release",
    "property_release": "property release",
}


def evaluate(holdings: Holdings, use: Use) -> Verdict:
    """Whether a use of an asset is allowed, and what decides it.

    Raises:
        ValueError: the use is nowhere, in no channel or at no time.
    """
    if not use.territories or not use.channels or use.span.start >= use.span.end:
        raise ValueError("a use is somewhere, in some channel, for some time")
    return (
        _prohibited(holdings.grants, use)
        or _shut_out(holdings.planned, use)
        or _by_kinds(holdings, use)
    )


def _prohibited(grants: Iterable[Grant], use: Use) -> Verdict | None:
    for grant in grants:
        for number, clause in enumerate(grant.clauses):
            if clause.effect == "prohibit" and use.meets(clause):
                said = clause.text or _said(clause)
                return Verdict(
                    "deny", f"The {_NAMES[grant.kind]} prohibits it: {said}.", grant.id, number
                )
    return None


def _shut_out(planned: Iterable[Use], use: Use) -> Verdict | None:
    for other in planned:
        if use.collides(other):
            reason = "Another use is planned there and then, and one of the two is exclusive."
            return Verdict("deny", reason)
    return None


def _by_kinds(holdings: Holdings, use: Use) -> Verdict:
    verdicts = [_of_kind("licence", holdings.grants, use)]
    needed: tuple[tuple[GrantKind, Presence, str], ...] = (
        ("model_release", holdings.people, "People are visible"),
        ("property_release", holdings.property, "Somebody's property is visible"),
    )
    for kind, presence, what in needed:
        if presence == "no":
            continue
        verdict = _of_kind(kind, holdings.grants, use)
        if verdict.answer == "unknown":
            unsure = f"Whether {what[0].lower()}{what[1:]} is not known"
            why = unsure if presence == "unknown" else what
            verdict = Verdict("unknown", f"{why}, and no {_NAMES[kind]} is on file.")
        verdicts.append(verdict)
    for answer in ("deny", "unknown"):
        for verdict in verdicts:
            if verdict.answer == answer:
                return verdict
    conditions = tuple(dict.fromkeys(each for found in verdicts for each in found.conditions))
    first = verdicts[0]
    return Verdict("allow", first.reason, first.grant, first.clause, conditions)


def _of_kind(kind: GrantKind, grants: Iterable[Grant], use: Use) -> Verdict:
    name = _NAMES[kind]
    on_file = [grant for grant in grants if grant.kind == kind]
    if not on_file:
        return Verdict("unknown", f"No {name} is on file.")
    permits = [
        (grant, number, clause)
        for grant in on_file
        for number, clause in enumerate(grant.clauses)
        if clause.effect == "permit" and use.meets(clause)
    ]
    gap = _gap([clause for _, _, clause in permits], use)
    if gap is not None:
        grant, number = _nearest(on_file, permits)
        return Verdict("deny", f"The {name} does not reach: {gap}.", grant.id, number)
    grant, number, clause = permits[0]
    conditions = tuple(each for permit, _, _ in permits for each in permit.conditions)
    return Verdict(
        "allow",
        f"The {name} permits it: {clause.text or _said(clause)}.",
        grant.id,
        number,
        conditions,
    )


def _gap(permits: Sequence[Clause], use: Use) -> str | None:
    """What of a use no permission covers; None where they cover it together."""
    for span in _pieces(permits, use.span):
        active = [each for each in permits if each.span.start <= span.start < each.span.end]
        for one in channels.single(use.channels):
            left = use.territories
            for each in active:
                if each.channels & one:
                    left &= ~each.territories
            if left:
                return f"{territories.said(left)} in {channels.said(one)} {_when(span, use.span)}"
    return None


def _pieces(permits: Iterable[Clause], span: Span) -> Iterator[Span]:
    """A stretch of time, parted where permissions begin and end."""
    borders = {span.start, span.end}
    for each in permits:
        borders |= {at for at in (each.span.start, each.span.end) if span.start < at < span.end}
    return (Span(*ends) for ends in pairwise(sorted(borders)))


def _nearest(grants: Sequence[Grant], permits: Sequence[_Permit]) -> tuple[Grant, int | None]:
    """The permission to show for a gap: one that covers some of the use, if any does."""
    if permits:
        return permits[0][0], permits[0][1]
    return grants[0], None


def _when(span: Span, asked: Span) -> str:
    if span == asked:
        return "at that time"
    return f"from {span.start:%Y-%m-%d}"


def _said(clause: Clause) -> str:
    until = "" if clause.span.end == END else f" until {clause.span.end:%Y-%m-%d %H:%M} UTC"
    return f"{territories.said(clause.territories)}, {channels.said(clause.channels)}{until}"
