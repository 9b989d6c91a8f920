"""How much a person should look at the fields of a document."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipelines.documents.fields.results import Extracted

_FAILED = 0.9
"""A value that a check speaks against is more doubtful than any unlikely one without."""

_UNKNOWN = 0.1
_SHARE = 0.1


def doubt_of(fields: Sequence[Extracted], said: Collection[str]) -> float | None:
    """The doubt of a document: that of its most doubtful field, others count a little.

    Args:
        fields: as shown, with checks.
        said: those that a person spoke of; they are beyond doubt.

    Returns:
        From 0 to about 1; None where nothing is left to look at.
    """
    doubts = [doubt_of_field(each) for each in fields if each.name not in said]
    if not doubts:
        return None
    return round(max(doubts) + _SHARE * sum(doubts) / len(doubts), 4)


def doubt_of_field(field: Extracted) -> float:
    """The doubt of one field: of what is given how likely it is wrong, of what is not how
    likely one of its options is right."""
    if field.unknown:
        return _UNKNOWN + max((each.confidence for each in field.options), default=0.0)
    failed = any(check.outcome == "failed" for each in field.values for check in each.checks)
    return max(1 - min(each.confidence for each in field.values), _FAILED if failed else 0.0)
