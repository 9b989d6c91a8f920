"""What a person writes as the value of a field, as the catalog keeps it."""

from __future__ import annotations

from datetime import date

from pipelines.documents.fields import identifiers
from pipelines.documents.fields.dates import parse_date
from pipelines.documents.fields.durations import parse_duration
from pipelines.documents.fields.money import currencies, parse_number
from pipelines.documents.fields.schema import Field
from service.errors import BadRequest

_LONGEST = 1_000


def normal_value(spec: Field, text: str) -> tuple[str, str]:
    """The normalised value and its detail, such as the currency of an amount.

    Raises:
        BadRequest: the text is no value of this type; says what to write.
    """
    said = " ".join(text.split())
    if not said or len(said) > _LONGEST or "\x00" in said:
        raise _refused(spec, text, f"some text of at most {_LONGEST:,} letters")
    if spec.type == "date":
        return _date(spec, said).isoformat(), ""
    if spec.type == "money":
        return _amount(spec, said)
    if spec.type == "duration":
        found = parse_duration(said)
        if found is None:
            raise _refused(spec, text, "a duration such as 30 days or 2 years")
        return found.written(), found.unit
    if spec.type == "currency":
        code = next((code for _, _, code in currencies(said.upper())), "")
        if not code:
            raise _refused(spec, text, "a currency such as EUR")
        return code, ""
    if spec.type == "enumeration":
        return _choice(spec, said), ""
    if spec.type in {"iban", "vat_number"}:
        # Also one with a wrong check digit: a person may know better; the check is shown.
        return identifiers.normal(said), ""
    return said, ""


def _date(spec: Field, text: str) -> date:
    found = parse_date(text)
    if found is None:
        raise _refused(spec, text, "a day such as 2026-03-31")
    return found


def _amount(spec: Field, text: str) -> tuple[str, str]:
    code = next((code for _, _, code in currencies(text)), "")
    digits = "".join(letter for letter in text if letter.isdigit() or letter in ".,' -")
    sign = "-" if digits.strip().startswith("-") else ""
    number = parse_number(digits.strip(" -")) if any(map(str.isdigit, digits)) else None
    if number is None:
        raise _refused(spec, text, "an amount such as 1,234.56 EUR")
    return f"{sign}{number:.2f}", code


def _choice(spec: Field, text: str) -> str:
    for value, words in (spec.choices or {}).items():
        if text.casefold() in {value.casefold(), *(word.casefold() for word in words)}:
            return value
    raise _refused(spec, text, f"one of {', '.join(spec.choices or ())}")


def _refused(spec: Field, text: str, wanted: str) -> BadRequest:
    return BadRequest(f"“{text[:60]}” does not fit {spec.name.replace('_', ' ')}; write {wanted}.")
