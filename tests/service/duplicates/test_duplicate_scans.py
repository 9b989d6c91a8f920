"""Scans come to the same groups in whatever pieces files arrive; they stop and go on."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.duplicates import schemas
from service.duplicates.keeping import Candidate, to_keep
from service.duplicates.scans import Scans
from service.hub import Hub
from service.settings import Settings

_NAMES = ("cat.png", "cat.jpg", "cat mirrored.jpg", "cat cropped.jpg", "coffee.png", "coffee.jpg")


def _groups(hub: Hub) -> set[tuple[str, frozenset[str]]]:
    page = hub.desk.duplicates.page(schemas.GroupQuery())
    return {(each.kind, frozenset(one.name for one in each.members)) for each in page.groups}


def _scanned(hub: Hub) -> schemas.Run:
    run = hub.desk.duplicates.scan()
    while run.state == "running":
        time.sleep(0.05)
        run = hub.desk.duplicates.run(run.id)
    return run


@pytest.mark.slow
def test_pieces_in_any_order_come_to_the_same_groups(tmp_path: Path, photos: Path) -> None:
    found = []
    for place, pieces in enumerate((_NAMES[::-1], _NAMES)):
        with Hub(Settings(home=tmp_path / f"home{place}", offline=True, ocr="off")) as hub:
            # One after another with a scan after each, and the other time all at once.
            for number, name in enumerate(pieces):
                folder = tmp_path / f"{place}-{number if place == 0 else 0}"
                folder.mkdir(exist_ok=True)
                copyfile(photos / name, folder / name)
                if place == 0 or name == pieces[-1]:
                    hub.ingest([folder])
                    assert _scanned(hub).state == "done"
            found.append(_groups(hub))
    assert found[0] == found[1]
    assert {len(names) for _, names in found[0]} == {4, 2}


class _Slow:
    """A finder that goes on until it is told to stop."""

    def find(self, _store: Any, progress: Any) -> int:
        for done in range(10_000):
            progress("Waiting", done, 10_000)
            time.sleep(0.01)
        return 0


def test_a_scan_is_stopped_and_one_that_was_cut_off_is_gone_on_with(album: Any) -> None:
    database = album.hub._database
    scans = Scans(database, [("slow-1", "", _Slow())], every=timedelta())
    run_id = scans.start()
    assert scans.start() == run_id, "a second one joins the first"
    scans.cancel(run_id)
    _wait(lambda: scans.get(run_id).state == "cancelled")
    cut_off = scans.start()
    scans.close()
    assert scans.get(cut_off).state == "stopped"
    again = Scans(database, [], every=timedelta())
    again.open()
    again.watch()
    try:
        _wait(lambda: again.latest(1)[0].id != cut_off and again.latest(1)[0].state == "done")
        assert again.latest(1)[0].scheduled
    finally:
        again.close()
        # The links went with the methods that were not among these.
        album.scan()


def _wait(over: Any) -> None:
    end = time.monotonic() + 30
    while not over():
        assert time.monotonic() < end
        time.sleep(0.02)


_CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        protected=st.booleans(),
        licensed=st.booleans(),
        approved=st.booleans(),
        facts=st.integers(0, 3),
        extent=st.floats(0, 100),
        quality=st.floats(0, 8),
        original=st.integers(0, 5),
        since=st.datetimes(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.id,
)


@given(_CANDIDATES, st.randoms(use_true_random=False))
def test_the_copy_to_keep_does_not_depend_on_the_order(
    candidates: list[Candidate], random: Any
) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)
    keep_id, reason = to_keep(candidates)
    assert to_keep(shuffled) == (keep_id, reason)
    kept = next(each for each in candidates if each.id == keep_id)
    assert kept.protected or not any(each.protected for each in candidates)
