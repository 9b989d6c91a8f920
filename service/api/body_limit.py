"""No request body grows without a bound."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import Problem, problem_response
from service.errors import TooLarge

_JSON_LIMIT = 1 << 20
_FORM_OVERHEAD = 1 << 20


class BodyLimit:
    """Refuses bodies over a limit: 1 MB, and ``max_bytes`` for multipart uploads."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what arrives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        multipart = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = self._max_bytes + _FORM_OVERHEAD if multipart else _JSON_LIMIT
        refusal = TooLarge(
            f"The body is larger than the limit of {limit // 2**20} MB; send less at a time, or "
            "raise MAGPIE_MAX_UPLOAD_MB."
        )
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            response = problem_response(Problem(refusal.code, refusal.status, refusal.message))
            await response(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > limit:
                    raise refusal
            return message

        await self._app(scope, counted, send)
