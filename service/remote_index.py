"""The index of a running server as seen by commands."""

from __future__ import annotations

from collections.abc import Callable

from service import schemas


class RemoteIndex:
    """As ``IndexControl``, over HTTP."""

    def __init__(self, ask: Callable[..., schemas.Index]) -> None:
        self._ask = ask

    def status(self) -> schemas.Index:
        """As ``IndexControl.status``."""
        return self._ask(schemas.Index, "GET", "/v1/index")

    def use(self, name: str, role: schemas.ModelRole | None = None) -> schemas.Index:
        """As ``IndexControl.use``."""
        request = schemas.UseModel(name=name, role=role)
        return self._ask(
            schemas.Index, "POST", "/v1/models/use", json=request.model_dump(mode="json")
        )

    def rollback(self) -> schemas.Index:
        """As ``IndexControl.rollback``."""
        return self._ask(schemas.Index, "POST", "/v1/models/rollback")

    def rebuild(self) -> schemas.Index:
        """As ``IndexControl.rebuild``."""
        return self._ask(schemas.Index, "POST", "/v1/index/rebuild")

    def stop(self) -> schemas.Index:
        """As ``IndexControl.stop``."""
        return self._ask(schemas.Index, "POST", "/v1/index/stop")
