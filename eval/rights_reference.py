"""Rights once more, slowly and obviously: every country, channel and moment by itself."""

from __future__ import annotations

from datetime import datetime

from service.rights import channels, territories
from service.rights.model import Answer, Clause, GrantKind, Holdings, Use


def reference_answer(holdings: Holdings, use: Use) -> Answer:
    """What ``service.rights.evaluate`` should answer."""
    points = [
        (country, channel, moment)
        for country in territories.codes(use.territories)
        for channel in channels.names(use.channels)
        for moment in _moments(holdings, use)
    ]
    clauses = [clause for grant in holdings.grants for clause in grant.clauses]
    if any(c.effect == "prohibit" and _holds(c, *point) for c in clauses for point in points):
        return "deny"
    for other in holdings.planned:
        theirs = Clause("permit", other.territories, other.channels, other.span)
        exclusive = use.exclusive or other.exclusive
        if exclusive and other.by != use.by and any(_holds(theirs, *point) for point in points):
            return "deny"
    answers = {_by_kind(holdings, "licence", points)}
    if holdings.people != "no":
        answers.add(_by_kind(holdings, "model_release", points))
    if holdings.property != "no":
        answers.add(_by_kind(holdings, "property_release", points))
    if "deny" in answers:
        return "deny"
    return "unknown" if "unknown" in answers else "allow"


def _by_kind(
    holdings: Holdings, kind: GrantKind, points: list[tuple[str, str, datetime]]
) -> Answer:
    grants = [grant for grant in holdings.grants if grant.kind == kind]
    if not grants:
        return "unknown"
    permits = [c for grant in grants for c in grant.clauses if c.effect == "permit"]
    covered = all(any(_holds(clause, *point) for clause in permits) for point in points)
    return "allow" if covered else "deny"


def _holds(clause: Clause, country: str, channel: str, moment: datetime) -> bool:
    return (
        country in set(territories.codes(clause.territories))
        and channel in set(channels.names(clause.channels))
        and clause.span.start <= moment < clause.span.end
    )


def _moments(holdings: Holdings, use: Use) -> list[datetime]:
    """The moments of a use at which anything can change: its start, and every border in it."""
    spans = [clause.span for grant in holdings.grants for clause in grant.clauses]
    spans += [other.span for other in holdings.planned]
    borders = {at for span in spans for at in (span.start, span.end)}
    return sorted(at for at in {use.span.start, *borders} if use.span.start <= at < use.span.end)
