"""A second text model for tests: the first one with its space turned round."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.weights import verify
from service.hub import Hub

AddModel = Callable[[Path], str]
WaitFor = Callable[[Callable[[], bool]], None]


@pytest.fixture(scope="session")
def turned_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MiniLM whose vectors are turned by a random rotation.

    Cosines among its vectors are as before; to vectors of the first model they are about 0.
    """
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(verify(registry.get(registry.TEXT_DEFAULT))["encoder"]))
    rotation, _ = np.linalg.qr(np.random.default_rng(5).standard_normal((384, 384)))
    (output,) = [each for each in model.graph.output if each.name == "last_hidden_state"]
    for node in model.graph.node:
        node.output[:] = ["before_turn" if n == output.name else n for n in node.output]
    model.graph.initializer.append(
        onnx.numpy_helper.from_array(rotation.astype(np.float32), "rotation")
    )
    model.graph.node.append(
        onnx.helper.make_node("MatMul", ["before_turn", "rotation"], [output.name])
    )
    path = tmp_path_factory.mktemp("turned") / "network.onnx"
    onnx.save(model, str(path))
    return path


@pytest.fixture
def add_turned(turned_network: Path) -> AddModel:
    """Puts the turned text model into a home; its name."""

    def add(home: Path) -> str:
        first = registry.get(registry.TEXT_DEFAULT)
        tokenizer = verify(first)["tokenizer"].read_bytes()
        return _write_model(
            home / "models" / "minilm-turned",
            {"encoder": turned_network.read_bytes(), "tokenizer": tokenizer},
            registry.TEXT_DEFAULT,
        )

    return add


@pytest.fixture
def add_copied() -> AddModel:
    """Puts a visual model of another name into a home; its name."""

    def add(home: Path) -> str:
        paths = verify(registry.get(registry.VISUAL_DEFAULT))
        return _write_model(
            home / "models" / "alignment-copied",
            {role: path.read_bytes() for role, path in paths.items()},
            registry.VISUAL_DEFAULT,
        )

    return add


@pytest.fixture
def wait_for() -> WaitFor:
    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, "it did not come to pass within a minute"
            time.sleep(0.05)

    return wait


@pytest.fixture
def uses() -> Callable[[Hub, str], bool]:
    """Whether a model is in use, and nothing is left to be done for it."""

    def answer(hub: Hub, name: str) -> bool:
        status = hub.index.status()
        assert status.next is None or status.next.problem is None, status.next
        used = (status.text_model.partition("@")[0], status.visual_model.partition("@")[0])
        return name in used and status.next is None and not status.waiting

    return answer


def _write_model(folder: Path, files: dict[str, bytes], like: str) -> str:
    folder.mkdir(parents=True)
    described = []
    for role, data in files.items():
        (folder / role).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        described.append({"role": role, "path": role, "sha256": digest, "size": len(data)})
    record = asdict(registry.get(like)) | {"name": folder.name, "files": described}
    (folder / f"{folder.name}.model.json").write_text(json.dumps(record), encoding="utf-8")
    return folder.name
