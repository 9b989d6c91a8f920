"""What became of work on a video or sound."""

from __future__ import annotations

from dataclasses import replace

from pipelines.analysis import Analysis
from pipelines.pool import ReaderPoolError


def finished(found: Analysis) -> Analysis:
    """What was made of a file, with a remark in place of a failure.

    Raises:
        ReaderPoolError: the file is not there; perhaps later.
    """
    if found.failure is None:
        return found
    if found.failure.code == "missing":
        raise ReaderPoolError(found.failure.reason)
    return replace(found, failure=None, warnings=(*found.warnings, found.failure.reason))
