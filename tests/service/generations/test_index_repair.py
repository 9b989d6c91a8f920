"""The index is built again where it is lost, and one bad asset does not hold up the others."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from service import schemas
from service.hub import Hub
from service.index.base import Filter, IndexUnavailable
from service.index.edge import EdgeIndex
from service.index.server_generations import ServerGenerations
from service.settings import Settings

WaitFor = Callable[[Callable[[], bool]], None]

TRAVEL = schemas.SearchRequest(words="night trains", limit=3)


@pytest.fixture
def texts(own_settings: Settings, library: Path) -> Iterator[Hub]:
    with Hub(own_settings) as hub:
        hub.ingest([library / "texts"])
        yield hub


def finds(hub: Hub) -> bool:
    try:
        hits = hub.search(TRAVEL).hits
    except IndexUnavailable:
        return False
    return bool(hits) and hits[0].asset.name == "travel-policy.md"


def generation_folder(settings: Settings) -> Path:
    (folder,) = (settings.home / "index" / "generations").glob("[!.]*")
    return folder


@pytest.mark.parametrize("damage", ["gone", "unreadable"])
def test_a_lost_index_is_built_again_at_the_next_start(
    texts: Hub, own_settings: Settings, wait_for: WaitFor, damage: str
) -> None:
    texts.close()
    lost = generation_folder(own_settings)
    if damage == "gone":
        shutil.rmtree(lost)
    else:
        for file in (lost / "shard").rglob("*.json"):
            file.write_bytes(b"\0" * 9)
    with Hub(own_settings) as hub:
        wait_for(lambda: finds(hub))
        assert generation_folder(own_settings) != lost
    with Hub(own_settings, work=False) as hub:
        assert finds(hub)


def test_reindex_builds_another_and_drops_those_before(
    texts: Hub, own_settings: Settings, wait_for: WaitFor
) -> None:
    names = []
    for _ in range(3):
        names.append(texts.index.status().generation)
        texts.index.rebuild()
        wait_for(lambda: texts.index.status().generation not in names)
        assert finds(texts)
    status = texts.index.status()
    # Of the same models: there is nothing to go back to.
    assert status.kept is None
    folders = own_settings.home / "index" / "generations"
    wait_for(lambda: [each.name for each in folders.glob("[!.]*")] == [status.generation])


def test_a_bad_asset_is_marked_and_the_others_are_found(
    texts: Hub, own_settings: Settings, library: Path, wait_for: WaitFor
) -> None:
    catalog = own_settings.home / "catalog.sqlite3"
    bad = np.full(384, np.nan, dtype="<f2").tobytes()
    with sqlite3.connect(catalog) as connection:
        (asset_id,) = connection.execute("SELECT id FROM asset WHERE name = 'nda.txt'").fetchone()
        connection.execute(
            "UPDATE embedding SET vector = ? WHERE unit_id IN (SELECT unit.id FROM unit "
            "JOIN asset USING (sha256) WHERE asset.id = ?)",
            (bad, asset_id),
        )
        connection.execute("INSERT INTO outbox (asset_id, operation) SELECT id, 'index' FROM asset")
    wait_for(lambda: texts.index.status().faults == 1)
    wait_for(lambda: not texts.index.status().waiting)
    assert finds(texts)
    named = texts.search(schemas.SearchRequest(words="nda")).hits
    assert [hit.asset.name for hit in named] == ["nda.txt"]
    with sqlite3.connect(catalog) as connection:
        (reason,) = connection.execute("SELECT reason FROM index_fault").fetchone()
        assert "not finite" in reason
        connection.execute("DELETE FROM embedding WHERE vector = ?", (bad,))
        connection.execute(
            "INSERT INTO outbox (asset_id, operation) VALUES (?, 'index')", (asset_id,)
        )
    wait_for(lambda: texts.index.status().faults == 0)


def test_a_change_waits_in_the_catalog_until_the_index_has_it_on_the_disk(
    texts: Hub, own_settings: Settings, monkeypatch: pytest.MonkeyPatch, wait_for: WaitFor
) -> None:
    flush = EdgeIndex.flush
    refused: list[int] = []

    def fail(self: EdgeIndex) -> None:
        refused.append(1)
        raise IndexUnavailable("The disk does not answer.")

    monkeypatch.setattr(EdgeIndex, "flush", fail)
    with sqlite3.connect(own_settings.home / "catalog.sqlite3") as connection:
        connection.execute("INSERT INTO outbox (asset_id, operation) SELECT id, 'index' FROM asset")
    wait_for(lambda: bool(refused))
    # What Magpie finds out about texts meanwhile waits with them.
    assert texts.index.status().waiting >= 2
    assert finds(texts)
    monkeypatch.setattr(EdgeIndex, "flush", flush)
    wait_for(lambda: texts.index.status().waiting == 0)


def test_without_its_server_magpie_starts_and_says_what_is_missing(
    texts: Hub, own_settings: Settings
) -> None:
    texts.close()
    settings = Settings(home=own_settings.home, index_url="http://127.0.0.1:9")
    with Hub(settings) as hub:
        status = hub.index.status()
        assert status.points is None
        assert status.message is not None
        assert "MAGPIE_INDEX_URL" in status.message
        with pytest.raises(IndexUnavailable, match="MAGPIE_INDEX_URL"):
            hub.search(TRAVEL)


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
@pytest.mark.filterwarnings("ignore:Local mode")
def test_a_server_is_filled_from_the_catalog_when_it_is_there(
    texts: Hub, own_settings: Settings, monkeypatch: pytest.MonkeyPatch, wait_for: WaitFor
) -> None:
    texts.close()
    client = QdrantClient(":memory:")
    monkeypatch.setattr(
        "service.generations.assembly.generations_at", lambda *_: ServerGenerations(client)
    )
    with Hub(own_settings) as hub:
        wait_for(lambda: finds(hub))
        wait_for(lambda: not hub.index.status().waiting)
        points = hub.index.status().points
        first = hub.index.status().generation
        hub.index.rebuild()
        wait_for(lambda: hub.index.status().generation != first)
        assert finds(hub)
        with hub._board.lease() as serving:
            assert serving.index.count(Filter()) == points
        assert client.count("magpie").count == points
