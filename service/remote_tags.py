"""Tags of a running server as seen by commands, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from service.remote_jobs import Ask
from service.remote_records import Stream, steps
from service.tags import schemas

_LEARNING_TIMEOUT_S = 900.0
"""A term takes seconds; a house may have many."""


class RemoteTags:
    """As ``TagDesk``."""

    def __init__(self, ask: Ask, stream: Stream) -> None:
        self._ask = ask
        self._stream = stream

    def of(self, asset_id: str) -> schemas.AssetTags:
        """As ``TagDesk.of``."""
        return self._ask(schemas.AssetTags, "GET", f"/v1/assets/{asset_id}/tags")

    def decide(self, request: schemas.TagDecision) -> Iterator[schemas.Tagged]:
        """As ``TagDesk.decide``."""
        return self._steps("/v1/tags/decide", request)

    def tag(self, request: schemas.TagRequest) -> Iterator[schemas.Tagged]:
        """As ``TagDesk.tag``."""
        return self._steps("/v1/tags/runs", request)

    def runs(self, *, limit: int = 50, cursor: str | None = None) -> schemas.RunPage:
        """As ``TagDesk.runs``."""
        place = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        return self._ask(schemas.RunPage, "GET", "/v1/tags/runs", params=place)

    def undo(self, run_id: str) -> Iterator[schemas.Tagged]:
        """As ``TagDesk.undo``."""
        return steps(self._stream, schemas.Tagged, f"/v1/tags/runs/{run_id}/undo")

    def learn(self, request: schemas.LearnRequest) -> schemas.Learned:
        """As ``TagDesk.learn``."""
        return self._ask(
            schemas.Learned,
            "POST",
            "/v1/tags/learn",
            json=request.model_dump(mode="json"),
            timeout=_LEARNING_TIMEOUT_S,
        )

    def _steps(
        self, path: str, request: schemas.TagDecision | schemas.TagRequest
    ) -> Iterator[schemas.Tagged]:
        return steps(self._stream, schemas.Tagged, path, json=request.model_dump(mode="json"))
