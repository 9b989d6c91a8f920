"""Writes a trained visual model: two ONNX files, a calibration and a descriptor."""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.descriptor import ModelDescriptor, ModelFile
from models.weights import digest

if TYPE_CHECKING:
    from torch import Tensor, nn

OPSET = 17
_SMALL = 1000
"""Arrays up to this many numbers stay in 32 bits: they cost nothing."""


def write_network(
    network: nn.Module, example: Tensor, names: tuple[str, Sequence[str]], path: Path
) -> None:
    """Export a network whose inputs and outputs share a batch dimension.

    Weights are kept in 16 bits and widened when the network is loaded, so that the
    file is half as large and the arithmetic the same.

    Args:
        network: in evaluation mode.
        example: an input of any batch size.
        names: of the input and of the outputs.
        path: of the ONNX file.
    """
    import torch

    feed, results = names
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example,),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[feed],
            output_names=list(results),
            dynamic_axes={name: {0: "n"} for name in (feed, *results)},
        )
    _halve(path)


def _halve(path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(path))
    kept, casts = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size <= _SMALL:
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
