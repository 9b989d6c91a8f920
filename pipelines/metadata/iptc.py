"""IPTC-IIM 4.2, record 2: what news agencies and picture desks write."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.analysis import Value
from pipelines.metadata.fields import embedded, one_or_all
from pipelines.metadata.ifd import decode_text
from pipelines.metadata.times import iptc_time

_UTF_8 = b"\x1b%G"
_MOST_DATASETS = 10_000

_FIELDS: dict[int, tuple[str, str]] = {
    5: ("title", "Object Name"),
    15: ("categories", "Category"),
    20: ("categories", "Supplemental Category"),
    12: ("subject_codes", "Subject Reference"),
    25: ("keywords", "Keywords"),
    40: ("instructions", "Special Instructions"),
    80: ("creator", "By-line"),
    85: ("creator_title", "By-line Title"),
    90: ("city", "City"),
    92: ("location", "Sub-location"),
    95: ("state", "Province/State"),
    100: ("country_code", "Country Code"),
    101: ("country", "Country Name"),
    103: ("job_id", "Original Transmission Reference"),
    105: ("headline", "Headline"),
    110: ("credit", "Credit"),
    115: ("source", "Source"),
    116: ("rights", "Copyright Notice"),
    120: ("description", "Caption/Abstract"),
    122: ("caption_writer", "Writer/Editor"),
    135: ("language", "Language Identifier"),
}
_LISTS = frozenset({"keywords", "categories", "subject_codes"})
_URGENCY = 10
_DATES = (
    ("captured_at", 55, 60, "2:55 Date Created"),
    ("created_at", 62, 63, "2:62 Digital Creation Date"),
)


def iptc_values(data: bytes) -> Iterator[Value]:
    """Values of a block of datasets; bytes after the last sound one are ignored."""
    found = _datasets(data)
    for number, (name, title) in _FIELDS.items():
        texts = list(dict.fromkeys(filter(None, found.get(number, ()))))
        if texts:
            value = tuple(texts) if name in _LISTS else one_or_all(texts)
            yield embedded(name, value, f"IPTC 2:{number:02} {title}")
    for text in found.get(_URGENCY, ())[:1]:
        if text.isdigit():
            yield embedded("urgency", int(text), "IPTC 2:10 Urgency")
    for name, date, time, property_ in _DATES:
        moment = iptc_time(next(iter(found.get(date, ())), ""), next(iter(found.get(time, ())), ""))
        if moment:
            yield embedded(name, moment, f"IPTC {property_}")


def _datasets(data: bytes) -> dict[int, list[str]]:
    """Texts of record 2 by dataset number, decoded as dataset 1:90 says."""
    raw: dict[int, list[bytes]] = {}
    utf_8 = False
    for record, number, value in _walk(data):
        if (record, number) == (1, 90):
            utf_8 = value == _UTF_8
        elif record == 2:
            raw.setdefault(number, []).append(value)
    return {
        number: [
            value.decode("utf-8", "replace").strip("\0 \n\r") if utf_8 else decode_text(value)
            for value in values
        ]
        for number, values in raw.items()
    }


def _walk(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, dataset number and bytes of each dataset (IIM 4.2, 1.6)."""
    at = 0
    for _ in range(_MOST_DATASETS):
        if data[at : at + 1] != b"\x1c" or at + 5 > len(data):
            return
        record, number = data[at + 1], data[at + 2]
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:
            wide = length & 0x7FFF
            length = int.from_bytes(data[at : at + wide], "big")
            at += wide
        if at + length > len(data):
            return
        yield record, number, data[at : at + length]
        at += length
