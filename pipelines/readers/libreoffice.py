"""Formats that only LibreOffice reads (Visio, Publisher, WordPerfect), where it is installed.

It converts to PDF within the limits of the reader process, which is ended as one with it. Its
profile is new for each file, so that macros are off and nothing of one file is left for the
next.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.analysis import Analysis
from pipelines.confine import office_program
from pipelines.readers import pdf
from pipelines.readers.base import InputFile, Unreadable

MEDIA_TYPES = frozenset(
    {
        "application/vnd.visio",
        "application/x-mspublisher",
        "application/vnd.wordperfect",
    }
)

_NAMES = {
    "application/vnd.visio": "drawing.vsd",
    "application/x-mspublisher": "publication.pub",
    "application/vnd.wordperfect": "text.wpd",
    "application/msword": "text.doc",
}
_PART_OF_TIME = 0.8


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield the parts of the PDF that LibreOffice makes of the file."""
    with tempfile.TemporaryDirectory(prefix="magpie-") as folder:
        made = _to_pdf(file, Path(folder))
        for part in pdf.read(replace(file, path=made)):
            # Its properties tell of the conversion, not of the file.
            yield replace(part, media_type=file.media_type, values=())


def _to_pdf(file: InputFile, folder: Path) -> Path:
    program = office_program()
    if not program:
        raise Unreadable(
            "unsupported",
            f"Files of type {file.media_type} are read by LibreOffice, which is not installed; "
            "install it and read the file again, or upload a PDF.",
        )
    source = folder / _NAMES[file.media_type]
    source.write_bytes(file.path.read_bytes())
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=file.limits.wall_s * _PART_OF_TIME,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            "timed_out", "LibreOffice took longer than is allowed; upload a PDF of the file."
        ) from error
    made = source.with_suffix(".pdf")
    if not made.is_file():
        raise Unreadable("corrupt", "LibreOffice cannot read the file; upload a PDF of it.")
    return made
