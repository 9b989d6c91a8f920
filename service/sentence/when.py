"""Filters by date, with the word that says of what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from service.sentence.dates import FoundDays, found_days
from service.sentence.places import GOES_ON
from service.sentence.text import Hit, Text

_FIELD_BEFORE = (
    (
        "captured_at",
        r"(?:taken|shot|captured|photographed|filmed|recorded|aufgenommen(?:e[nrms]?)?|"
        r"fotografiert(?:e[nrms]?)?|gefilmt)",
    ),
    (
        "added",
        r"(?:uploaded|added|imported|ingested|new|hochgeladen(?:e[nrms]?)?|hinzugefügt(?:e[nrms]?)?|"
        r"hinzugekommen|importiert(?:e[nrms]?)?)",
    ),
    (
        "changed",
        r"(?:edited|changed|modified|updated|revised|geändert(?:e[nrms]?)?|bearbeitet(?:e[nrms]?)?|"
        r"aktualisiert(?:e[nrms]?)?|überarbeitet(?:e[nrms]?)?)",
    ),
    (
        "expiry_date",
        r"(?:(?:that\s|which\s|die\s)?(?:expir(?:e|es|ing|ed)|running\sout|run\sout|runs\sout|ending|"
        r"ends|due\sto\sexpire|valid|läuft|laufen|auslaufen|auslaufend(?:e[nrms]?)?|"
        r"ablaufend(?:e[nrms]?)?|ablaufen|gültig(?!\sab)|end|enden|endend(?:e[nrms]?)?))",
    ),
    (
        "effective_date",
        r"(?:effective|taking\seffect|takes\seffect|gültig(?=\sab)|in\sforce|in\seffect|signed|starting|in\skraft|"
        r"unterzeichnet(?:e[nrms]?)?|unterschrieben(?:e[nrms]?)?|wirksam)",
    ),
)
_FIELD_AFTER = {
    "captured_at": r"(?:taken|shot|captured|aufgenommen|fotografiert|gefilmt|entstanden)",
    "added": r"(?:uploaded|added|imported|hochgeladen|hinzugefügt|hinzugekommen|importiert)",
    "changed": r"(?:edited|changed|modified|updated|geändert|bearbeitet|aktualisiert|überarbeitet)",
    "expiry_date": r"(?:expire|expires|expiring|ablaufen|abläuft|auslaufen|ausläuft|enden|endet|"
    r"ab|aus)",
    "effective_date": r"(?:unterzeichnet|unterschrieben|wirksam|in\skraft)",
}
_COMING = re.compile(
    r"\b(?:(?:in|within|innerhalb)\s(?:the\s|den\s|der\s)?(?:next|coming|nächsten|kommenden)|"
    r"(?:next|coming|nächsten|kommenden)|within|in|innerhalb\s(?:von|der))\s(?P<count>\d{1,3})\s"
    r"(?P<unit>days?|tagen?|weeks?|wochen?|months?|monaten?)\b"
)


def dates(text: Text) -> Iterator[Hit]:
    """Dates, with the word that says of what: taken, uploaded, changed, expiring, in force."""
    yield from _coming(text)
    for pattern, condition in (
        (r"(?:expired|abgelaufene?[nrms]?|outdated)(?!\s(?:on|am|in|im|vor|before))", "<"),
        (r"(?:still\s(?:valid|in\sforce|active)|noch\s(?:gültige?[nrms]?|laufende?[nrms]?))", ">="),
    ):
        for match in re.finditer(rf"\b{pattern}(?!\w)", text.lower):
            yield *match.span(), (f"expiry_date{condition}{text.today}",)
    for found in found_days(text.lower, text.today):
        start, end, field, sure = _with_field(text, found)
        if found.how == "alone" and not sure and not _dates_something(text, found):
            continue
        if found.how == "inside" and not sure and _is_a_subject(text, found):
            continue
        conditions = []
        if found.first is not None:
            conditions.append(f"{field}>={found.first}")
        said = text.lower[found.start : found.end]
        if field == "effective_date" and said.startswith(("from ", "ab ", "vom ", "von ")):
            conditions = conditions[:1]
        elif found.before is not None:
            conditions.append(f"{field}<{found.before}")
        yield start, end, tuple(conditions)


def _coming(text: Text) -> Iterator[Hit]:
    expiring = dict(_FIELD_BEFORE)["expiry_date"]
    for match in _COMING.finditer(text.lower):
        before = re.search(rf"{expiring}\s$", text.lower[: match.start()])
        after = re.match(
            rf"\s(?:ablaufende[nrms]?|auslaufende[nrms]?|{_FIELD_AFTER['expiry_date']})(?!\w)",
            text.lower[match.end() :],
        )
        if before or after:
            days = int(match["count"]) * (7 if match["unit"].startswith("w") else 1)
            last = text.today + timedelta(days=days)
            if match["unit"].startswith("mon"):
                away = text.today.year * 12 + text.today.month - 1 + days
                last = text.today.replace(year=away // 12, month=away % 12 + 1)
            start = before.start() if before else match.start()
            end = match.end() + (after.end() if after else 0)
            yield start, end, (f"expiry_date>={text.today}", f"expiry_date<{last}")


def _with_field(text: Text, found: FoundDays) -> tuple[int, int, str, bool]:
    head, tail = text.lower[: found.start], text.lower[found.end :]
    for field, words in _FIELD_BEFORE:
        before = re.search(rf"\b{words}(?:\s(?:on|in|within))?\s$", head)
        if before:
            end = found.end
            if field == "expiry_date" and (after := re.match(r"\s(?:ab|aus)(?!\w)", tail)):
                end += after.end()
            return before.start(), end, field, True
    for field, word in _FIELD_AFTER.items():
        after = re.match(
            rf"\s(?:(?:wurden?|worden|sind|were|was|have\sbeen)\s)*{word}(?:e[nrms]?)?"
            r"(?:\s(?:wurden?|worden|sind))?(?!\w)",
            tail,
        )
        if after:
            running = re.search(r"\b(?:läuft|laufen)\s(?:\w+\s){0,3}$", head)
            if word.startswith("(?:expire") and after[0].strip() in {"ab", "aus"} and not running:
                continue
            start = running.start() if running and field == "expiry_date" else found.start
            return start, found.end + after.end(), field, True
    return found.start, found.end, "date", False


def _dates_something(text: Text, found: FoundDays) -> bool:
    """Whether days without a word before them are meant as such: at the end of a part."""
    said = text.lower[found.start : found.end]
    right = text.right(found.end)
    if re.fullmatch(r"[a-zäöü]{3,}\.?", said) or re.fullmatch(r"\d\d?(?:st|nd|rd|th)?", said):
        return False
    at_end = not right or GOES_ON.match(right) is not None
    left = text.left(found.start)
    return at_end and not re.search(r"\b(?:agenda|model|version|modell)$", left)


def _is_a_subject(text: Text, found: FoundDays) -> bool:
    """“From today’s” and “in may’s”, “on sunday morning”: not a stretch of time to filter by."""
    after = text.lower[found.end : found.end + 2]
    return after.startswith(("'", "’", "-"))
