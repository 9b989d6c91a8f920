"""The API against its own OpenAPI document: no fault of ours, nothing that it does not say."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    home = tmp_path_factory.mktemp("fuzzed")
    return create_app(Settings(home=home, max_upload_mb=1, ocr="off"), Keys.of_home(home))


@pytest.fixture(scope="module")
def served(app: FastAPI) -> Iterator[Any]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    headers = {"Authorization": f"Bearer {app.state.keys.token}"}
    schema = schemathesis.openapi.from_url(f"{url}/v1/openapi.json", headers=headers)
    schema.config.update(headers=headers)
    yield schema
    server.should_exit = True
    thread.join()


_SETTINGS = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_the_document_says(served: Any, mode: GenerationMode) -> None:
    faults = []
    for operation in (each.ok() for each in served.get_all_operations()):
        if operation.path == "/v1/ingest":
            continue  # Takes in whatever lies under the paths that come up on this machine.
        try:
            _ask(operation, mode)
        except Unsatisfiable:
            continue  # Nothing invalid can be sent where nothing is asked for.
        except BaseExceptionGroup as error:
            faults.append(f"{operation.label}: {error} {error.exceptions}")
    assert not faults, "\n\n".join(faults)


def _ask(operation: Any, mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @_SETTINGS
    def ask(case: Any) -> None:
        # What a schema cannot say, such as which cursors were given out, may be refused.
        excluded = [positive_data_acceptance]
        if case.media_type == "multipart/form-data":
            # On the wire every part is text: a number in place of a file is a file of digits.
            excluded.append(negative_data_rejection)
        case.call_and_validate(timeout=20, excluded_checks=excluded)

    ask()


def test_every_body_and_answer_has_an_example_that_fits(app: FastAPI) -> None:
    document = app.openapi()
    checked = 0
    for path, item in document["paths"].items():
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                for media_type, content in body.get("content", {}).items():
                    if not media_type.endswith("json") or "schema" not in content:
                        continue
                    assert "example" in content, (path, media_type)
                    whole = {**content["schema"], "components": document["components"]}
                    Draft202012Validator(whole).validate(content["example"])
                    checked += 1
    assert checked > 50
