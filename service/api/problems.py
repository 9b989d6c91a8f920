"""Errors as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)


class ProblemDetails(BaseModel):
    """What went wrong, and in ``detail`` what to do next."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str


class Problem:
    """An error on its way to the client."""

    def __init__(self, code: str, status: int, detail: str) -> None:
        self.details = ProblemDetails(
            title=_phrase(status), status=status, detail=detail, code=code
        )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def problem_response(problem: Problem) -> JSONResponse:
    """The response that carries a problem."""
    return JSONResponse(
        problem.details.model_dump(),
        status_code=problem.details.status,
        media_type="application/problem+json",
    )


class Faults:
    """Turns what no handler expects into a problem, so that pages can be made of it too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; where that fails before an answer began, answer with 500."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            _log.info("The client went before the answer")
        except Exception:
            if scope["type"] != "http" or started:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            problem = Problem("internal", 500, "Magpie met a fault of its own; the log says more.")
            await problem_response(problem)(scope, receive, send)


def described(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """A response for the OpenAPI document that carries a problem."""
    schema = {"schema": ProblemDetails.model_json_schema()}
    return {
        int(status): {
            "description": description,
            "content": {"application/problem+json": schema},
        }
    }


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    **described(HTTPStatus.BAD_REQUEST, "The request cannot be carried out as it stands."),
    **described(HTTPStatus.UNAUTHORIZED, "No valid token or session."),
    **described(HTTPStatus.FORBIDDEN, "Not allowed for this host, origin, role or key."),
    **described(HTTPStatus.NOT_FOUND, "No such thing."),
    **described(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over the limit."),
    **described(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid."),
    **described(HTTPStatus.SERVICE_UNAVAILABLE, "A part of the service does not answer."),
    **described(HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full."),
}
"""Responses that any route may give, for the OpenAPI document."""
