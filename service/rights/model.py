"""Licences, releases and uses: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from service.rights.channels import Channels
from service.rights.territories import Territories

Effect = Literal["permit", "prohibit"]
GrantKind = Literal["licence", "model_release", "property_release"]
Answer = Literal["allow", "deny", "unknown"]
Presence = Literal["yes", "no", "unknown"]
"""Whether something shows in a picture."""

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in UTC, without its end."""

    start: datetime = BEGINNING
    end: datetime = END

    def meets(self, other: Span) -> bool:
        """Whether two stretches have a moment in common."""
        return self.start < other.end and other.start < self.end


def days(first: date | None, last: date | None, zone: str = "UTC") -> Span:
    """From the first day to the end of the last one, as the clocks of a place tell it.

    Args:
        first, last: None for no bound.
        zone: IANA name of the place.

    Raises:
        ValueError: the last day comes before the first.
        ZoneInfoNotFoundError: there is no such place.
    """
    if first is not None and last is not None and last < first:
        raise ValueError("the last day comes before the first")
    place = ZoneInfo(zone)
    start, end = BEGINNING, END
    if first is not None and first > date.min:
        start = datetime.combine(first, time(), place).astimezone(UTC)
    if last is not None and last < date.max:
        end = datetime.combine(last + timedelta(days=1), time(), place).astimezone(UTC)
    return Span(start, end)


@dataclass(frozen=True, slots=True)
class Clause:
    """What a licence or release permits or prohibits: where, in which channels, when.

    Attributes:
        text: as it stands in the contract, for people.
    """

    effect: Effect
    territories: Territories
    channels: Channels
    span: Span = Span()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A licence or release.

    Attributes:
        id: names it.
        conditions: what whoever uses it has to mind, such as a credit line.
    """

    id: str
    kind: GrantKind
    clauses: tuple[Clause, ...]
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A use that is asked for, or planned.

    Attributes:
        by: whose it is, such as the id of a campaign; two uses of one do not exclude each other.
        exclusive: whether nobody else may use it there meanwhile.
    """

    territories: Territories
    channels: Channels
    span: Span
    by: str = ""
    exclusive: bool = False

    def meets(self, clause: Clause) -> bool:
        """Whether a clause speaks of any part of it."""
        return bool(
            self.territories & clause.territories
            and self.channels & clause.channels
            and self.span.meets(clause.span)
        )

    def collides(self, other: Use) -> bool:
        """Whether another's use and this one shut each other out."""
        return bool(
            (self.exclusive or other.exclusive)
            and self.by != other.by
            and self.territories & other.territories
            and self.channels & other.channels
            and self.span.meets(other.span)
        )


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is known of the rights in one asset.

    Attributes:
        grants: licences and releases on file.
        planned: uses by others that hold already.
        people: whether persons can be recognised in it.
        property: whether something shows whose owner has to agree.
    """

    grants: tuple[Grant, ...] = ()
    planned: tuple[Use, ...] = ()
    people: Presence = "unknown"
    property: Presence = "no"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a question, and what decided it.

    Attributes:
        reason: one sentence for people.
        grant, clause: the licence or release, and the number of its clause; empty and None
            where none decided.
        conditions: what has to be minded where it is allowed.
    """

    answer: Answer
    reason: str
    grant: str = ""
    clause: int | None = None
    conditions: tuple[str, ...] = ()
