"""The vector index and the models behind it; for admins."""

from __future__ import annotations

from fastapi import APIRouter

from service import schemas
from service.api.dependencies import HubOf
from service.api.problems import described
from service.known_models import KnownModel, known_models

router = APIRouter(prefix="/v1", tags=["index"])

_REFUSED = described(400, "It cannot be done as things stand; the detail says why.")


@router.get("/index", summary="How the index is, and the next one")
def index(hub: HubOf) -> schemas.Index:
    """``next`` tells how far the index is that is being built, ``kept`` what one can go back to."""
    return hub.index.status()


@router.post("/index/rebuild", status_code=202, summary="Build the index anew")
def rebuild(hub: HubOf) -> schemas.Index:
    """Builds another from the catalog in the background; the old one answers until then."""
    return hub.index.rebuild()


@router.post("/index/stop", summary="Give up the index that is being built")
def stop(hub: HubOf) -> schemas.Index:
    """The index that answers stays as it is."""
    return hub.index.stop()


@router.get("/models", summary="Models, their terms, and which are in use")
def models(hub: HubOf) -> list[KnownModel]:
    """Built in, and added by the owner."""
    status = hub.index.status()
    names = (status.text_model.rpartition("@")[0], status.visual_model.rpartition("@")[0])
    return known_models(hub.settings, frozenset(names))


@router.post("/models/use", status_code=202, summary="Change to another model", responses=_REFUSED)
def use(hub: HubOf, request: schemas.UseModel) -> schemas.Index:
    """Builds the index for it in the background, and switches then; questions are answered
    all the while."""
    return hub.index.use(request.name, request.role)


@router.post("/models/rollback", summary="Go back to the models before", responses=_REFUSED)
def rollback(hub: HubOf) -> schemas.Index:
    """At once; what came in since then follows."""
    return hub.index.rollback()
