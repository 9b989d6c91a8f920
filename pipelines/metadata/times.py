"""Points in time as EXIF, IPTC and XMP write them, made ISO 8601."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone

_TIME = re.compile(
    r"(\d{4})(?:[:\-/.](\d\d?)(?:[:\-/.](\d\d?)"
    r"(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"\s*(Z|[+-]\d\d?:?\d\d)?)?)?)?\s*"
)
_ZONE_STEP_S = 15 * 60
_ZONE_TOLERANCE_S = 3 * 60
_LARGEST_ZONE_S = 14 * 3600


def iso_time(text: str, offset: str = "", fraction: str = "") -> str:
    """A time as ISO 8601, as exact as it was given; empty if it is none.

    Args:
        text: ``2011:05:01 12:00:00``, ``2011-05-01T12:00:00.5+02:00``, ``2011-05``, ``2011`` ...
        offset: zone, where it stands apart (``+02:00``).
        fraction: digits of the second's fraction, where they stand apart.
    """
    match = _TIME.fullmatch(text.strip().strip("\0"))
    if match is None:
        return ""
    year, month, day, hour, minute, second, part, zone = match.groups()
    month, day = _known(month), _known(day)
    if int(year) == 0:
        return ""
    if not (month and day):
        return f"{year}-{month}" if month and int(month) <= 12 else year
    if hour is None:
        return _checked(f"{year}-{month}-{day}")
    digits = (part or fraction.strip() or "")[:6].rstrip("0")
    digits = digits if digits.isdigit() else ""
    clock = f"{hour:0>2}:{minute}" + (f":{second}" if second else "")
    moment = f"{year}-{month}-{day}T{clock}" + (f".{digits}" if digits and second else "")
    if not _checked(moment):
        return ""
    return _checked(moment + _zone(zone or offset.strip())) or moment


def iptc_time(date: str, time: str) -> str:
    """IPTC ``20110501`` and ``120000+0200`` as ISO 8601; empty if they are none."""
    if not re.fullmatch(r"\d{8}", date):
        return ""
    spaced = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d)?([+-]\d{4})?", time)
    if match is None:
        return iso_time(spaced)
    hour, minute, second, zone = match.groups()
    return iso_time(f"{spaced}T{hour}:{minute}:{second or '00'}{zone or ''}") or iso_time(spaced)


def zone_from_gps(local: str, utc: str) -> str:
    """The zone of a local time, from the satellites' time of the same moment.

    Zones are multiples of a quarter of an hour; a camera's clock may be three minutes wrong.

    Returns:
        The local time with its zone; empty where the two times do not fit together.
    """
    try:
        there = datetime.fromisoformat(local)
        moment = datetime.fromisoformat(utc)
    except ValueError:
        return ""
    if there.tzinfo is not None or moment.tzinfo is None or "T" not in local:
        return ""
    apart = (there.replace(tzinfo=UTC) - moment).total_seconds()
    zone = round(apart / _ZONE_STEP_S) * _ZONE_STEP_S
    if abs(apart - zone) > _ZONE_TOLERANCE_S or abs(zone) > _LARGEST_ZONE_S:
        return ""
    return there.replace(tzinfo=timezone(timedelta(seconds=zone))).isoformat()


def clock(hours: float, minutes: float, seconds: float) -> str:
    """Hours, minutes and seconds as ``12:05:09.5``; empty where they are no time of day."""
    if not all(map(math.isfinite, (hours, minutes, seconds))):
        return ""
    milliseconds = round((hours * 3600 + minutes * 60 + seconds) * 1000)
    if not 0 <= milliseconds < 24 * 3600 * 1000:
        return ""
    whole, rest = divmod(milliseconds, 1000)
    text = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{rest:03}".rstrip("0") if rest else text


def _known(part: str | None) -> str:
    """Month or day with two digits; empty for 0, which stands for unknown."""
    return f"{part:0>2}" if part and int(part) else ""


def _zone(text: str) -> str:
    if text == "Z":
        return "+00:00"
    match = re.fullmatch(r"([+-])(\d\d?):?(\d\d)", text)
    if match is None:
        return ""
    sign, hours, minutes = match.groups()
    return f"{sign}{hours:0>2}:{minutes}"


def _checked(text: str) -> str:
    """The text if it is a time that exists, else nothing."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text
