"""Zip archives: the names of the files inside. Unpack one to add what it holds."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile
from pipelines.readers.flow import Flow
from pipelines.readers.zipped import open_archive

MEDIA_TYPES = frozenset({"application/zip", "application/java-archive"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the names as text, so that the archive is found by them."""
    with open_archive(file) as archive:
        flow = Flow(file.limits)
        flow.begin("files in the archive")
        for name in archive.names:
            flow.item(name)
        yield Analysis(
            kind="other",
            media_type=file.media_type,
            units=flow.take(),
            warnings=(
                *flow.warnings(),
                "The files inside an archive are listed, not read; unpack it to add them.",
            ),
        )
