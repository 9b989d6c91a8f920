"""Files embedded in a PDF (ISO 32000-1, 7.11.4), read like files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.analysis import Analysis, Value
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def embedded_files(document: PdfDocument, file: InputFile) -> Iterator[Analysis]:
    """Yield the names of embedded files as a value, then one part for each file."""
    from pypdfium2 import PdfiumError

    count = min(document.count_attachments(), file.limits.entries)
    if not count:
        return
    found = [document.get_attachment(number) for number in range(count)]
    names = tuple(each.get_name() or f"file {number}" for number, each in enumerate(found, 1))
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=(Value("attachments", names, "embedded", model="PDF EmbeddedFiles"),),
    )
    inside = Attachments(file)
    for name, attachment in zip(names, found, strict=True):
        try:
            data = bytes(attachment.get_data())
        except PdfiumError:
            data = b""
        yield from inside.read(data, name)
