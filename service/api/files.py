"""Files as answers: in parts, only when they changed, and kept by the client where they may be."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from service.api.problems import Problem, problem_response
from service.errors import NotFound

FOR_EVER = "private, max-age=31536000, immutable"
"""For an address that holds the hash of what it gives."""

ASK_AGAIN = "private, no-cache"

FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    206: {"description": "The part of the file that the header Range asks for."},
    304: {"description": "It has not changed since the ETag in If-None-Match."},
    416: {"description": "The file ends before the part that the header Range asks for."},
}


def file_answer(
    request: Request,
    path: Path,
    *,
    media_type: str,
    tag: str,
    for_ever: bool,
    filename: str | None = None,
    inline: bool = True,
) -> Response:
    """Answer with a file, or with 304 where the client has it.

    Args:
        tag: changes whenever the bytes do.
        for_ever: whether the address that was asked holds the hash of the content.
        filename: what the file is to be called where it is saved.
        inline: whether a browser may show it.
    """
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": FOR_EVER if for_ever else ASK_AGAIN,
        "X-Content-Type-Options": "nosniff",
    }
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    try:
        status = path.stat()
    except OSError as error:
        raise NotFound("The file is not there any more; run `magpie doctor`.") from error
    headers["Last-Modified"] = formatdate(status.st_mtime, usegmt=True)
    return _FileAnswer(
        path,
        media_type=media_type,
        headers=headers,
        stat_result=status,
        filename=filename,
        content_disposition_type="inline" if inline else "attachment",
    )


def _knows(if_none_match: str, tag: str) -> bool:
    """Whether a client names this tag, weakly compared (RFC 9110, 13.1.2)."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return f'"{tag}"' in known or "*" in known


class _FileAnswer(FileResponse):
    """As the framework's, with problems in place of plain text."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: Problem | None = None

        async def watched(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused = _RANGE_PROBLEMS[message["status"]]
            elif refused is None:
                await send(message)

        await super().__call__(scope, receive, watched)
        if refused is not None:
            answer = problem_response(refused)
            size = self.headers["content-length"]
            answer.headers["Content-Range"] = f"bytes */{size}"
            await answer(scope, receive, send)


_RANGE_PROBLEMS = {
    400: Problem("range", 400, "The header Range cannot be read; send `bytes=FROM-TO`."),
    416: Problem(
        "range", 416, "The file ends before that part; Content-Range says how long it is."
    ),
}
