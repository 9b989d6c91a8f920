"""Office files behind a password (MS-OFFCRYPTO): decrypted, then read as what they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.ole import unlocked

MEDIA_TYPES = frozenset({"application/vnd.ms-office.encrypted"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield the parts of the file inside; see its own reader."""
    from pipelines.readers.registry import reader_for
    from pipelines.sniff import sniff_file

    data = unlocked(file)
    with tempfile.TemporaryDirectory(prefix="magpie-") as folder:
        path = Path(folder, "decrypted")
        path.write_bytes(data)
        media_type = sniff_file(path, file.name)
        reader = reader_for(media_type)
        if reader is None or media_type in MEDIA_TYPES:
            raise Unreadable(
                "unsupported", f"The file inside is of type {media_type}, which has no reader."
            )
        yield from reader.read(replace(file, path=path, media_type=media_type))
