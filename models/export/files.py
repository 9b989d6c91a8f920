"""Writes models: networks as ONNX, and the descriptor beside them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.descriptor import ModelDescriptor, ModelFile
from models.errors import ModelError
from models.runtime import Session
from models.weights import digest

if TYPE_CHECKING:
    from torch import Tensor, nn

OPSET = 17
_SMALL = 1000
"""Arrays up to this many numbers stay in 32 bits: they cost nothing."""

_MOST_IN_HALF = 65_504.0
_MOST_BYTES = 2**31 - 1
_LEAST_COSINE = 0.999


def write_network(
    network: nn.Module,
    feeds: Mapping[str, Tensor],
    results: Sequence[str],
    path: Path,
    *,
    any_length: bool = False,
) -> None:
    """Export a network whose inputs and outputs share a batch dimension.

    Weights are kept in 16 bits and widened when the network is loaded, so that the
    file is half as large and the arithmetic the same.

    Args:
        network: in evaluation mode; takes its inputs in the order of ``feeds``.
        feeds: inputs of any batch size, by name.
        results: names of the outputs.
        path: of the ONNX file.
        any_length: whether the second dimension of the inputs varies too.

    Raises:
        ModelError: the network does not fit into one ONNX file, or loses its precision there.
    """
    import torch

    of_input = {0: "n", 1: "t"} if any_length else {0: "n"}
    axes = {**dict.fromkeys(feeds, of_input), **{name: {0: "n"} for name in results}}
    # The fused attention of torch has no counterpart in ONNX.
    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings(), torch.inference_mode(), _scratch(path) as raw:
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network,
                tuple(feeds.values()),
                str(raw),
                dynamo=False,
                opset_version=OPSET,
                input_names=list(feeds),
                output_names=list(results),
                dynamic_axes=axes,
            )
            _halve(raw, path)
            _compare(network, feeds, results, path)
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)


def _compare(
    network: nn.Module, feeds: Mapping[str, Tensor], results: Sequence[str], path: Path
) -> None:
    """Run the file on one item and refuse it where it does not say what torch says."""
    one = {name: tensor[:1] for name, tensor in feeds.items()}
    expected = network(*one.values())
    made = Session(path, 0).run(results, {name: tensor.numpy() for name, tensor in one.items()})
    for mine, theirs in zip(
        made, expected if isinstance(expected, tuple) else (expected,), strict=True
    ):
        a, b = mine.ravel(), theirs.numpy().ravel()
        cosine = float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12))
        if not cosine >= _LEAST_COSINE:
            raise ModelError(
                f"As ONNX this model gives other vectors than in torch (cosine {cosine:.3f}): "
                "choose another model."
            )


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """A place beside ``path``: large networks are first written as many files."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        yield Path(folder) / "raw.onnx"


def _halve(raw: Path, path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(raw))
    kept, casts = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        small = values.size <= _SMALL
        if values.dtype != np.float32 or small or np.abs(values).max() > _MOST_IN_HALF:
            kept.append(tensor)
            continue
        half = f"{tensor.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend([*casts, *nodes])
    if model.ByteSize() > _MOST_BYTES:
        raise ModelError(
            "The model has more than a thousand million weights in one network, which one ONNX "
            "file cannot hold: choose a smaller model."
        )
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def describe(descriptor: ModelDescriptor, folder: Path, files: dict[str, str]) -> Path:
    """Write the descriptor beside its files, with their sizes and hashes.

    Args:
        descriptor: its ``files`` are replaced.
        folder: where the files stand, and the descriptor goes.
        files: file name by role.
    """
    found = tuple(
        ModelFile(role, name, "", digest(folder / name), (folder / name).stat().st_size)
        for role, name in files.items()
    )
    record = dataclasses.asdict(dataclasses.replace(descriptor, files=found))
    path = folder / f"{descriptor.name}.model.json"
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return path
