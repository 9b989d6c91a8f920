"""Jobs of a running server as seen by commands: the methods of ``IngestJobs``, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from service import schemas

_Model = TypeVar("_Model", bound=BaseModel)


class Ask(Protocol):
    """Sends a request and gives the answer in the shape of a model."""

    def __call__(
        self, model: type[_Model], method: str, path: str, /, **options: Any
    ) -> _Model: ...


class RemoteJobs:
    """The jobs of a server."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def get(self, job_id: str) -> schemas.Job:
        """As ``IngestJobs.get``."""
        return self._ask(schemas.Job, "GET", f"/v1/jobs/{job_id}")

    def page(self, *, limit: int, cursor: str | None = None) -> schemas.JobPage:
        """As ``IngestJobs.page``."""
        params = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        return self._ask(schemas.JobPage, "GET", "/v1/jobs", params=params)

    def items(
        self, job_id: str, *, limit: int, cursor: str | None = None, states: Sequence[str] = ()
    ) -> schemas.JobItemPage:
        """As ``IngestJobs.items``."""
        params: dict[str, Any] = {"limit": limit, "states": list(states)}
        if cursor:
            params["cursor"] = cursor
        return self._ask(schemas.JobItemPage, "GET", f"/v1/jobs/{job_id}/items", params=params)

    def refresh(self, scope: schemas.JobScope) -> schemas.Job:
        """As ``IngestJobs.refresh``."""
        return self._ask(schemas.Job, "POST", "/v1/jobs", json={"scope": scope})

    def pause(self, job_id: str) -> schemas.Job:
        """As ``IngestJobs.pause``."""
        return self._change(job_id, "pause")

    def resume(self, job_id: str) -> schemas.Job:
        """As ``IngestJobs.resume``."""
        return self._change(job_id, "resume")

    def cancel(self, job_id: str) -> schemas.Job:
        """As ``IngestJobs.cancel``."""
        return self._change(job_id, "cancel")

    def retry(self, job_id: str) -> schemas.Job:
        """As ``IngestJobs.retry``."""
        return self._change(job_id, "retry")

    def _change(self, job_id: str, change: str) -> schemas.Job:
        return self._ask(schemas.Job, "POST", f"/v1/jobs/{job_id}/{change}")
