"""A served library of eight short notes, two pictures among them, and keys to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.security import Keys
from service.hub import Hub
from service.settings import Settings

_NOTE = "The ferry across the lake leaves at noon. Note {number} speaks of {topic}."
_TOPICS = ("sails", "ropes", "anchors", "tides", "gulls", "maps")


@dataclass(frozen=True)
class Site:
    """A server in this process; ``client`` carries no key."""

    client: TestClient
    hub: Hub
    owner: dict[str, str]
    assets: dict[str, str]

    def key(self, user: str, scope: str) -> dict[str, str]:
        """Headers with a new key of a user."""
        made = self.client.post("/v1/keys", json={"user": user, "scope": scope}, headers=self.owner)
        assert made.status_code == 201, made.text
        return {"Authorization": f"Bearer {made.json()['secret']}"}

    def settle(self) -> None:
        """Wait until the index has taken everything up."""
        end = time.monotonic() + 60
        while self.hub.gauges().outbox:
            assert time.monotonic() < end, "the index did not take up the changes"
            time.sleep(0.01)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("served")
    keys = Keys.of_home(home)
    owner = {"Authorization": f"Bearer {keys.token}"}
    files = [
        (f"note{number}.txt", _NOTE.format(number=number, topic=topic).encode())
        for number, topic in enumerate(_TOPICS)
    ]
    files += [
        (f"{path.stem}.png", path.read_bytes())
        for path in sorted((library / "photos").glob("*.png"))
    ]
    with TestClient(create_app(Settings(home=home), keys), base_url="http://localhost") as client:
        hub: Hub = client.app.state.hub  # type: ignore[attr-defined]
        answers = client.post(
            "/v1/assets", files=[("files", file) for file in files], headers=owner
        ).json()
        for answer in answers:
            while (
                client.get(f"/v1/jobs/{answer['job_id']}", headers=owner).json()["state"] != "done"
            ):
                time.sleep(0.02)
        names = {each["asset"]["name"]: each["asset"]["id"] for each in answers}
        assert len(names) == len(files)
        made = Site(client, hub, owner, names)
        made.settle()
        yield made
