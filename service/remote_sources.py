"""Sources of a running server as seen by commands: the methods of ``Sources``, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from service import schemas as shapes
from service.remote_jobs import Ask
from service.sources import schemas


class RemoteSources:
    """The sources of a server."""

    def __init__(self, ask: Ask, tell: Callable[[str, str], object]) -> None:
        self._ask = ask
        self._tell = tell

    def all(self) -> schemas.SourceList:
        """As ``Sources.all``."""
        return self._ask(schemas.SourceList, "GET", "/v1/sources")

    def get(self, source_id: str) -> schemas.Source:
        """As ``Sources.get``."""
        return self._ask(schemas.Source, "GET", f"/v1/sources/{source_id}")

    def add(self, new: schemas.NewSource) -> schemas.Source:
        """As ``Sources.add``."""
        return self._ask(schemas.Source, "POST", "/v1/sources", json=new.model_dump())

    def remove(self, source_id: str) -> None:
        """As ``Sources.remove``."""
        self._tell("DELETE", f"/v1/sources/{source_id}")

    def scan(self, source_id: str, *, resume: bool = False) -> shapes.Job:
        """As ``Sources.scan``."""
        return self._ask(
            shapes.Job, "POST", f"/v1/sources/{source_id}/scan", json={"resume": resume}
        )
