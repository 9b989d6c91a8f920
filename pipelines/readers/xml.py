"""XML of any vocabulary: the text between its tags; entities and external files are refused."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.flow import Flow
from pipelines.readers.markup import parse_xml

MEDIA_TYPES = frozenset({"application/xml", "application/rdf+xml", "application/rss+xml"})

_LARGEST = 64 * 1024 * 1024


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: a line for each element with text, values of attributes left out."""
    if file.path.stat().st_size > _LARGEST:
        raise Unreadable("too_large", f"XML above {_LARGEST // 2**20} MiB is not read; split it.")
    flow = Flow(file.limits)
    for element in parse_xml(file.path.read_bytes()).iter():
        for text in (element.text, element.tail):
            if text and not text.isspace():
                flow.paragraph(text)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        units=flow.take(),
        warnings=flow.warnings(),
    )
