"""Documents on a running server, as commands see them: the hub's methods over HTTP."""

from __future__ import annotations

from pathlib import Path

from service.documents import schemas
from service.remote_jobs import Ask

_READING_TIMEOUT_S = 900.0


class RemoteDocuments:
    """As ``service.documents.room.Documents``, as far as commands ask."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def summary(self, asset_id: str) -> schemas.AssetSummary:
        """As ``Documents.summary``."""
        return self._ask(schemas.AssetSummary, "GET", f"/v1/assets/{asset_id}/summary")

    def listed(self, query: schemas.DocumentQuery) -> schemas.SummaryPage:
        """As ``Documents.listed``."""
        said = query.model_dump(mode="json", exclude_defaults=True)
        return self._ask(schemas.SummaryPage, "GET", "/v1/documents", params=said)


class RemoteReader:
    """As ``service.documents.reading.DocumentReader``, for files."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def classify(self, path: Path, name: str) -> schemas.Classified:
        """As ``DocumentReader.classify``."""
        with path.open("rb") as file:
            return self._ask(
                schemas.Classified,
                "POST",
                "/v1/analyze/classify",
                files={"file": (name, file)},
                timeout=_READING_TIMEOUT_S,
            )

    def summarise(self, path: Path, name: str) -> schemas.DocumentSummary:
        """As ``DocumentReader.summarise``."""
        with path.open("rb") as file:
            return self._ask(
                schemas.DocumentSummary,
                "POST",
                "/v1/analyze/summarize",
                files={"file": (name, file)},
                timeout=_READING_TIMEOUT_S,
            )
