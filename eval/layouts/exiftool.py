"""The layout of files with their metadata as ExifTool reads it.

``expected_exiftool.json``: what ``exiftool -j -G0 -n -struct`` prints, beside the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.layouts import rows

_LISTING = "expected_exiftool.json"


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """A file and its tags.

    Attributes:
        path: the file.
        tags: values by ``GROUP:Tag``, such as ``EXIF:Make``.
    """

    path: Path
    tags: Mapping[str, Any]


def read(data: Path) -> list[DescribedFile]:
    """The files of a folder in this layout.

    Raises:
        EvalError: the folder has another layout, or files are missing.
    """
    listing = rows.folder(data) / _LISTING
    if not listing.is_file():
        raise EvalError(f"{data} has no {_LISTING}; make it with exiftool -j -G0 -n -struct.")
    try:
        found = json.loads(listing.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EvalError(f"{listing} is not JSON: {error}.") from error
    if not isinstance(found, list):
        raise EvalError(f"{listing} is not a list of objects; make it with exiftool -j.")
    files = []
    for row in found:
        path = data / str(rows.value(row, "SourceFile", listing))
        if not path.is_file():
            raise EvalError(f"{listing} names {path.name}, which is not there.")
        files.append(DescribedFile(path, row))
    return files
