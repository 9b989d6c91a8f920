"""Long work as an answer: told step by step while it goes on, or at once when it is short."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from service import schemas
from service.errors import BadRequest, MagpieError

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 2_000
"""Records that one answer without steps may be about."""

LINES = "application/x-ndjson"

STEPS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"What was done. With `Accept: {LINES}` a line tells at every step how "
        "far it is; the last one has `finished` or a `problem`. Who stops reading stops the "
        f"work; what is done stays. Over {MOST_AT_ONCE:,} records this is the only way.",
        "content": {
            LINES: {
                "schema": {"type": "string"},
                "example": '{"batch_id":"","total":1,"matched":1,"changed":1,"finished":true}\n',
            }
        },
    }
}
"""For the OpenAPI document."""

_Step = TypeVar("_Step", bound=schemas.Step)


def answer_in_steps(request: Request, steps: Iterator[_Step]) -> _Step | StreamingResponse:
    """The last step, or all of them as they are made where the client takes lines.

    Raises:
        BadRequest: it is too much for an answer without steps; nothing was changed.
    """
    begun = next(steps)
    if LINES in request.headers.get("accept", ""):
        lines = _lines(request, begun, steps)
        return StreamingResponse(lines, media_type=LINES, headers={"Cache-Control": "no-store"})
    if begun.total > MOST_AT_ONCE:
        raise BadRequest(
            f"These are {begun.total:,} records; send the header `Accept: {LINES}` and read how "
            "far it is, or choose fewer."
        )
    return deque(steps, maxlen=1).pop()


def _lines(request: Request, begun: _Step, steps: Iterator[_Step]) -> Iterator[str]:
    told = begun
    try:
        yield _line(begun)
        for step in steps:
            told = step
            # A server that is told to stop would wait for its clients.
            if request.app.state.stopping and not step.finished:
                yield _line(_stopped(step, "The server stops; give the same again to go on."))
                return
            yield _line(step)
    except MagpieError as error:
        yield _line(_stopped(told, error.message))
    except Exception:
        _log.exception("%s stopped", request.url.path)
        yield _line(_stopped(told, "Magpie met a fault of its own; the log says more."))


def _stopped(step: _Step, problem: str) -> _Step:
    return step.model_copy(update={"finished": False, "problem": problem})


def _line(step: BaseModel) -> str:
    return step.model_dump_json() + "\n"
