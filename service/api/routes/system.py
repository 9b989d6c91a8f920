"""Health and login."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from service import schemas
from service.api.dependencies import KeysOf
from service.api.problems import Problem, problem_response
from service.api.security import COOKIE, SESSION_S
from service.version import VERSION

router = APIRouter(tags=["system"])


class LoginLink(BaseModel):
    """The path of a login link: good once, for a day."""

    path: str


@router.get("/health", summary="The process is alive")
def health() -> schemas.Health:
    """Answers without touching the catalog, the index or a model."""
    return schemas.Health(version=VERSION)


@router.post("/v1/login-links", summary="A new login link for a browser")
def new_login_link(keys: KeysOf) -> LoginLink:
    """For `magpie login`."""
    return LoginLink(path=f"/login?key={keys.new_link_key()}")


@router.get("/login", include_in_schema=False, response_model=None)
def login(keys: KeysOf, key: Annotated[str, Query(max_length=200)] = "") -> object:
    """Redeem a login link: sets the session cookie and shows the search page."""
    if not keys.redeem(key):
        return problem_response(
            Problem("login", 401, "This login link was used already; `magpie login` makes another.")
        )
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE, keys.new_session(), max_age=SESSION_S, httponly=True, samesite="lax", path="/"
    )
    return response
