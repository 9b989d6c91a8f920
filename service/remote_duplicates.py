"""Duplicates of a running server as seen by commands, over HTTP."""

from __future__ import annotations

from service.duplicates import schemas
from service.remote_jobs import Ask
from service.remote_records import Send

_LONG_S = 900.0
"""Merging a thousand groups takes minutes."""

_AREA = "/v1/duplicates"


class RemoteDuplicates:
    """As ``Duplicates``."""

    def __init__(self, ask: Ask, send: Send) -> None:
        self._ask = ask
        self._send = send

    def scan(self) -> schemas.Run:
        """As ``Duplicates.scan``."""
        return self._ask(schemas.Run, "POST", f"{_AREA}/scans")

    def run(self, run_id: str) -> schemas.Run:
        """As ``Duplicates.run``."""
        return self._ask(schemas.Run, "GET", f"{_AREA}/scans/{run_id}")

    def cancel(self, run_id: str) -> schemas.Run:
        """As ``Duplicates.cancel``."""
        return self._ask(schemas.Run, "POST", f"{_AREA}/scans/{run_id}/cancel")

    def page(self, query: schemas.GroupQuery) -> schemas.GroupPage:
        """As ``Duplicates.page``."""
        said = query.model_dump(exclude_none=True)
        return self._ask(schemas.GroupPage, "GET", f"{_AREA}/groups", params=said)

    def show(self, group_id: str) -> schemas.GroupDetail:
        """As ``Duplicates.show``."""
        return self._ask(schemas.GroupDetail, "GET", f"{_AREA}/groups/{group_id}")

    def report(self, query: schemas.ReportQuery) -> str:
        """As ``Duplicates.report``."""
        said = query.model_dump(exclude_none=True)
        answer = self._send("GET", f"{_AREA}/report", params=said, timeout=_LONG_S)
        # Not ``text``: line ends stay as they are.
        text: str = answer.content.decode("utf-8")
        return text

    def choose(self, group_id: str, choice: schemas.Choice) -> schemas.Group:
        """As ``Duplicates.choose``."""
        path = f"{_AREA}/groups/{group_id}/choose"
        return self._ask(schemas.Group, "POST", path, json=choice.model_dump())

    def dismiss(self, group_id: str, dismissal: schemas.Dismissal) -> schemas.Group:
        """As ``Duplicates.dismiss``."""
        path = f"{_AREA}/groups/{group_id}/dismiss"
        return self._ask(schemas.Group, "POST", path, json=dismissal.model_dump())

    def resolve(self, request: schemas.ResolveRequest) -> schemas.Resolution:
        """As ``Duplicates.resolve``."""
        return self._ask(
            schemas.Resolution,
            "POST",
            f"{_AREA}/resolve",
            json=request.model_dump(),
            timeout=_LONG_S,
        )

    def undo(self, id_: str) -> schemas.Undone:
        """As ``Duplicates.undo``."""
        return self._ask(schemas.Undone, "POST", f"{_AREA}/undo/{id_}", timeout=_LONG_S)
