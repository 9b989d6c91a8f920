"""Errors as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel


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
            title=HTTPStatus(status).phrase, status=status, detail=detail, code=code
        )


def problem_response(problem: Problem) -> JSONResponse:
    """The response that carries a problem."""
    return JSONResponse(
        problem.details.model_dump(),
        status_code=problem.details.status,
        media_type="application/problem+json",
    )


def _described(status: HTTPStatus, description: str) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": ProblemDetails.model_json_schema()}
    return {
        int(status): {
            "description": description,
            "content": {"application/problem+json": schema},
        }
    }


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    **_described(HTTPStatus.BAD_REQUEST, "The request cannot be carried out as it stands."),
    **_described(HTTPStatus.UNAUTHORIZED, "No valid token or session."),
    **_described(HTTPStatus.FORBIDDEN, "The host or origin is not allowed."),
    **_described(HTTPStatus.NOT_FOUND, "No such thing."),
    **_described(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over the limit."),
    **_described(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid."),
    **_described(HTTPStatus.SERVICE_UNAVAILABLE, "A part of the service does not answer."),
    **_described(HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full."),
}
"""Responses that any route may give, for the OpenAPI document."""
