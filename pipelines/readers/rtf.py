"""Rich Text Format 1.9: paragraphs, tables, pictures; field instructions are not text."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.analysis import Analysis, Unit, Value
from pipelines.readers.base import InputFile
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.rtf_text import RtfText

MEDIA_TYPES = frozenset({"application/rtf"})

_PROPERTIES = {
    "title": "title",
    "author": "creator",
    "subject": "subject",
    "keywords": "keywords",
    "doccomm": "description",
}


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: properties, text and pictures."""
    flow = Flow(file.limits)
    found = RtfText(flow)
    found.read(file.path.read_bytes().decode("latin-1"))
    pictures = EmbeddedPictures(file)
    images: list[Unit] = []
    for data in found.pictures[: file.limits.pictures]:
        unit = pictures.unit(data)
        images += [unit] if unit is not None else []
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=tuple(
            Value(name, text, "embedded", model=f"RTF {word}")
            for word, name in _PROPERTIES.items()
            if (text := found.properties.get(word, "").strip())
        ),
        units=(*flow.take(), *images),
        warnings=flow.warnings(),
    )
