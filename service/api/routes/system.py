"""Health, version, metrics and login."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from service import schemas
from service.access.schemas import PlainName
from service.access.viewer import OWNER_ID
from service.api.dependencies import HubOf, KeysOf
from service.api.problems import Problem, problem_response
from service.api.security import COOKIE, SESSION_S
from service.metrics import Metrics
from service.version import VERSION

router = APIRouter(tags=["system"])


class LoginRequest(BaseModel):
    """Whom a login link is for."""

    user: PlainName | None = None


class LoginLink(BaseModel):
    """The path of a login link: good once, for a day."""

    path: str


@router.get("/health", summary="The process is alive")
def health() -> schemas.Health:
    """Answers without touching the catalog, the index or a model."""
    return schemas.Health(version=VERSION)


@router.get("/version", summary="What runs here")
def version() -> schemas.Version:
    """The version of the program and of the API."""
    return schemas.Version(version=VERSION)


@router.get(
    "/ready",
    summary="Whether every part works",
    responses={
        503: {"model": schemas.Readiness, "description": "A part does not work; it says which."}
    },
)
def ready(hub: HubOf, response: Response) -> schemas.Readiness:
    """Catalog, index, models, worker and disk; asked at most once a second."""
    state = hub.readiness()
    response.status_code = 200 if state.ready else 503
    return state


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
    responses={
        200: {
            "description": "The text format of Prometheus.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
def metrics(request: Request, hub: HubOf) -> Response:
    """Requests, questions, queues, records, models in memory and points of the index."""
    counted = cast(Metrics, request.app.state.metrics)
    return Response(counted.exposition(hub.gauges), media_type=CONTENT_TYPE_LATEST)


@router.post("/v1/inspection", summary="Compare catalog, stored bytes and index")
def inspect(hub: HubOf, request: schemas.InspectionRequest) -> schemas.Inspection:
    """For `magpie doctor`; what is repaired is read or indexed again in the background."""
    found = hub.inspect(deep=request.deep, repair=request.repair)
    return schemas.Inspection(
        findings=[schemas.InspectionFinding(**asdict(each)) for each in found]
    )


@router.post("/v1/login-links", summary="A new login link for a browser")
def new_login_link(hub: HubOf, keys: KeysOf, request: LoginRequest | None = None) -> LoginLink:
    """For `magpie login`; of the owner where no user is named."""
    user_id = hub.desk.accounts.id_of(request.user) if request and request.user else OWNER_ID
    return LoginLink(path=f"/login?key={keys.new_link_key(user_id)}")


@router.get("/login", include_in_schema=False, response_model=None)
def login(keys: KeysOf, key: Annotated[str, Query(max_length=200)] = "") -> object:
    """Redeem a login link: sets the session cookie and shows the search page."""
    user_id = keys.redeem(key)
    if user_id is None:
        return problem_response(
            Problem("login", 401, "This login link was used already; `magpie login` makes another.")
        )
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE,
        keys.new_session(user_id),
        max_age=SESSION_S,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response
