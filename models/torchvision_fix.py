"""Lets ``torchvision`` be imported beside a torch without CUDA.

On some machines torch is a CPU build and torchvision is linked to CUDA: its compiled half
cannot load, so the operators that its Python half decorates are missing, and the import ends
with "operator torchvision::nms does not exist". Nothing that Magpie uses calls them; it is
enough that they are declared. Where the compiled half loads they must not be declared twice,
which would end the process.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

_OPERATORS = ("nms", "qnms")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_kept: list[object] = []


def install() -> None:
    """Mend torchvision when it is first imported; costs nothing until then."""
    if "torchvision" not in sys.modules and not any(
        isinstance(finder, _Mender) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _Mender())


class _Mender(MetaPathFinder):
    """Acts once, just before ``torchvision`` is looked for, and finds nothing itself."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the interface of finders
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            _mend()
        return None


def _mend() -> None:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return
    # The compiled half needs the libraries of torch in the process.
    import torch

    for library in Path(spec.origin).parent.glob("_C*.so"):
        try:
            ctypes.CDLL(str(library))
        except OSError:
            _declare(torch.library)
        return


def _declare(library: ModuleType) -> None:
    fragment = library.Library("torchvision", "FRAGMENT")
    for name in _OPERATORS:
        fragment.define(name + _SCHEMA)
    # Declarations end with the object that made them.
    _kept.append(fragment)
