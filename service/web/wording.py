"""From what the catalog holds to words that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from service.extraction.schemas import DocumentField, FieldValue
from service.record.fieldset import FieldSet
from service.schemas import (
    Asset,
    AssetKind,
    AssetState,
    Reason,
    SearchHit,
    Span,
    TagShort,
    TagSource,
    Value,
)

KINDS: dict[AssetKind, tuple[str, str]] = {
    "image": ("picture", "pictures"),
    "document": ("document", "documents"),
    "video": ("video", "videos"),
    "audio": ("sound", "sounds"),
    "other": ("other file", "other files"),
}

STATES: dict[AssetState, str] = {
    "queued": "Waiting to be read",
    "ready": "Ready",
    "failed": "Could not be read",
    "unsupported": "Kept, but not searchable",
}

_UNITS = {
    "image": ("picture", "pictures"),
    "embedded_image": ("picture inside", "pictures inside"),
    "page": ("page as a picture", "pages as pictures"),
    "passage": ("passage of text", "passages of text"),
    "scene": ("scene", "scenes"),
    "frame": ("further frame", "further frames"),
    "transcript": ("piece of speech", "pieces of speech"),
}
_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "text/markdown": "Markdown",
    "text/plain": "Text",
    "message/rfc822": "E-mail",
}
_TAG_SOURCES: dict[TagSource, str] = {
    "human": "Given by hand",
    "embedded": "From the keywords in the file",
    "rule": "From names, or from other tags",
    "model": "Seen in the picture",
}
_STRONG, _GOOD = 0.8, 0.55
_SHADE = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Strength:
    """How well an answer fits, in words, and as a level from 1 to 3."""

    words: str
    level: int


def strength(relevance: float) -> Strength:
    """A relevance between 0 and 1 in words."""
    if relevance >= _STRONG:
        return Strength("Strong match", 3)
    if relevance >= _GOOD:
        return Strength("Good match", 2)
    return Strength("Possible match", 1)


def tag_source(tag: TagShort) -> str:
    """Who says that a tag fits, and that a suggestion waits for somebody."""
    return _TAG_SOURCES[tag.source] + ("; suggested" if tag.state == "suggested" else "")


def marked(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Cut a text into pieces, each with whether it is highlighted.

    Spans may come in any order, overlap or reach beyond the text.
    """
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        start, end = max(span.start, at), min(span.end, len(text))
        if start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def quoted(hit: SearchHit) -> Reason | None:
    """The strongest reason that quotes the content, rather than the name."""
    return next((each for each in hit.reasons if each.snippet and each.unit != "record"), None)


def moment(hit: SearchHit) -> Reason | None:
    """The strongest reason that stands at a second of a video or sound."""
    return next((each for each in hit.reasons if each.start_s is not None), None)


def coded(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a message into pieces, each with whether it stood between backticks, as commands do."""
    for index, piece in enumerate(text.split("`")):
        if piece:
            yield piece, index % 2 == 1


def count(number: int, words: tuple[str, str]) -> str:
    """``1 picture``, ``1,204 pictures``."""
    return f"{number:,} {words[0] if number == 1 else words[1]}"


def units(counts: dict[str, int]) -> list[str]:
    """What a record can be found by, besides its name."""
    return [count(number, _UNITS[kind]) for kind, number in counts.items() if kind in _UNITS]


def size(octets: int) -> str:
    """``640 bytes``, ``45 KB``, ``3.2 MB``; a KB is 1000 bytes."""
    if octets < 1000:
        return count(octets, ("byte", "bytes"))
    value, unit = float(octets), ""
    for unit in ("KB", "MB", "GB", "TB"):  # noqa: B007 - the last unit is used below
        value /= 1000
        if value < 999.5:
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def type_of(asset: Asset) -> str:
    """``JPEG picture``, ``PDF document``, or the kind alone."""
    kind = KINDS[asset.kind][0]
    name = _TYPES.get(asset.media_type)
    return f"{name} {kind}" if name else kind[0].upper() + kind[1:]


def suffix(asset: Asset) -> str:
    """A short label for a file without a picture: ``TXT``, ``EML``."""
    ending = PurePath(asset.name).suffix[1:].upper()
    return ending if ending.isalnum() and len(ending) <= 5 else KINDS[asset.kind][0].split()[-1]


def value_name(value: Value, fields: FieldSet) -> str:
    """The name of a value as a label: that of its field."""
    field = fields.get(value.name)
    return field.label if field else plain_name(value.name)


def plain_name(name: str) -> str:
    """``due_date`` as ``Due date``; ``iban`` and ``vat_number`` keep their capitals."""
    words = name.replace("_", " ").replace("iban", "IBAN").replace("vat", "VAT")
    return words[:1].upper() + words[1:]


def read_fields(fields: Sequence[DocumentField]) -> list[DocumentField]:
    """Fields to show: what is unknown is left out where another field of the name is known."""
    known = {each.name for each in fields if each.state == "known"}
    return [each for each in fields if each.state == "known" or each.name not in known]


def field_text(value: FieldValue) -> str:
    """A value that was read from a document, with its currency."""
    is_currency = len(value.detail) == 3 and value.detail.isupper()
    return f"{value.value} {value.detail}" if is_currency else value.value


def field_source(value: FieldValue) -> str:
    """``96% sure, page 1``; who says so where that is no machine; what does not check out."""
    said = {"human": "entered by a person", "embedded": "data in the file"}.get(value.source)
    parts = [said or f"{value.confidence:.0%} sure"]
    if value.page:
        parts.append(f"page {value.page}")
    parts += [each.reason for each in value.checks if each.outcome == "failed"]
    return ", ".join(parts)


def names(fields_: Sequence[str], fields: FieldSet) -> list[str]:
    """Labels of fields by their names."""
    return [fields[name].label for name in fields_]


def shown(values: Sequence[Value]) -> list[tuple[Value, list[Value]]]:
    """Each value that a record shows, with others that count less and say something else."""
    below: dict[tuple[str, str], list[Value]] = {}
    for value in values:
        if not value.shown and value.state != "rejected":
            below.setdefault((value.name, value.language), []).append(value)
    return [
        (
            value,
            [
                other
                for other in below.get((value.name, value.language), ())
                if other.value != value.value
            ],
        )
        for value in values
        if value.shown
    ]


def value_text(value: Value) -> str:
    """A value as text."""
    match value.value:
        case bool():
            return "yes" if value.value else "no"
        case list():
            return ", ".join(value.value)
        case str() if value.name.endswith("_at"):
            return _moment(value.value)
        case _:
            return str(value.value)


def shades(value: Value) -> list[str]:
    """The colours that a value speaks of, as #rrggbb."""
    if value.name != "colour_codes" or not isinstance(value.value, list):
        return []
    return [code for code in value.value if _SHADE.fullmatch(code)]


def source(value: Value) -> str:
    """Where a value comes from, and how sure that is."""
    sure = f", {value.confidence:.0%} sure" if value.confidence < 1 else ""
    match value.source:
        case "human":
            return "entered by a person"
        case "embedded":
            return f"from the file ({value.model}){sure}" if value.model else f"from the file{sure}"
        case "rule":
            return f"by rule {value.model}{sure}" if value.model else f"by rule{sure}"
        case _:
            # People need no revision; the API tells it.
            return f"suggested by {value.model.partition('@')[0] or 'a model'}{sure}"


def day(moment: datetime) -> str:
    """``5 March 2025, 14:02 UTC``."""
    zone = moment.tzname() or ""
    return f"{moment.day} {moment:%B %Y, %H:%M} {zone}".rstrip()


def _moment(iso: str) -> str:
    try:
        return day(datetime.fromisoformat(iso))
    except ValueError:
        return iso
