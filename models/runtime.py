"""ONNX Runtime sessions: the only file that knows the library.

A session is built when it is first needed, once, and may be dropped again after a
while without work; the next call builds it anew.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Array = NDArray[Any]
Device = Literal["auto", "cpu", "cuda"]

_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_NO_CUDA = (
    "MAGPIE_DEVICE=cuda, but ONNX Runtime cannot use a GPU here{why}: install onnxruntime-gpu in "
    "place of onnxruntime with the CUDA libraries it names, or set MAGPIE_DEVICE=auto."
)
_device: dict[str, Device] = {"chosen": "auto"}


def use_device(device: Device) -> None:
    """Choose where networks that are loaded from now on run: ``auto`` takes CUDA where it is.

    Raises:
        ModelError: CUDA was asked for and this ONNX Runtime has none.
    """
    if device == "cuda" and _CUDA not in _available():
        raise ModelError(_NO_CUDA.format(why=""))
    _device["chosen"] = device


def _available() -> list[str]:
    import onnxruntime

    return list(onnxruntime.get_available_providers())


def _providers() -> list[str]:
    wanted = _device["chosen"] != "cpu" and _CUDA in _available()
    return [_CUDA, _CPU] if wanted else [_CPU]


def _build(path: Path, threads: int, keep_buffers: bool) -> InferenceSession:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = keep_buffers
    options.enable_mem_pattern = keep_buffers
    # Threads that spin while they wait burn a core between batches and gain nothing here.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=_providers())
    # ONNX Runtime falls back in silence where the CUDA libraries or the driver do not fit.
    if _device["chosen"] == "cuda" and _CUDA not in session.get_providers():
        raise ModelError(_NO_CUDA.format(why=" (its CUDA libraries or the driver do not load)"))
    return session


class Session:
    """One ONNX file, loaded on first use. Thread safe.

    Args:
        path: the ONNX file.
        threads: cores that one run may use; 0 means all.
        keep_buffers: whether memory is kept from run to run; where every input has another
            size, that gains no time and holds on to the sum of all sizes.
    """

    def __init__(self, path: Path, threads: int, *, keep_buffers: bool = True) -> None:
        self.path = path
        self._threads = threads
        self._keep_buffers = keep_buffers
        self._lock = threading.Lock()
        self._session: InferenceSession | None = None
        self._last_use = 0.0
        _sessions.add(self)

    def run(self, outputs: Sequence[str], feeds: Mapping[str, Array]) -> list[NDArray[np.float32]]:
        """Run the network; one float32 array for each name in ``outputs``."""
        results = self._load().run(list(outputs), dict(feeds))
        self._last_use = time.monotonic()
        return [np.asarray(result, dtype=np.float32) for result in results]

    def note(self, key: str) -> str:
        """What the file says under ``key`` in its metadata; empty where it says nothing."""
        return str(self._load().get_modelmeta().custom_metadata_map.get(key, ""))

    @property
    def loaded(self) -> bool:
        """Whether the network is in memory."""
        return self._session is not None

    def unload_if_idle(self, seconds: float) -> bool:
        """Drop the network where it has had no work for so long; whether it was dropped."""
        with self._lock:
            if self._session is None or time.monotonic() - self._last_use < seconds:
                return False
            self._session = None
            return True

    def _load(self) -> InferenceSession:
        with self._lock:
            if self._session is None:
                self._session = _build(self.path, self._threads, self._keep_buffers)
            self._last_use = time.monotonic()
            return self._session


_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


def loaded_files() -> list[Path]:
    """The files of all networks that are in memory."""
    return [session.path for session in list(_sessions) if session.loaded]


def unload_idle(seconds: float) -> list[Path]:
    """Drop every network without work for ``seconds``; the files of those dropped."""
    dropped = [session.path for session in list(_sessions) if session.unload_if_idle(seconds)]
    if dropped:
        _return_memory()
    return dropped


def _return_memory() -> None:
    """Give freed memory back to the system: glibc keeps it, hundreds of megabytes after OCR."""
    if sys.platform == "linux":
        # Other C libraries, such as musl, give it back by themselves and lack the function.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
