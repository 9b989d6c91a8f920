"""Waiting for long work while telling how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable

from service import schemas

_POLL_S = 0.1

Progress = Callable[[schemas.Job], None]

Told = Callable[[int], None]
"""Hears how many are done."""


def follow(
    look: Callable[[str], schemas.Job], job: schemas.Job, progress: Progress | None
) -> schemas.Job:
    """Wait while a job is going on, telling ``progress`` how far it is.

    One that is held comes back as it is.
    """
    while job.state in ("queued", "running"):
        if progress is not None:
            progress(job)
        time.sleep(_POLL_S)
        job = look(job.id)
    if progress is not None:
        progress(job)
    return job
