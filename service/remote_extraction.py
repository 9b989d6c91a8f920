"""Fields of documents on a running server as seen by commands: ``ExtractionDesk`` over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.exchange.exports import Export
from service.extraction import schemas
from service.extraction.sheets import Format
from service.remote_jobs import Ask
from service.remote_records import Stream, steps, streamed

_LONG_TIMEOUT_S = 900.0
"""For reading a file, and for learning from some hundred."""


class RemoteExtraction:
    """As ``ExtractionDesk``."""

    def __init__(self, ask: Ask, stream: Stream) -> None:
        self._ask = ask
        self._stream = stream

    def of(self, asset_id: str, *, history: bool = False) -> schemas.DocumentFields:
        """As ``ExtractionDesk.of``."""
        return self._ask(
            schemas.DocumentFields,
            "GET",
            f"/v1/assets/{asset_id}/fields",
            params={"history": history},
        )

    def correct(self, asset_id: str, patch: schemas.FieldsPatch) -> schemas.DocumentFields:
        """As ``ExtractionDesk.correct``."""
        said = patch.model_dump(mode="json", by_alias=True)
        return self._ask(
            schemas.DocumentFields, "PATCH", f"/v1/assets/{asset_id}/fields", json=said
        )

    def tables(self, asset_id: str) -> schemas.DocumentTables:
        """As ``ExtractionDesk.tables``."""
        return self._ask(schemas.DocumentTables, "GET", f"/v1/assets/{asset_id}/tables")

    def bring_up(self, request: schemas.ExtractRequest) -> Iterator[schemas.ExtractedMany]:
        """As ``ExtractionDesk.bring_up``."""
        said = request.model_dump(mode="json", by_alias=True)
        return steps(self._stream, schemas.ExtractedMany, "/v1/documents/extract", json=said)

    def export(self, format_: Format, where: str = "", schema: str | None = None) -> Export:
        """As ``ExtractionDesk.export``."""
        said = {"format": format_, "where": where} | ({"schema": schema} if schema else {})
        return Export("", "", streamed(self._stream, "GET", "/v1/documents/fields", params=said))

    def review(
        self, *, limit: int = 50, offset: int = 0, schema: str | None = None
    ) -> schemas.ReviewQueue:
        """As ``ExtractionDesk.review``."""
        said = {"limit": limit, "offset": offset} | ({"schema": schema} if schema else {})
        return self._ask(schemas.ReviewQueue, "GET", "/v1/documents/review", params=said)

    def due(self, days: int) -> schemas.DueList:
        """As ``ExtractionDesk.due``."""
        return self._ask(schemas.DueList, "GET", "/v1/documents/due", params={"days": days})

    def analyse(self, path: Path, name: str, schema: str | None = None) -> schemas.DocumentFields:
        """As ``ExtractionDesk.analyse``."""
        with path.open("rb") as file:
            return self._ask(
                schemas.DocumentFields,
                "POST",
                "/v1/analyze/extract",
                files={"file": (name, file)},
                params={"schema": schema} if schema else {},
                timeout=_LONG_TIMEOUT_S,
            )

    def schema_list(self) -> schemas.SchemaList:
        """As ``ExtractionDesk.schema_list``."""
        return self._ask(schemas.SchemaList, "GET", "/v1/documents/schemas")

    def learn(self, schema: str) -> schemas.Learned:
        """As ``ExtractionDesk.learn``."""
        path = f"/v1/documents/schemas/{schema}/learn"
        return self._ask(schemas.Learned, "POST", path, timeout=_LONG_TIMEOUT_S)

    def undo(self, schema: str) -> schemas.Learned:
        """As ``ExtractionDesk.undo``."""
        return self._ask(schemas.Learned, "POST", f"/v1/documents/schemas/{schema}/undo")
