"""The reader process: reads the files that its pool names, one at a time.

Started as ``python -m pipelines.reader_child`` with pipes for input and output; the program
that uses a pool is not imported again, so it needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from pipelines.analysis import Analysis
from pipelines.confine import confine, limit_processor_time
from pipelines.limits import Limits
from pipelines.reader_protocol import Reply, Request, receive_request, send


def main() -> None:
    """Serve requests from standard input until it ends."""
    # Libraries print; what they print must not get between the replies.
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine(Limits(memory_bytes=int(sys.argv[1]), written_bytes=int(sys.argv[2])))
    warnings.simplefilter("ignore")
    _warm_up()
    send(replies, Reply("ready"))
    while (request := receive_request(requests)) is not None:
        limit_processor_time(request.limits.cpu_s)
        for part in _parts(request):
            send(replies, Reply("part", part))
        send(replies, Reply("end"))


def _warm_up() -> None:
    """Load before the first file what nearly every file needs."""
    from PIL import Image

    from pipelines import reading  # noqa: F401

    Image.preinit()


def _parts(request: Request) -> Iterator[Analysis]:
    from pipelines.close_up import close_ups
    from pipelines.pictures import fitted
    from pipelines.reading import read_in_structure, read_page, read_parts
    from pipelines.video.tasks import look_for

    if request.page is not None:
        yield read_page(
            Path(request.path),
            request.page,
            side=request.side,
            password=request.password,
            limits=request.limits,
        )
        return
    if request.structure:
        yield read_in_structure(
            Path(request.path),
            name=request.name,
            media_type_hint=request.media_type_hint,
            password=request.password,
            limits=request.limits,
        )
        return
    if request.keys:
        yield from close_ups(
            Path(request.path),
            request.keys,
            side=request.side,
            name=request.name,
            media_type_hint=request.media_type_hint,
            password=request.password,
            limits=request.limits,
        )
        return
    with fitted(request.fit):
        yield from read_parts(
            Path(request.path),
            name=request.name,
            media_type_hint=request.media_type_hint,
            password=request.password,
            limits=request.limits,
            look=look_for(request),
        )


if __name__ == "__main__":
    main()
