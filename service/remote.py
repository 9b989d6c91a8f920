"""A running server as seen by commands: the methods of the hub, over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel

from service import schemas
from service.documents.schemas import Examples
from service.errors import MagpieError, Unavailable
from service.home import ServerNote
from service.inspection import Finding
from service.progress import Progress, Told, follow
from service.remote_desk import RemoteDesk
from service.remote_documents import RemoteDocuments, RemoteReader
from service.remote_index import RemoteIndex
from service.remote_jobs import RemoteJobs
from service.remote_sources import RemoteSources
from service.tags.schemas import TagReport

_TIMEOUT_S = 60.0
_READING_TIMEOUT_S = 900.0
"""For what waits until a file is read: the server ends it after MAGPIE_READER_SECONDS."""

_Model = TypeVar("_Model", bound=BaseModel)


class RemoteHub:
    """Talks to the server that has the home open."""

    def __init__(self, note: ServerNote) -> None:
        self._url = note.url
        self._client = httpx.Client(
            base_url=note.url,
            headers={"Authorization": f"Bearer {note.token}"},
            timeout=_TIMEOUT_S,
            # The server is on this machine: proxies of the environment are not asked.
            trust_env=False,
        )
        self.jobs = RemoteJobs(self._ask)
        self.desk = RemoteDesk(self._ask, self._request, self._stream)
        self.sources = RemoteSources(self._ask, self._request)
        self.index = RemoteIndex(self._ask)
        self.documents = RemoteDocuments(self._ask)
        self.reader = RemoteReader(self._ask)

    def __enter__(self) -> RemoteHub:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        in_place: bool = False,
        dry_run: bool = False,
        preset: str = "",
        progress: Progress | None = None,
    ) -> schemas.Job:
        """As ``Hub.ingest``; an interrupt leaves the server at work."""
        job = self._ask(
            schemas.Job,
            "POST",
            "/v1/ingest",
            json={
                "paths": [str(path.absolute()) for path in paths],
                "in_place": in_place,
                "dry_run": dry_run,
                "preset": preset,
            },
        )
        return follow(self.jobs.get, job, progress)

    def job(self, job_id: str) -> schemas.Job:
        """As ``Hub.job``."""
        return self.jobs.get(job_id)

    def search(self, request: schemas.SearchRequest) -> schemas.SearchAnswer:
        """As ``Hub.search``."""
        return self._ask(
            schemas.SearchAnswer, "POST", "/v1/search", json=request.model_dump(mode="json")
        )

    def search_by_file(
        self, request: schemas.SearchRequest, path: Path, name: str
    ) -> schemas.SearchAnswer:
        """As ``Hub.search_by_file``."""
        with path.open("rb") as file:
            return self._ask(
                schemas.SearchAnswer,
                "POST",
                "/v1/search/by-file",
                files={"file": (name, file)},
                data={
                    "words": request.words,
                    "kinds": list(request.kinds),
                    "limit": str(request.limit),
                    "where": request.where,
                    "facets": list(request.facets),
                },
                timeout=_READING_TIMEOUT_S,
            )

    def similar(self, asset_id: str, *, limit: int = 20) -> schemas.SearchAnswer:
        """As ``Hub.similar``."""
        return self._ask(
            schemas.SearchAnswer, "GET", f"/v1/assets/{asset_id}/similar", params={"limit": limit}
        )

    def asset(self, asset_id: str) -> schemas.AssetDetail:
        """As ``Hub.asset``."""
        return self._ask(schemas.AssetDetail, "GET", f"/v1/assets/{asset_id}")

    def read_again(self, asset_id: str, *, password: str | None = None) -> schemas.AssetDetail:
        """As ``Hub.read_again``."""
        return self._ask(
            schemas.AssetDetail,
            "POST",
            f"/v1/assets/{asset_id}/read",
            json={"password": password},
            timeout=_READING_TIMEOUT_S,
        )

    def assets(self, *, limit: int = 50, cursor: str | None = None) -> schemas.AssetPage:
        """As ``Hub.assets``."""
        params: dict[str, str | int] = {"limit": limit}
        if cursor:
            params["cursor"] = cursor
        return self._ask(schemas.AssetPage, "GET", "/v1/assets", params=params)

    def listed(self, query: schemas.AssetQuery) -> schemas.AssetPage:
        """As ``Hub.listed``."""
        said = query.model_dump(mode="json", exclude_defaults=True)
        return self._ask(schemas.AssetPage, "GET", "/v1/assets", params=said)

    def tag_report(self, *, most: int = 20) -> TagReport:
        """As ``Hub.tag_report``."""
        return self._ask(TagReport, "GET", "/v1/tags/report", params={"most": most})

    def inspect(self, *, deep: bool = False, repair: bool = False) -> list[Finding]:
        """As ``Hub.inspect``."""
        answer = self._ask(
            schemas.Inspection,
            "POST",
            "/v1/inspection",
            json={"deep": deep, "repair": repair},
            timeout=_READING_TIMEOUT_S,
        )
        return [Finding(**each.model_dump()) for each in answer.findings]

    def describe_documents(self, told: Told | None = None) -> int:  # noqa: ARG002
        """As ``Hub.describe_documents``; the server does it by itself."""
        return 0

    def learn_types(self) -> Examples:
        """As ``Hub.learn_types``."""
        return self._ask(Examples, "POST", "/v1/documents/learn", timeout=_READING_TIMEOUT_S)

    def forget_types(self) -> None:
        """As ``Hub.forget_types``."""
        self._request("POST", "/v1/documents/learn/undo")

    def login_link(self, user: str | None = None) -> str:
        """A new login link for a browser, of the owner or of a user."""
        answer = self._request("POST", "/v1/login-links", json={"user": user})
        return f"{self._url}{answer.json()['path']}"

    def _ask(self, model: type[_Model], method: str, path: str, /, **options: Any) -> _Model:
        return model.model_validate_json(self._request(method, path, **options).content)

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self._answering():
            response = self._client.request(method, path, **options)
        if response.is_error:
            raise _error_of(response)
        return response

    @contextlib.contextmanager
    def _stream(self, method: str, path: str, /, **options: Any) -> Iterator[httpx.Response]:
        """An answer that is taken as it arrives."""
        with (
            self._answering(),
            self._client.stream(method, path, timeout=_READING_TIMEOUT_S, **options) as response,
        ):
            if response.is_error:
                response.read()
                raise _error_of(response)
            yield response

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise Unavailable(
                f"The server at {self._url} does not answer ({error}); see its log, or stop it "
                "and give the command again."
            ) from error


def _error_of(response: httpx.Response) -> MagpieError:
    try:
        detail = str(response.json()["detail"])
        code = str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        detail, code = f"The server answered {response.status_code}; see its log.", "error"
    error = MagpieError(detail)
    error.code = code
    error.status = response.status_code
    return error
