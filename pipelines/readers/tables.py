"""Tables in text: comma, semicolon and tab separated values (RFC 4180 and its relatives)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile
from pipelines.readers.flow import Flow
from pipelines.text_decoding import decode

MEDIA_TYPES = frozenset({"text/csv", "text/tab-separated-values"})

_BYTES_PER_CHARACTER = 4
_SAMPLE_CHARACTERS = 16 * 1024
_DELIMITERS = ",;\t|"
_MOST_FIELD = 1024 * 1024


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: a line of text for each row."""
    with file.path.open("rb") as stream:
        text = decode(stream.read(file.limits.text_chars * _BYTES_PER_CHARACTER))[0]
    flow = Flow(file.limits)
    csv.field_size_limit(_MOST_FIELD)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, file.media_type))
    try:
        for row in rows:
            flow.row(row)
            if flow.cut:
                break
    except csv.Error:
        # Not a table after all, or a quote that never ends: the lines themselves.
        flow = Flow(file.limits)
        flow.lines(text)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        units=flow.take(),
        warnings=flow.warnings(),
    )


def _delimiter(text: str, media_type: str) -> str:
    """The delimiter that splits the first lines most evenly."""
    if media_type == "text/tab-separated-values":
        return "\t"
    lines = [line for line in text[:_SAMPLE_CHARACTERS].split("\n") if line.strip()][:20]
    counts = {mark: [line.count(mark) for line in lines] for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (sum(n > 0 for n in counts[mark]), sum(counts[mark])))
