"""Long work: what there is, how far it is, and holding, ending or trying it again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from service import schemas
from service.api.dependencies import HubOf
from service.api.problems import described
from service.errors import Unavailable
from service.hub import Hub

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_POLL_S = 0.5
_HEARTBEAT_S = 15.0
_LONGEST_S = 300.0
_MOST_LISTENERS = 100

_CHANGES = described(409, "The job is in a state that does not allow it.")

JobId = Annotated[str, Path(max_length=36)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("", summary="List jobs, newest first")
def list_jobs(
    hub: HubOf,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=36)] = None,
) -> schemas.JobPage:
    """Go on with ``cursor`` from the last answer until it is null."""
    return hub.jobs.page(limit=limit, cursor=cursor)


@router.post("", status_code=202, summary="Work again on what is in the catalog")
def start(hub: HubOf, request: schemas.JobRequest) -> schemas.Job:
    """Queues what falls under the scope: all, what lacks something, or what failed."""
    return hub.jobs.refresh(request.scope)


@router.get("/{job_id}", summary="How far a job is")
def get_job(hub: HubOf, job_id: JobId) -> schemas.Job:
    """Counts files: those that needed no work count as done."""
    return hub.jobs.get(job_id)


@router.get("/{job_id}/items", summary="The files of a job")
def items(
    hub: HubOf,
    job_id: JobId,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    states: Annotated[list[schemas.JobItemState] | None, Query(max_length=10)] = None,
) -> schemas.JobItemPage:
    """Each stage of each file, with the reason where it failed or has to wait."""
    return hub.jobs.items(job_id, limit=limit, cursor=cursor, states=states or ())


@router.post("/{job_id}/pause", summary="Hold a job", responses=_CHANGES)
def pause(hub: HubOf, job_id: JobId) -> schemas.Job:
    """What is being read is finished; the rest waits."""
    return hub.jobs.pause(job_id)


@router.post("/{job_id}/resume", summary="Let a held job go on", responses=_CHANGES)
def resume(hub: HubOf, job_id: JobId) -> schemas.Job:
    """Harmless where it is not held."""
    return hub.jobs.resume(job_id)


@router.post("/{job_id}/cancel", summary="End a job", responses=_CHANGES)
def cancel(hub: HubOf, job_id: JobId) -> schemas.Job:
    """What it has taken in stays; what is not read yet is read when asked for."""
    return hub.jobs.cancel(job_id)


@router.post("/{job_id}/retry", summary="Try again what failed in a job", responses=_CHANGES)
def retry(hub: HubOf, job_id: JobId) -> schemas.Job:
    """Also what was set aside for having failed too often."""
    return hub.jobs.retry(job_id)


@router.get(
    "/{job_id}/events",
    summary="Follow a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `job` with the job as JSON, at once and at every "
            "change. The stream ends with the job, or after five minutes: then connect again.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def events(request: Request, hub: HubOf, job_id: JobId) -> StreamingResponse:
    """Each event holds the whole state, so a client that reconnects has missed nothing."""
    state = request.app.state
    listeners = getattr(state, "job_listeners", 0)
    if listeners >= _MOST_LISTENERS:
        raise Unavailable("Too many clients follow jobs; ask for the job instead, or try later.")
    first = await run_in_threadpool(hub.jobs.get, job_id)

    async def counted() -> AsyncIterator[str]:
        state.job_listeners = getattr(state, "job_listeners", 0) + 1
        try:
            async for event in _events(hub, first, state):
                yield event
        finally:
            state.job_listeners -= 1

    return StreamingResponse(
        counted(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _events(hub: Hub, job: schemas.Job, state: State) -> AsyncIterator[str]:
    yield _event(job)
    started = spoken = time.monotonic()
    # A server that is told to stop would wait for its clients.
    while job.state not in ("done", "failed", "cancelled") and not state.stopping:
        await anyio.sleep(_POLL_S)
        before, job = job, await run_in_threadpool(hub.jobs.get, job.id)
        now = time.monotonic()
        if job != before:
            spoken = now
            yield _event(job)
        elif now - spoken >= _HEARTBEAT_S:
            spoken = now
            yield ": still here\n\n"
        if now - started >= _LONGEST_S:
            return


def _event(job: schemas.Job) -> str:
    return f"event: job\ndata: {job.model_dump_json()}\n\n"
