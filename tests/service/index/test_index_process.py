"""The index process may be killed, shared, or refused; nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from service.index.base import Condition, Filter, IndexUnavailable, Leg, Point, Schema
from service.index.edge import EdgeIndex

EVERYTHING = Filter()


@pytest.fixture
def small() -> Schema:
    return Schema(dense={"text": 8}, sparse=["bm25"], payload={"n": "integer"})


def numbered(number: int) -> Point:
    vector = np.random.default_rng(number).standard_normal(8).astype(np.float32)
    return Point(UUID(int=number), {"text": vector}, {}, {"n": number})


def kill(index: EdgeIndex, with_signal: int = signal.SIGKILL) -> int:
    process_id = index.process_id
    assert process_id is not None
    os.kill(process_id, with_signal)
    return process_id


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_reopening_finds_everything(small: Schema, tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, small) as index:
        index.upsert([numbered(n) for n in range(300)])
        query = Leg("text", np.ones(8, np.float32), 10)
        before = index.search([query])
    with EdgeIndex(tmp_path, small) as index:
        assert index.count(EVERYTHING) == 300
        assert index.search([query]) == before


def test_a_killed_process_is_started_again(small: Schema, tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, small) as index:
        index.upsert([numbered(1)])
        killed = kill(index)
        assert index.count(EVERYTHING) == 1
        assert index.process_id not in (None, killed)
        kill(index)
        index.upsert([numbered(2)])
        kill(index)
        index.delete(Filter(must=[Condition("n", any_of=[1])]))
        kill(index)
        assert index.scroll(EVERYTHING, limit=5) == [UUID(int=2)]
        kill(index)


def test_a_process_that_hangs_is_replaced(
    small: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EdgeIndex(tmp_path, small) as index:
        index.upsert([numbered(1)])
        # Patience from here on, so that a busy machine may take its time to open.
        monkeypatch.setattr("service.index.edge_process._ANSWER_S", 2)
        kill(index)
        assert wait_until(lambda: index.process_id is None)
        assert index.count(EVERYTHING) == 1
        kill(index, signal.SIGSTOP)
        with pytest.raises(IndexUnavailable, match="no answer for 2 seconds"):
            index.count(EVERYTHING)
        assert index.count(EVERYTHING) == 1


def test_no_acknowledged_point_is_lost_when_the_process_is_killed(
    small: Schema, tmp_path: Path
) -> None:
    acknowledged: set[int] = set()
    stop = threading.Event()

    def write(index: EdgeIndex) -> None:
        for start in count(step=50):
            if stop.is_set():
                return
            try:
                index.upsert([numbered(n) for n in range(start, start + 50)])
            except IndexUnavailable:
                continue
            acknowledged.update(range(start, start + 50))

    with EdgeIndex(tmp_path, small) as index, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, index)
        try:
            for pause in np.random.default_rng(3).uniform(0.02, 0.3, size=6):
                before = len(acknowledged)
                assert wait_until(lambda before=before: len(acknowledged) > before)
                time.sleep(pause)
                kill(index)
        finally:
            stop.set()
        writing.result(timeout=30)
        found = {id_.int for id_ in index.scroll(EVERYTHING, limit=10**6)}
        assert acknowledged
        assert acknowledged <= found
        assert index.count(EVERYTHING) == len(found)


def test_no_acknowledged_point_is_lost_when_the_parent_is_killed(
    small: Schema, tmp_path: Path
) -> None:
    writer = textwrap.dedent(
        """
        import sys
        from itertools import count
        from pathlib import Path
        from uuid import UUID
        import numpy as np
        from service.index.base import Point, Schema
        from service.index.edge import EdgeIndex

        schema = Schema(dense={"text": 8}, sparse=["bm25"], payload={"n": "integer"})
        index = EdgeIndex(Path(sys.argv[1]), schema)
        print(index.process_id, flush=True)
        for start in count(int(sys.argv[2]), 20):
            numbers = range(start, start + 20)
            vector = np.ones(8, np.float32)
            index.upsert([Point(UUID(int=n), {"text": vector}, {}, {"n": n}) for n in numbers])
            print(start + 20, flush=True)
        """
    )
    written = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", writer, str(tmp_path), str(written)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        ) as process:
            assert process.stdout is not None
            child = int(process.stdout.readline())
            for _ in range(10):
                written = int(process.stdout.readline())
            process.kill()
            for line in process.stdout:
                written = int(line)
        assert wait_until(lambda child=child: not is_running(child)), (
            "the child outlived its parent"
        )

    with EdgeIndex(tmp_path, small) as index:
        found = {id_.int for id_ in index.scroll(EVERYTHING, limit=10**6)}
    assert written >= 600
    assert set(range(written)) <= found


def test_a_child_of_a_killed_parent_leaves_though_a_fork_keeps_the_socket(
    small: Schema, tmp_path: Path
) -> None:
    program = textwrap.dedent(
        """
        import os, sys, time
        from pathlib import Path
        from service.index.base import Schema
        from service.index.edge import EdgeIndex

        schema = Schema(dense={"text": 8}, sparse=["bm25"], payload={"n": "integer"})
        index = EdgeIndex(Path(sys.argv[1]), schema)
        stranger = os.fork()
        if stranger:
            print(index.process_id, stranger, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        child, stranger = (int(word) for word in process.stdout.readline().split())
        try:
            process.kill()
            process.wait()
            assert wait_until(lambda: not is_running(child))
        finally:
            os.kill(stranger, signal.SIGKILL)


def test_a_second_process_on_the_same_folder_gets_one_clear_error(
    small: Schema, tmp_path: Path
) -> None:
    with (
        EdgeIndex(tmp_path, small),
        pytest.raises(IndexUnavailable, match="in use by another process"),
    ):
        EdgeIndex(tmp_path, small)
    with EdgeIndex(tmp_path, small) as index:
        assert index.count(EVERYTHING) == 0


def test_an_index_of_other_models_is_refused(small: Schema, tmp_path: Path) -> None:
    EdgeIndex(tmp_path, small).close()
    wider = Schema(dense={"text": 16}, sparse=["bm25"], payload=small.payload)
    with pytest.raises(IndexUnavailable, match="magpie reindex"):
        EdgeIndex(tmp_path, wider)
    retyped = Schema(dense=small.dense, sparse=small.sparse, payload={"n": "keyword"})
    with pytest.raises(IndexUnavailable, match="magpie reindex"):
        EdgeIndex(tmp_path, retyped)


def test_a_new_payload_field_is_added_to_an_old_index(small: Schema, tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, small) as index:
        index.upsert([numbered(1)])
    wider = Schema(small.dense, small.sparse, {"n": "integer", "kind": "keyword"})
    for _ in range(2):
        with EdgeIndex(tmp_path, wider) as index:
            index.upsert([Point(UUID(int=2), {}, {}, {"kind": "image"})])
            assert index.facet("kind", EVERYTHING, limit=5) == {"image": 1}
            assert index.count(EVERYTHING) == 2


def test_an_interrupted_creation_is_repeated(small: Schema, tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, small):
        pass
    (tmp_path / "schema.json").unlink()
    with EdgeIndex(tmp_path, small) as index:
        index.upsert([numbered(1)])
        assert index.count(Filter(must=[Condition("n", gte=1)])) == 1


def test_a_damaged_index_says_so(small: Schema, tmp_path: Path) -> None:
    EdgeIndex(tmp_path, small).close()
    (tmp_path / "shard" / "edge_config.json").write_text("{")
    with pytest.raises(IndexUnavailable, match="index"):
        EdgeIndex(tmp_path, small)


def test_searches_go_on_beside_a_bulk_write(small: Schema, tmp_path: Path) -> None:
    points = [numbered(n) for n in range(6000)]
    query = Leg("text", np.ones(8, np.float32), 10)
    with EdgeIndex(tmp_path, small) as index, ThreadPoolExecutor(5) as pool:
        index.upsert(points[:100])
        writing = pool.submit(index.upsert, points)
        searches = 0
        while not writing.done():
            asked = [pool.submit(index.search, [query]) for _ in range(4)]
            assert all(len(each.result(timeout=30)[0]) == 10 for each in asked)
            searches += 4
        writing.result()
        assert searches >= 12
        assert index.count(EVERYTHING) == 6000


def test_a_payload_that_cannot_be_stored_is_refused_and_the_index_lives_on(
    small: Schema, tmp_path: Path
) -> None:
    with EdgeIndex(tmp_path, small) as index:
        process_id = index.process_id
        for value in ("broken \udcff name", float("nan")):
            with pytest.raises(ValueError):
                index.upsert([Point(UUID(int=1), {}, {}, {"name": value})])
        assert index.count(EVERYTHING) == 0
        assert index.process_id == process_id


def test_a_folder_named_service_does_not_get_in_the_way(
    small: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    with EdgeIndex(Path("index"), small) as index:
        assert index.count(EVERYTHING) == 0
