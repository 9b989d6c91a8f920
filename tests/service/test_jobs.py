"""Jobs: they go on after a stop, wait and give up in order, and do what a person says."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from service import schemas
from service.errors import Conflict, NotFound
from service.hub import Hub
from service.ingest.queue import MOST_DEATHS
from service.settings import Settings


def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def ended(hub: Hub, job_id: str) -> schemas.Job:
    until(lambda: hub.job(job_id).state not in ("queued", "running"))
    return hub.job(job_id)


@contextmanager
def catalog(settings: Settings) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(settings.home / "catalog.sqlite3")
    with connection:
        yield connection
    connection.close()


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(f"The tale of hedgehog number {number}.")
    return folder


def test_an_interrupted_job_goes_on_at_the_next_start_and_counts_each_file_once(
    own_settings: Settings, texts: Path
) -> None:
    with Hub(own_settings, work=False) as hub:
        # Nothing works this job off: the process might as well have been killed.
        job_id = hub.jobs.start([texts], in_place=False).id
        until(lambda: hub.assets().total > 0)
    with Hub(own_settings) as hub:
        job = ended(hub, job_id)
        assert (job.state, job.done, job.total) == ("done", 40, 40)
        assert job.arrivals == {"new": 40}
        assert job.finished_at is not None
        assert hub.assets(states=["ready"]).total == 40


def test_a_job_is_held_and_let_go_on(own_settings: Settings, texts: Path) -> None:
    with Hub(own_settings) as hub:
        job_id = hub.jobs.start([texts], in_place=False).id
        assert hub.jobs.pause(job_id).state == "paused"
        time.sleep(1.5)
        before = hub.job(job_id)
        time.sleep(1)
        assert hub.job(job_id).done == before.done
        hub.jobs.resume(job_id)
        job = ended(hub, job_id)
        assert (job.state, job.done) == ("done", 40)
        with pytest.raises(Conflict, match="is done"):
            hub.jobs.pause(job_id)


def test_a_job_stays_held_over_a_restart(own_settings: Settings, texts: Path) -> None:
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([texts], in_place=False).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        hub.jobs.pause(job_id)
    with Hub(own_settings) as hub:
        time.sleep(1.5)
        assert hub.job(job_id).state == "paused"
        assert hub.assets(states=["ready"]).total == 0


def test_what_a_cancelled_job_left_is_read_when_asked_for(
    own_settings: Settings, texts: Path
) -> None:
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([texts], in_place=False).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        assert hub.jobs.cancel(job_id).state == "cancelled"
    with Hub(own_settings) as hub:
        time.sleep(1)
        assert hub.assets(states=["queued"]).total == 40
        assert ended(hub, hub.jobs.refresh("missing").id).done == 40
        assert hub.assets(states=["ready"]).total == 40
        assert hub.jobs.refresh("missing").total == 0


def test_all_reads_everything_again_and_failed_what_failed(
    own_settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "sound.txt").write_text("A sound file.")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< broken")
    with Hub(own_settings) as hub:
        assert hub.ingest([tmp_path / "sound.txt", tmp_path / "broken.pdf"]).failed == 1
        with catalog(own_settings) as connection:
            connection.execute("UPDATE content SET read_at = '2001-01-01 00:00:00.000000'")
        failed = ended(hub, hub.jobs.refresh("failed").id)
        assert (failed.total, failed.failed) == (1, 1)
        with catalog(own_settings) as connection:
            old = "SELECT count(*) FROM content WHERE read_at < '2002-01-01'"
            assert connection.execute(old).fetchone() == (1,)
        assert ended(hub, hub.jobs.refresh("all").id).total == 2
        with catalog(own_settings) as connection:
            assert connection.execute(old).fetchone() == (0,)


def test_a_lost_vector_is_missing(own_settings: Settings, texts: Path) -> None:
    with Hub(own_settings) as hub:
        hub.ingest([texts / "07.txt", texts / "08.txt"])
        with catalog(own_settings) as connection:
            connection.execute(
                "DELETE FROM embedding WHERE unit_id IN (SELECT id FROM unit WHERE text LIKE '%7%')"
            )
        assert ended(hub, hub.jobs.refresh("missing").id).total == 1
        assert hub.jobs.refresh("missing").total == 0


def test_a_file_that_kills_the_process_is_set_aside_and_tried_again_only_on_demand(
    own_settings: Settings, texts: Path
) -> None:
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([texts / "00.txt"], in_place=False).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        for _ in range(MOST_DEATHS):
            assert hub._queue.claim(10)
            hub._queue.recover()
        assert not hub._queue.claim(10)
    with Hub(own_settings) as hub:
        asset = hub.assets().assets[0]
        assert asset.state == "failed"
        assert "magpie jobs retry" in (asset.failure or "")
        assert [item.state for item in hub.jobs.items(job_id, limit=9).items] == ["poison"]
        assert hub.jobs.refresh("missing").total == 0
        hub.jobs.retry(job_id)
        assert ended(hub, job_id).failed == 0
        assert hub.assets().assets[0].state == "ready"
        assert hub.assets().assets[0].failure is None


def test_neighbours_of_a_deadly_file_are_read(own_settings: Settings, texts: Path) -> None:
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([texts], in_place=False).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        claimed = hub._queue.claim(32)
        assert len(claimed) == 32
        hub._queue.recover()
        clean = hub._queue.claim(32)
        assert {work.item_id for work in clean}.isdisjoint(work.item_id for work in claimed)
        assert hub._queue.claim(32) == [], "suspects wait until nothing else is being read"
        for work in clean:
            hub._queue.finish(work)
        assert len(hub._queue.claim(32)) == 1


def test_what_cannot_be_read_now_is_tried_again_after_growing_pauses(
    own_settings: Settings, texts: Path
) -> None:
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([texts / "00.txt"], in_place=False).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        pauses = []
        while works := hub._queue.claim(1):
            hub._queue.postpone(works[0], "missing", "The drive is away.")
            item = hub.jobs.items(job_id, limit=1).items[0]
            if item.next_attempt_at is not None:
                pauses.append((item.next_attempt_at.timestamp() - time.time()) / 2)
            assert hub._queue.claim(1) == []
            with catalog(own_settings) as connection:
                connection.execute("UPDATE job_item SET not_before = NULL")
        assert [round(pause) for pause in pauses] == [1, 2, 4]
        assert hub.jobs.items(job_id, limit=1).items[0].state == "poison"
        assert hub.assets().assets[0].failure == "The drive is away."


def test_a_file_in_place_that_was_away_for_a_moment_is_read(
    own_settings: Settings, texts: Path
) -> None:
    path, away = texts / "00.txt", texts / "away"
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([path], in_place=True).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
    path.rename(away)
    with Hub(own_settings) as hub:
        until(lambda: hub.jobs.items(job_id, limit=1).items[0].reason is not None)
        away.rename(path)
        job = ended(hub, job_id)
        assert (job.done, job.failed) == (1, 0)
        assert hub.assets().assets[0].state == "ready"


def test_a_file_in_place_that_changed_after_it_was_written_down_is_known_by_its_new_words(
    own_settings: Settings, texts: Path
) -> None:
    path = texts / "00.txt"
    with Hub(own_settings, work=False) as hub:
        job_id = hub.jobs.start([path], in_place=True).id
        until(lambda: not hub._book.get(job_id)[0].taking_in)
        old = hub.assets().assets[0].sha256
    path.write_text("Now it tells of an otter in the canal.")
    with Hub(own_settings) as hub:
        assert ended(hub, job_id).state == "done"
        asset = hub.search(schemas.SearchRequest(words="otter in the canal")).hits[0].asset
        assert asset.sha256 != old
        assert asset.size == path.stat().st_size
    with catalog(own_settings) as connection:
        assert connection.execute(
            "SELECT count(*) FROM content WHERE sha256 = ?", (old,)
        ).fetchone() == (0,)


def test_a_copy_is_made_of_what_was_known_in_place(own_settings: Settings, texts: Path) -> None:
    path = texts / "00.txt"
    with Hub(own_settings) as hub:
        hub.ingest([path], in_place=True)
        assert hub.ingest([path]).arrivals == {"changed": 1}
        path.unlink()
        stored, _ = hub.original(hub.assets().assets[0].id)
        assert stored.read_text() == "The tale of hedgehog number 0."


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that bind")
def test_folders_that_cannot_be_read_are_reported(own_settings: Settings, texts: Path) -> None:
    closed = texts / "closed"
    closed.mkdir(mode=0o000)
    try:
        with Hub(own_settings) as hub:
            job = hub.ingest([texts])
        assert job.arrivals == {"new": 40}
        assert "closed cannot be read" in job.problems[0]
    finally:
        closed.chmod(0o700)


def test_the_words_of_a_pdf_opened_with_a_password_outlive_a_new_reading(
    own_settings: Settings, tmp_path: Path
) -> None:
    pdf = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs reportlab")
    page = pdf.Canvas(str(tmp_path / "secret.pdf"), encrypt="open sesame")
    page.drawString(72, 720, "The treasure lies under the old oak tree.")
    page.save()
    with Hub(own_settings) as hub:
        hub.ingest([tmp_path / "secret.pdf"])
        asset = hub.assets().assets[0]
        assert hub.read_again(asset.id, password="open sesame").state == "ready"
        assert ended(hub, hub.jobs.refresh("all").id).failed == 0
        assert hub.asset(asset.id).state == "ready"
        assert hub.search(schemas.SearchRequest(words="treasure under the oak")).hits


def test_what_a_killed_upload_left_is_removed_at_the_next_start(own_settings: Settings) -> None:
    partial = own_settings.home / "blobs" / "incoming" / "half"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"half a file")
    with Hub(own_settings, work=False):
        assert not partial.exists()


def test_jobs_are_listed_newest_first_in_pages(own_settings: Settings) -> None:
    with Hub(own_settings) as hub:
        made = [hub.upload(BytesIO(f"{n}".encode()), f"{n}.txt").job_id for n in range(5)]
        first = hub.jobs.page(limit=3)
        rest = hub.jobs.page(limit=3, cursor=first.next_cursor)
        assert [job.id for job in (*first.jobs, *rest.jobs)] == made[::-1]
        assert rest.next_cursor is None
        with pytest.raises(NotFound, match="no job"):
            hub.jobs.items("unknown", limit=1)
