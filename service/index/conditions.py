"""Filters of the index interface, translated for Qdrant Edge and for a Qdrant server.

Both libraries have the same conditions under different names, so the rules
about which test fits which field type stand here once; a dialect builds the
library's own objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from service.index.base import Condition, FieldType, Filter

_VALUE_TYPES: Mapping[FieldType, type] = {"keyword": str, "integer": int, "bool": bool}


class Dialect(Protocol):
    """Builds the condition objects of one library."""

    def any_of(self, field: str, values: Sequence[str | int | bool]) -> Any:
        """The field, or one element of its list, equals one of ``values``."""

    def numbers(self, field: str, gte: float | None, lte: float | None) -> Any:
        """The number lies in the closed range; None leaves a side open."""

    def datetimes(self, field: str, gte: str | None, lte: str | None) -> Any:
        """The ISO 8601 time lies in the closed range; None leaves a side open."""

    def all_and_none(self, must: Sequence[Any], must_not: Sequence[Any]) -> Any:
        """All of ``must`` hold and none of ``must_not``."""


def compile_filter(
    filter_: Filter, payload: Mapping[str, FieldType], dialect: Dialect
) -> Any | None:
    """Translate a filter; None for the empty filter, which lets everything pass.

    Raises:
        ValueError: a condition names an unknown field, tests nothing, or does not fit
            the type of its field.
    """
    if not filter_.must and not filter_.must_not:
        return None
    return dialect.all_and_none(
        [_condition(condition, payload, dialect) for condition in filter_.must],
        [_condition(condition, payload, dialect) for condition in filter_.must_not],
    )


def _condition(condition: Condition, payload: Mapping[str, FieldType], dialect: Dialect) -> Any:
    name = condition.field
    if name not in payload:
        known = ", ".join(sorted(payload))
        raise ValueError(f"The index has no field {name!r}; it can filter by: {known}.")
    parts = []
    if condition.any_of is not None:
        parts.append(dialect.any_of(name, _values(name, condition.any_of, payload[name])))
    if condition.gte is not None or condition.lte is not None:
        parts.append(_range(condition, payload[name], dialect))
    if not parts:
        raise ValueError(f"The condition on {name!r} tests nothing; give values or a range.")
    return parts[0] if len(parts) == 1 else dialect.all_and_none(parts, [])


def _values(
    name: str, values: Sequence[str | int | bool], kind: FieldType
) -> list[str | int | bool]:
    wanted = _VALUE_TYPES.get(kind)
    if wanted is None:
        raise ValueError(f"The field {name!r} holds a {kind}; filter it by a range, not by values.")
    # A string is a sequence of strings, and a bool is an int: both would pass unnoticed.
    if isinstance(values, str) or any(type(value) is not wanted for value in values):
        raise ValueError(f"The field {name!r} holds a {kind}; give a list of such values.")
    return list(values)


def _range(condition: Condition, kind: FieldType, dialect: Dialect) -> Any:
    name, gte, lte = condition.field, condition.gte, condition.lte
    if kind == "datetime":
        return dialect.datetimes(name, _datetime(name, gte), _datetime(name, lte))
    if kind in ("integer", "float"):
        return dialect.numbers(name, _number(name, gte), _number(name, lte))
    raise ValueError(f"The field {name!r} holds a {kind}, which has no range; give values.")


def _number(name: str, value: float | str | None) -> float | None:
    if isinstance(value, str):
        raise ValueError(f"The field {name!r} holds numbers; {value!r} is not one.")
    return value


def _datetime(name: str, value: float | str | None) -> str | None:
    if value is None:
        return None
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            f"The field {name!r} holds dates; write {value!r} like 2024-05-31 "
            "or 2024-05-31T12:00:00Z."
        ) from None
    return str(value)
