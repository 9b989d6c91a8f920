"""What people and files give for a field, made canonical or refused in one sentence.

Canonical contents compare equal when they say the same, and survive every form in which a
record travels: texts are trimmed, their lines end in ``\\n`` and no character in them is
forbidden in XML 1.0; lists hold each text once; dates are ISO 8601.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from pipelines.metadata.times import iso_time
from service.record.errors import InvalidValue
from service.record.field import Content, Field, FieldType

MOST_CHARACTERS = 20_000
MOST_ITEMS = 2_000
_MOST_TESTED = 1_000
"""Longest text that a pattern is tried on: some expressions take for ever on long texts."""
_LARGEST = 2**53
"""Integers beyond are not exact in JSON (RFC 8259, 6)."""

# Everything but Char of XML 1.0, production 2.
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_DURATION = re.compile(r"P(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?")
_SPOKEN = re.compile(r"(\d{1,5}) *(year|month|week|day)s?", re.IGNORECASE)
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})


def canonical(field: Field, given: object) -> Content:
    """The canonical content of what was given for a field, in one language.

    Args:
        given: a text, number, truth, date, or list of texts.

    Raises:
        InvalidValue: it does not fit the field, or is empty.
    """
    content = _BY_TYPE[field.type](field, given)
    if field.pattern:
        _check_pattern(field, content)
    return content


def language_tag(given: str) -> str:
    """A language as BCP 47 writes it (``de-CH``); empty for none, or ``x-default``.

    Raises:
        InvalidValue: it is no language tag.
    """
    text = given.strip().replace("_", "-")
    if text.lower() in {"", "x-default"}:
        return ""
    if len(text) > 35 or not _LANGUAGE.fullmatch(text):
        raise InvalidValue(
            "language", f"“{given[:40]}” is no language; give a tag such as en or de-CH."
        )
    first, *rest = text.lower().split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first, *(cased.get(len(part), str.lower)(part) for part in rest)])


def split(field: Field, text: str) -> tuple[str, ...]:
    """A plain text of several items, such as ``sea, sand``, in pieces; for lists only."""
    pieces = re.split(f"[{re.escape(field.separators)}]", text)
    return tuple(piece.strip() for piece in pieces if piece.strip())


def clean_text(given: object) -> str:
    """A text without what XML forbids, trimmed, with plain line ends; may be empty."""
    text = str(given).replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text).strip()


def _invalid(field: Field, given: object, wanted: str) -> InvalidValue:
    return InvalidValue(field.name, f"{field.label}: “{str(given)[:60]}” does not fit; {wanted}")


def _text(field: Field, given: object) -> str:
    if isinstance(given, tuple | list):
        given = "; ".join(map(str, given))
    if isinstance(given, bool):
        given = "true" if given else "false"
    if not isinstance(given, str | int | float):
        raise _invalid(field, given, "give a text.")
    text = clean_text(given)
    if not text:
        raise _invalid(field, given, "give a text that is not empty, or clear the field.")
    if len(text) > MOST_CHARACTERS:
        raise _invalid(field, text, f"give at most {MOST_CHARACTERS:,} characters.")
    return _of_vocabulary(field, text)


def _of_vocabulary(field: Field, text: str) -> str:
    if not field.vocabulary:
        return text
    for word in field.vocabulary:
        if word.casefold() == text.casefold():
            return word
    shown = ", ".join(field.vocabulary[:12]) + (" ..." if len(field.vocabulary) > 12 else "")
    raise _invalid(field, text, f"choose one of: {shown}.")


def _texts(field: Field, given: object) -> tuple[str, ...]:
    items = given if isinstance(given, tuple | list) else (given,)
    if len(items) > MOST_ITEMS:
        raise _invalid(field, f"{len(items):,} items", f"give at most {MOST_ITEMS:,}.")
    return tuple(dict.fromkeys(_text(field, item) for item in items)) or _none(field)


def _none(field: Field) -> tuple[str, ...]:
    raise _invalid(field, "", "give at least one text, or clear the field.")


def _date(field: Field, given: object) -> str:
    if isinstance(given, datetime):
        given = given.date()
    text = given.isoformat() if isinstance(given, date) else str(given).strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _invalid(field, given, "give a day that exists, as 2027-12-31.")


def _datetime(field: Field, given: object) -> str:
    text = given.isoformat() if isinstance(given, date) else str(given)
    found = iso_time(text)
    if not found:
        raise _invalid(field, given, "give a time as 2027-12-31T14:30:00+01:00, or its first part.")
    return found


def _duration(field: Field, given: object) -> str:
    text = str(given).strip()
    spoken = _SPOKEN.fullmatch(text)
    if spoken:
        text = f"P{spoken[1]}{spoken[2][0]}"
    match = _DURATION.fullmatch(text.upper())
    parts = zip(match.groups(), "YMWD", strict=True) if match else ()
    known = "".join(f"{int(number)}{unit}" for number, unit in parts if number and int(number))
    if not known:
        raise _invalid(field, given, "give a period such as 7 years, 18 months or P7Y.")
    return f"P{known}"


def _integer(field: Field, given: object) -> int:
    number = _number(field, given)
    if number != int(number) or abs(number) > _LARGEST:
        raise _invalid(field, given, "give a whole number.")
    return int(number)


def _number(field: Field, given: object) -> float:
    try:
        number = math.nan if isinstance(given, bool) else float(str(given).strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _invalid(field, given, "give a number.")
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        between = f"from {low:g}" if low is not None else ""
        between += f" to {high:g}" if high is not None else " upwards"
        raise _invalid(field, given, f"give a number {between.strip()}.")
    return number + 0.0


def _boolean(field: Field, given: object) -> bool:
    text = str(given).strip().lower()
    if text in _YES | _NO:
        return text in _YES
    raise _invalid(field, given, "give yes or no.")


def _check_pattern(field: Field, content: Content) -> None:
    for text in content if isinstance(content, tuple) else (str(content),):
        if len(text) > _MOST_TESTED or not re.fullmatch(field.pattern, text):
            raise _invalid(field, text, field.help or f"it has to match {field.pattern}")


_BY_TYPE: dict[FieldType, Callable[[Field, object], Content]] = {
    "text": _text,
    "localised": _text,
    "choice": _text,
    "texts": _texts,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
