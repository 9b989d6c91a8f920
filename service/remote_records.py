"""Records and files of a running server as seen by commands, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import PurePath
from typing import Any, TypeVar
from urllib.parse import unquote

import httpx

from service import schemas
from service.downloads.schemas import DownloadRequest, PresetList
from service.errors import MagpieError
from service.exchange.exports import Export, Format
from service.remote_jobs import Ask
from service.trash.schemas import Purged

Send = Callable[..., Any]
"""Sends a request by method and path; the answer has no body."""

Stream = Callable[..., AbstractContextManager[httpx.Response]]
"""Sends a request by method and path; the answer is taken as it arrives."""

_LINES = {"Accept": "application/x-ndjson"}
_CHUNK = 1 << 20
_FILE_NAME = re.compile(r"filename\*=UTF-8''([^;]+)")

_Step = TypeVar("_Step", bound=schemas.Step)


class RemoteBulk:
    """As ``BulkEdits``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def edit(self, request: schemas.BulkEdit) -> Iterator[schemas.BulkEdited]:
        """As ``BulkEdits.edit``."""
        return steps(
            self._stream,
            schemas.BulkEdited,
            "/v1/assets/bulk_edit",
            json=request.model_dump(mode="json"),
        )

    def undo(self, batch_id: str) -> Iterator[schemas.BulkEdited]:
        """As ``BulkEdits.undo``."""
        return steps(self._stream, schemas.BulkEdited, f"/v1/edits/{batch_id}/undo")


class RemoteExports:
    """As ``Exports``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def export(self, format_: Format, where: str = "", *, history: bool = False) -> Export:
        """As ``Exports.export``."""
        said = {"format": format_, "where": where, "history": history}
        return Export("", "", streamed(self._stream, "GET", "/v1/export", params=said))


class RemoteImports:
    """As ``Imports``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def csv(
        self,
        data: bytes,
        *,
        columns: Mapping[str, str] | None = None,
        clear_empty: bool = False,
        dry_run: bool = False,
    ) -> Iterator[schemas.Imported]:
        """As ``Imports.csv``."""
        return steps(
            self._stream,
            schemas.Imported,
            "/v1/import",
            files={"file": ("metadata.csv", data, "text/csv")},
            params={
                "columns": [f"{column}={field}" for column, field in (columns or {}).items()],
                "clear_empty": clear_empty,
                "dry_run": dry_run,
            },
        )


class RemoteDownloads:
    """As ``Downloads``."""

    def __init__(self, ask: Ask, stream: Stream) -> None:
        self._ask = ask
        self._stream = stream

    def presets(self) -> PresetList:
        """As ``Downloads.presets``."""
        return self._ask(PresetList, "GET", "/v1/presets")

    def streamed(self, asset_id: str, preset: str) -> tuple[str, Iterator[bytes]]:
        """As ``Downloads.streamed``."""
        parts = self._parts(asset_id, preset)
        # The name comes before the first bytes.
        return PurePath(next(parts).decode()).name, parts

    def _parts(self, asset_id: str, preset: str) -> Iterator[bytes]:
        address = f"/v1/assets/{asset_id}/download"
        with self._stream("GET", address, params={"preset": preset}) as answer:
            named = _FILE_NAME.search(answer.headers.get("content-disposition", ""))
            yield (unquote(named[1]) if named else asset_id).encode()
            yield from answer.iter_bytes(_CHUNK)

    def zipped(self, request: DownloadRequest) -> Iterator[bytes]:
        """As ``Downloads.zipped``."""
        said = request.model_dump(mode="json")
        return streamed(self._stream, "POST", "/v1/downloads", json=said)


class RemoteTrash:
    """As ``Trash``."""

    def __init__(self, ask: Ask, send: Send) -> None:
        self._ask = ask
        self._send = send

    def put(self, asset_id: str) -> None:
        """As ``Trash.put``."""
        self._send("DELETE", f"/v1/assets/{asset_id}")

    def restore(self, asset_id: str) -> None:
        """As ``Trash.restore``."""
        self._send("POST", f"/v1/assets/{asset_id}/restore")

    def purge(self, asset_id: str) -> Purged:
        """As ``Trash.purge``."""
        return self._ask(Purged, "POST", f"/v1/assets/{asset_id}/purge")

    def empty(self, *, older_than: timedelta | None = None) -> Purged:
        """As ``Trash.empty``."""
        days = None if older_than is None else older_than / timedelta(days=1)
        return self._ask(Purged, "POST", "/v1/trash/empty", json={"older_than_days": days})


def steps(stream: Stream, model: type[_Step], path: str, **options: Any) -> Iterator[_Step]:
    """The steps of long work as they arrive; raises MagpieError where it stops before its end."""
    with stream("POST", path, headers=_LINES, **options) as answer:
        for line in answer.iter_lines():
            step = model.model_validate_json(line)
            if step.problem is not None:
                raise MagpieError(step.problem)
            yield step


def streamed(stream: Stream, method: str, path: str, **options: Any) -> Iterator[bytes]:
    with stream(method, path, **options) as answer:
        yield from answer.iter_bytes(_CHUNK)
