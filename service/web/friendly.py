"""Errors as pages, for people: a browser that asks for HTML does not get JSON."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.question import Question
from service.web.rendering import page


class FriendlyProblems:
    """Turns ``application/problem+json`` into a page where the client accepts HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and look at what comes back."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        problem: bytearray | None = None
        status = 500

        async def watch(message: Message) -> None:
            nonlocal problem, status
            if message["type"] == "http.response.start" and _is_problem(message):
                problem, status = bytearray(), message["status"]
            elif problem is None:
                await send(message)
            else:
                problem += message.get("body", b"")
                if not message.get("more_body", False):
                    await _explain(status, json.loads(problem))(scope, receive, send)

        await self._app(scope, receive, watch)


def _is_problem(start: Message) -> bool:
    media_type = Headers(raw=start["headers"]).get("content-type", "")
    return media_type.startswith("application/problem+json")


def _explain(status: int, problem: dict[str, Any]) -> ASGIApp:
    return page("problem.html", question=Question(), status=status, problem=problem)
