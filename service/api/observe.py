"""Every request gets an id, a line in the log and its place in the metrics."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import logs
from service.metrics import Metrics

_log = logging.getLogger(__name__)

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/health", "/ready", "/metrics"})


class Observed:
    """Takes ``X-Request-Id`` from the client where it is sane, and returns it in every answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        number = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        token = logs.request_id.set(number)
        started = time.perf_counter()
        status = 499  # The client went before there was an answer.

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = number
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            took = time.perf_counter() - started
            self._note(scope, status, took)
            logs.request_id.reset(token)

    def _note(self, scope: Scope, status: int, took: float) -> None:
        # The pattern, not the path: a path may hold an id, and labels must stay few.
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.request(scope["method"], route, status, took)
        quiet = scope["path"] in _QUIET and status < 400
        logs.event(
            _log,
            logging.DEBUG if quiet else logging.INFO,
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(took * 1000, 1),
        )
