"""A served library with a photo, a picture and notes, handled over HTTP by its owner."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.security import Keys
from service.hub import Hub
from service.settings import Settings


@dataclass(frozen=True)
class Served:
    """A server in this process; ``client`` carries the owner's token."""

    client: TestClient
    settings: Settings

    @property
    def hub(self) -> Hub:
        return self.client.app.state.hub  # type: ignore[attr-defined,no-any-return]

    def wait(self, job_id: str) -> None:
        end = time.monotonic() + 120
        while self.client.get(f"/v1/jobs/{job_id}").json()["state"] != "done":
            assert time.monotonic() < end, "the job does not end"
            time.sleep(0.02)

    def add(self, name: str, data: bytes) -> str:
        """Upload a file and wait until it can be found; its id."""
        answer = self.client.post("/v1/assets", files=[("files", (name, data))])
        assert answer.status_code == 202, answer.text
        (upload,) = answer.json()
        self.wait(upload["job_id"])
        return str(upload["asset"]["id"])

    def values(self, asset_id: str) -> dict[str, Any]:
        """What a record shows by people's and the file's word; models speak when they are ready."""
        detail = self.client.get(f"/v1/assets/{asset_id}").json()
        return {
            each["name"]: each["value"]
            for each in detail["values"]
            if each["shown"] and each["source"] != "model"
        }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(home=tmp_path_factory.mktemp("handled"), ocr="off", readers=1)
    keys = Keys.of_home(settings.home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=headers
    ) as client:
        yield Served(client, settings)
