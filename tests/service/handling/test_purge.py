"""What is purged is nowhere any more: no byte, row, word, vector or picture."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import inspect, text

_WORD = "xylographquagga"
_NAME = "zyzzyvaphoto"


def _photo() -> bytes:
    import numpy as np

    pixels = np.random.default_rng(7).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Title", _WORD)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=said)
    return buffer.getvalue()


def _holders(home: Path, *needles: bytes) -> Iterator[Path]:
    # Folders of the index may go while this looks; ``os.walk`` does not mind.
    for folder, _, names in os.walk(home):
        for name in names:
            file = Path(folder, name)
            with contextlib.suppress(FileNotFoundError):
                data = file.read_bytes()
                if any(needle in data for needle in needles):
                    yield file


def _rows(served: Any, *needles: str) -> list[str]:
    found: list[str] = []
    engine = served.hub._database.engine
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"'))
            said = (str(tuple(row)) for row in rows)
            found += [table for each in said if any(needle in each for needle in needles)]
    return found


def _settle(served: Any) -> None:
    end = time.monotonic() + 60
    while served.hub.gauges().outbox:
        assert time.monotonic() < end, "the index did not take up the changes"
        time.sleep(0.02)


def test_a_purge_leaves_nothing_behind(served: Any) -> None:
    client, home = served.client, served.settings.home
    kept = served.add("kept.txt", b"What stays is untouched.")
    data = _photo()
    photo = served.add(f"{_NAME}.png", data)
    words = served.add(f"{_NAME}.txt", f"The {_WORD} sleeps. It is secret.".encode())
    for each in (photo, words):
        edits = [{"field": "keywords", "value": [_WORD]}, {"field": "credit", "value": _WORD}]
        client.patch(f"/v1/assets/{each}", json={"title": f"{_WORD} one", "edits": edits})
        client.patch(f"/v1/assets/{each}", json={"title": f"{_WORD} two"})
    preview = client.get(f"/v1/assets/{photo}/preview").content
    made = client.post(
        f"/v1/assets/{words}/versions",
        files={"file": (f"{_NAME} 2.txt", f"Another {_WORD} wakes.".encode())},
    )
    served.wait(made.json()["job_id"])
    _settle(served)
    points = served.hub.gauges().points
    pixels = data[2000:2100]
    assert list(_holders(home, _WORD.encode()))
    assert list(_holders(home, pixels))

    for each in (photo, words):
        assert client.post(f"/v1/assets/{each}/purge").status_code == 409
        assert client.delete(f"/v1/assets/{each}").status_code == 204
        purged = client.post(f"/v1/assets/{each}/purge")
        assert purged.status_code == 200, purged.text
        assert purged.json()["records"] == 1
        assert client.get(f"/v1/assets/{each}").status_code == 404
    _settle(served)

    served.hub._database.forget_deleted()
    needles = (_WORD.encode(), _NAME.encode(), pixels, preview[200:300])
    assert list(_holders(home, *needles)) == []
    assert _rows(served, _WORD, _NAME) == []
    assert served.hub.gauges().points < points
    assert client.post("/v1/search", json={"words": _WORD}).json()["hits"] == []
    events = client.get("/v1/events", params={"asset": photo}).json()["events"]
    assert {"asset.added", "asset.purged"} <= {each["kind"] for each in events}
    assert all(each["before"] is None and each["after"] is None for each in events)
    assert client.get(f"/v1/assets/{kept}/original").content == b"What stays is untouched."
    # Deleted points stay in the files of an index until it is written anew.
    end = time.monotonic() + 60
    while list(_holders(home / "index", photo.encode(), words.encode())):
        assert time.monotonic() < end, "the index still holds points of what was purged"
        time.sleep(0.1)
    assert set(_rows(served, photo, words)) <= {"event"}
    assert client.post("/v1/search", json={"words": "what stays untouched"}).json()["hits"]


def test_bytes_that_another_record_has_stay(served: Any) -> None:
    data = b"Two records, the same bytes."
    one, two = served.add("one.txt", data), served.add("two.txt", data)
    served.client.delete(f"/v1/assets/{one}")
    served.client.post(f"/v1/assets/{one}/purge")
    assert served.client.get(f"/v1/assets/{two}/original").content == data
    _settle(served)
    hits = served.client.post("/v1/search", json={"words": "records same bytes"}).json()["hits"]
    assert [hit["asset"]["id"] for hit in hits] == [two]


def test_emptying_takes_what_was_there_long_enough_and_nothing_held(served: Any) -> None:
    old = served.add("old.txt", b"Thrown away.")
    served.client.delete(f"/v1/assets/{old}")
    emptied = served.client.post("/v1/trash/empty", json={}).json()
    assert emptied["records"] == 0
    assert served.client.get(f"/v1/assets/{old}").status_code == 200
    emptied = served.client.post("/v1/trash/empty", json={"older_than_days": 0}).json()
    assert (emptied["records"], emptied["held"]) == (1, 0)
    assert served.client.get(f"/v1/assets/{old}").status_code == 404


def test_the_trash_empties_itself_after_the_holding_time(served: Any) -> None:
    from datetime import timedelta

    from service.catalog.tables import Asset, now
    from service.trash.emptier import Emptier

    asset_id = served.add("forgotten.txt", b"Forgotten in the trash.")
    served.client.delete(f"/v1/assets/{asset_id}")
    with served.hub._database.write() as session:
        session.get_one(Asset, asset_id).trashed_at = now() - timedelta(days=31)
    emptier = Emptier(served.hub.desk.trash, days=30)
    emptier.start()
    end = time.monotonic() + 60
    while served.client.get(f"/v1/assets/{asset_id}").status_code == 200:
        assert time.monotonic() < end, "the trash was not emptied"
        time.sleep(0.02)
    emptier.close()


@pytest.mark.parametrize("days", [-1, "NaN"])
def test_an_odd_holding_time_is_refused(served: Any, days: Any) -> None:
    answer = served.client.post("/v1/trash/empty", json={"older_than_days": days})
    assert answer.status_code == 422
