"""The HTTP application: routes, errors as problem+json, and the hub behind them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from anyio import CapacityLimiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from models.errors import LicenceError, ModelError, UnknownModelError
from pipelines.pool import ReaderPoolError
from service.api import pages
from service.api.body_limit import BodyLimit
from service.api.observe import Observed
from service.api.openapi import describe
from service.api.problems import PROBLEM_RESPONSES, Faults, Problem, problem_response
from service.api.routes import (
    assets,
    collections,
    documents,
    downloads,
    duplicates,
    edits,
    events,
    exchange,
    extraction,
    index,
    ingest,
    jobs,
    media,
    merges,
    search,
    sources,
    system,
    tags,
    trash,
    uploads,
    users,
    variants,
    versions,
    vocabularies,
)
from service.api.security import Gate, Keys
from service.errors import MagpieError
from service.hub import Hub
from service.metrics import Metrics
from service.settings import Settings
from service.version import VERSION

_UPLOADS_AT_ONCE = 16

_DESCRIPTION = """
Magpie reads what is inside photos and documents and answers questions about them.

Send `Authorization: Bearer TOKEN`, or use a browser that has opened the login link which
`magpie serve` prints. Errors are `application/problem+json` (RFC 9457); `detail` says what to
do next.
"""


def create_app(settings: Settings, keys: Keys) -> FastAPI:
    """The application for one home; the home is opened when the server starts."""

    metrics = Metrics()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            app.state.hub = await run_in_threadpool(Hub, settings, metrics=metrics)
            app.state.hub.watch()
        except BaseException as error:
            # For the command, which says it in its own words.
            app.state.fault = error
            raise
        app.state.uploading = CapacityLimiter(_UPLOADS_AT_ONCE)
        try:
            yield
        finally:
            await run_in_threadpool(app.state.hub.close)

    app = FastAPI(
        title="Magpie",
        version=VERSION,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        responses=PROBLEM_RESPONSES,
    )
    app.state.keys = keys
    app.state.fault = None
    app.state.metrics = metrics
    app.state.stopping = False
    for module in (
        assets,
        collections,
        documents,
        downloads,
        duplicates,
        edits,
        events,
        exchange,
        extraction,
        index,
        ingest,
        jobs,
        merges,
        media,
        search,
        sources,
        system,
        tags,
        trash,
        uploads,
        users,
        variants,
        versions,
        vocabularies,
    ):
        app.include_router(module.router)
    app.add_middleware(BodyLimit, max_bytes=settings.max_upload_mb * 2**20)
    app.add_middleware(Gate, keys=keys, settings=settings)
    app.add_middleware(Faults)
    # Last, so that its pages for errors also stand in for refusals of the gate.
    pages.mount(app)
    app.add_middleware(Observed, metrics=metrics)
    _add_error_handlers(app)
    describe(app)
    return app


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(MagpieError)
    def _known(_: Request, error: MagpieError) -> JSONResponse:
        return problem_response(Problem(error.code, error.status, error.message))

    @app.exception_handler(UnknownModelError)
    def _no_such_model(_: Request, error: UnknownModelError) -> JSONResponse:
        return problem_response(Problem("not_found", 404, str(error)))

    @app.exception_handler(LicenceError)
    def _not_permitted(_: Request, error: LicenceError) -> JSONResponse:
        return problem_response(Problem("licence", 400, str(error)))

    @app.exception_handler(ModelError)
    def _model(_: Request, error: ModelError) -> JSONResponse:
        return problem_response(Problem("model", 503, str(error)))

    @app.exception_handler(ReaderPoolError)
    def _readers(_: Request, error: ReaderPoolError) -> JSONResponse:
        return problem_response(Problem("readers", 503, f"{error} Try again in a moment."))

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()[:5]
        )
        return problem_response(Problem("invalid", 422, f"The request is not valid. {faults}"))

    @app.exception_handler(HTTPException)
    def _http(_: Request, error: HTTPException) -> JSONResponse:
        response = problem_response(Problem("http", error.status_code, str(error.detail)))
        response.headers.update(error.headers or {})
        return response
