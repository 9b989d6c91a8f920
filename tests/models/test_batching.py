from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.batching import Batcher
from models.errors import EncoderClosedError, ModelError


class Recorder:
    """Doubles numbers, remembers the batches, and stops at a gate when asked to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, items: list[int]) -> list[int]:
        self.batches.append(list(items))
        assert self.gate.wait(5)
        if -1 in items:
            raise ValueError("cannot encode -1")
        return [2 * item for item in items]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def batcher(recorder: Recorder) -> Iterator[Batcher[int, int]]:
    batcher = Batcher(recorder, name="test", max_items=4, max_wait_s=0.01)
    yield batcher
    recorder.gate.set()
    batcher.close()


def occupy(batcher: Batcher[int, int], recorder: Recorder) -> None:
    """Put the thread inside a batch that waits at the gate."""
    recorder.gate.clear()
    batcher.submit([1000], bulk=False)
    while not recorder.batches:
        time.sleep(0.001)


def test_every_caller_of_many_threads_gets_its_own_results(
    batcher: Batcher[int, int], recorder: Recorder
) -> None:
    def call(start: int) -> list[int]:
        futures = batcher.submit(range(start, start + 7), bulk=start % 2 == 0)
        return [future.result(5) for future in futures]

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(call, range(0, 400, 7)))
    assert results == [[2 * i for i in range(s, s + 7)] for s in range(0, 400, 7)]
    assert max(map(len, recorder.batches)) == 4


def test_bulk_items_of_several_callers_share_a_batch(
    batcher: Batcher[int, int], recorder: Recorder
) -> None:
    occupy(batcher, recorder)
    futures = [future for item in (1, 2, 3) for future in batcher.submit([item], bulk=True)]
    recorder.gate.set()
    assert [future.result(5) for future in futures] == [2, 4, 6]
    assert recorder.batches[1:] == [[1, 2, 3]]


def test_a_query_overtakes_a_long_ingest(batcher: Batcher[int, int], recorder: Recorder) -> None:
    occupy(batcher, recorder)
    ingest = batcher.submit(range(20), bulk=True)
    query = batcher.submit([99], bulk=False)
    recorder.gate.set()
    assert query[0].result(5) == 198
    assert [future.result(5) for future in ingest] == [2 * i for i in range(20)]
    assert recorder.batches[1] == [99]


def test_a_bad_item_fails_alone(batcher: Batcher[int, int], recorder: Recorder) -> None:
    occupy(batcher, recorder)
    good, bad, other = batcher.submit([1, -1, 3], bulk=True)
    recorder.gate.set()
    assert (good.result(5), other.result(5)) == (2, 6)
    with pytest.raises(ValueError, match="cannot encode -1"):
        bad.result(5)


def test_a_wrong_count_fails_its_batch_and_no_other() -> None:
    batcher: Batcher[int, int] = Batcher(
        lambda items: items[:-1] if 13 in items else items, name="test", max_items=4
    )
    (bad,) = batcher.submit([13], bulk=True)
    with pytest.raises(ModelError, match="0 results for 1"):
        bad.result(5)
    assert batcher.submit([7], bulk=True)[0].result(5) == 7
    batcher.close()


def test_a_cancelled_item_is_not_encoded(batcher: Batcher[int, int], recorder: Recorder) -> None:
    occupy(batcher, recorder)
    kept, dropped = batcher.submit([1, 2], bulk=True)
    assert dropped.cancel()
    recorder.gate.set()
    assert kept.result(5) == 2
    assert all(2 not in batch for batch in recorder.batches)


def test_heavy_items_get_small_batches() -> None:
    batches: list[list[int]] = []

    def encode(items: list[int]) -> list[int]:
        batches.append(items)
        return items

    batcher = Batcher(encode, name="test", max_items=100, max_weight=10, weight=float)
    for future in batcher.submit([1, 2, 3, 5, 5, 40], bulk=True):
        future.result(5)
    batcher.close()
    assert batches == [[1, 2, 3], [5, 5], [40]]


def test_closing_refuses_what_waits_and_what_comes(
    batcher: Batcher[int, int], recorder: Recorder
) -> None:
    occupy(batcher, recorder)
    (waiting,) = batcher.submit([1], bulk=True)
    closing = threading.Thread(target=batcher.close)
    closing.start()
    with pytest.raises(EncoderClosedError):
        waiting.result(5)
    recorder.gate.set()
    closing.join(5)
    assert not closing.is_alive()
    with pytest.raises(EncoderClosedError, match="load the model again"):
        batcher.submit([1], bulk=False)
