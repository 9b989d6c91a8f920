"""The files of a multipart form (RFC 7578) as they arrive, without a copy on the way."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.from_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from service.errors import BadRequest

_SILENCE_S = 60.0
_LONGEST_NAME = 255


def body_chunks(request: Request) -> Callable[[], bytes]:
    """A function for a worker thread that waits for the next bytes of a body; none at its end.

    Raises:
        BadRequest: nothing came for a minute.
    """
    stream: AsyncIterator[bytes] = request.stream().__aiter__()

    async def next_chunk() -> bytes:
        try:
            with anyio.fail_after(_SILENCE_S):
                return await anext(stream, b"")
        except TimeoutError as error:
            raise BadRequest("Nothing came for a minute; send the files again.") from error

    def next_bytes() -> bytes:
        # The framework ends a stream with an empty chunk, and may send some before.
        return anyio.from_thread.run(next_chunk)

    return next_bytes


def form_files(
    content_type: str, next_bytes: Callable[[], bytes], *, field: str, most: int
) -> Iterator[tuple[str, io.RawIOBase]]:
    """Yield each file of a field as its name and a stream, to be read before the next.

    Raises:
        BadRequest: the body is not a form, ends early, or holds more than ``most`` files.
    """
    form = _Form(content_type, next_bytes)
    files = 0
    while (headers := form.next_part()) is not None:
        options = parse_options_header(headers.get(b"content-disposition", b""))[1]
        name = options.get(b"filename", b"")
        if options.get(b"name") != field.encode() or b"filename" not in options:
            continue
        stream = _PartStream(form)
        first = stream.peek()
        if not name and not first:
            continue  # What browsers send for a field in which nothing was chosen.
        files += 1
        if files > most:
            raise BadRequest(f"An upload holds at most {most} files; send the rest in another.")
        yield _plain_name(name), stream


class _PartStream(io.RawIOBase):
    """The bytes of one part."""

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._rest = b""

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """Some bytes that the next reads will give; none at the end."""
        if not self._rest:
            self._rest = self._form.part_bytes()
        return self._rest

    def readinto(self, buffer: Any) -> int:
        some = self.peek()
        size = min(len(some), len(buffer))
        buffer[:size] = some[:size]
        self._rest = some[size:]
        return size


@dataclass(frozen=True, slots=True)
class _Begin:
    headers: Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class _End:
    pass


class _Form:
    """Events of the parser in order; asks for more bytes when they run out."""

    def __init__(self, content_type: str, next_bytes: Callable[[], bytes]) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise BadRequest("Send the files as a form, multipart/form-data.")
        self._next_bytes = next_bytes
        self._events: deque[_Begin | _End | bytes] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self._complete = False
        self._in_part = False
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError as error:
            raise _unreadable(error) from error

    def next_part(self) -> Mapping[bytes, bytes] | None:
        """Headers of the next part, what is left of the last one skipped; None at the end."""
        while (event := self._next()) is not None:
            if isinstance(event, _Begin):
                self._in_part = True
                return event.headers
        return None

    def part_bytes(self) -> bytes:
        """Some bytes of the current part; none at its end."""
        while self._in_part:
            event = self._next()
            if isinstance(event, bytes):
                return event
            self._in_part = False
        return b""

    def _next(self) -> _Begin | _End | bytes | None:
        while not self._events:
            if self._complete:
                return None
            self._feed()
        return self._events.popleft()

    def _feed(self) -> None:
        data = self._next_bytes()
        if not data:
            raise BadRequest("The form ended early; send it again.")
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _unreadable(error) from error

    def _callbacks(self) -> Any:
        def begin() -> None:
            self._headers = {}

        def field(data: bytes, start: int, end: int) -> None:
            self._name += data[start:end]

        def value(data: bytes, start: int, end: int) -> None:
            self._value += data[start:end]

        def header_end() -> None:
            self._headers[self._name.lower()] = self._value
            self._name = self._value = b""

        def complete() -> None:
            self._complete = True

        return {
            "on_part_begin": begin,
            "on_header_field": field,
            "on_header_value": value,
            "on_header_end": header_end,
            "on_headers_finished": lambda: self._events.append(_Begin(self._headers)),
            "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
            "on_part_end": lambda: self._events.append(_End()),
            "on_end": complete,
        }


def _plain_name(name: bytes) -> str:
    """A file name without the folders and control characters that some clients send."""
    text = name.decode("utf-8", errors="replace").replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in text if each.isprintable()).strip()[:_LONGEST_NAME] or "unnamed"


def _unreadable(error: FormParserError) -> BadRequest:
    return BadRequest(f"The form cannot be read ({error}); send it as multipart/form-data.")
