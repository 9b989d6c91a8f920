"""Sessions: where they run, and that idle ones leave memory and come back by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models import registry, runtime
from models.errors import ModelError
from models.load import load_text
from models.runtime import Session, unload_idle
from models.weights import verify

FEEDS = {"text": np.ones((1, 384), dtype=np.float32)}


pytestmark = pytest.mark.filterwarnings("ignore:Specified provider")


@pytest.fixture
def session() -> Session:
    return Session(verify(registry.get(registry.VISUAL_DEFAULT))["query"], 1)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    runtime.use_device("auto")


def test_an_idle_network_leaves_memory_and_comes_back(session: Session) -> None:
    before = session.run(["query"], FEEDS)[0]
    assert unload_idle(3600.0) == []
    assert session.loaded
    assert session.path in unload_idle(0.0)
    assert not session.loaded
    np.testing.assert_array_equal(session.run(["query"], FEEDS)[0], before)
    assert session.loaded


def test_unloading_never_disturbs_those_who_ask(session: Session) -> None:
    expected = session.run(["query"], FEEDS)[0]
    stop = threading.Event()

    def unload() -> None:
        while not stop.is_set():
            unload_idle(0.0)

    unloader = threading.Thread(target=unload)
    unloader.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: session.run(["query"], FEEDS)[0], range(40)))
    finally:
        stop.set()
        unloader.join()
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)


def test_a_whole_encoder_survives_being_unloaded() -> None:
    encoder = load_text(threads=1)
    before = encoder.encode(["olives"])
    unload_idle(0.0)
    np.testing.assert_array_equal(encoder.encode(["olives"]), before)


def test_a_gpu_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(ModelError, match="MAGPIE_DEVICE=auto"):
        runtime.use_device("cuda")
    runtime.use_device("auto")


def test_a_gpu_that_does_not_start_is_said(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("a GPU is here and starts")
    both = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: both)
    runtime.use_device("cuda")
    with pytest.raises(ModelError, match="driver"):
        session.run(["query"], FEEDS)
    runtime.use_device("auto")
    assert session.run(["query"], FEEDS)[0].shape == (1, 640)
