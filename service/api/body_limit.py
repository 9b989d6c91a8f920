"""No request body grows without a bound."""

from __future__ import annotations

import re

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import Problem, problem_response
from service.errors import TooLarge

MOST_FILES = 100
"""Files that one upload may hold."""

_UPLOADS = "/v1/assets"
_FILES = re.compile(
    r"/v1/assets(/[^/]+/versions)?|/v1/search/by-file|/v1/import|/v1/vocabularies(/[^/]+)?"
    r"|/examples"
)
_JSON_LIMIT = 1 << 20
_FORM_OVERHEAD = 1 << 20


class BodyLimit:
    """Refuses bodies over a limit, declared or not, with 413.

    The limit is 1 MB, ``max_bytes`` for a form with a file and for a piece of one, and
    ``MOST_FILES`` times that for an upload of assets, which goes to the store as it arrives.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what arrives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await _refusal(limit)(scope, receive, send)
            return
        counted = _Counted(receive, send, limit)
        try:
            await self._app(scope, counted.receive, counted.send)
        except ClientDisconnect:
            if not counted.exceeded:
                raise
        if counted.exceeded and not counted.answered:
            await _refusal(limit)(scope, receive, send)

    def _limit(self, scope: Scope) -> int:
        media_type = dict(scope["headers"]).get(b"content-type", b"")
        # By path, not by what the sender says of the body: all others are read into memory.
        path = scope["path"]
        if path.startswith("/v1/uploads"):
            return self._max_bytes
        if not media_type.startswith(b"multipart/form-data") or not _FILES.fullmatch(path):
            return _JSON_LIMIT
        files = MOST_FILES if scope["path"] == _UPLOADS else 1
        return files * self._max_bytes + _FORM_OVERHEAD


class _Counted:
    """A request whose body ends, as if the client had gone, where it grows over a limit."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.answered = False

    @property
    def exceeded(self) -> bool:
        """Whether more than the limit has arrived."""
        return self._left < 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.exceeded else message

    async def send(self, message: Message) -> None:
        # What the application makes of a body cut short is not what happened.
        if self.exceeded and not self.answered:
            return
        self.answered = True
        await self._send(message)


def _refusal(limit: int) -> ASGIApp:
    error = TooLarge(
        f"The body is larger than the limit of {limit // 2**20} MB; send less at a time, or "
        "raise MAGPIE_MAX_UPLOAD_MB."
    )
    return problem_response(Problem(error.code, error.status, error.message))
