"""Loads encoders by name: each once, whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from models import registry
from models.descriptor import ModelDescriptor, Task
from models.errors import ModelError
from models.text import OnnxTextEncoder
from models.visual import OnnxVisualEncoder, visual_encoder

_Key = tuple[str, str, int]

_lock = threading.RLock()
_text: dict[_Key, OnnxTextEncoder] = {}
_visual: dict[_Key, OnnxVisualEncoder] = {}


def load_text(
    name: str = registry.TEXT_DEFAULT, threads: int = 0, folders: Sequence[Path] = ()
) -> OnnxTextEncoder:
    """The text encoder of that name.

    Files are verified at once, the network is loaded with the first text.

    Args:
        name: as in ``models.registry.names``.
        threads: cores that one batch may use; 0 means all.
        folders: where else to look for models, such as those that the owner added.

    Raises:
        UnknownModelError, WeightsError, ModelError: see ``models.errors``.
    """
    descriptor = _descriptor(name, "text", folders)
    key = (name, descriptor.revision, threads)
    with _lock:
        if key not in _text:
            _text[key] = OnnxTextEncoder(descriptor, threads)
        return _text[key]


def load_visual(
    name: str = registry.VISUAL_DEFAULT, threads: int = 0, folders: Sequence[Path] = ()
) -> OnnxVisualEncoder:
    """The visual encoder of that name, with the text encoder that its queries need.

    Args:
        name: as in ``models.registry.names``.
        threads: cores that one batch may use; 0 means all.
        folders: where else to look for models, such as those that the owner added.

    Raises:
        UnknownModelError, WeightsError, ModelError: see ``models.errors``.
    """
    descriptor = _descriptor(name, "visual", folders)
    key = (name, descriptor.revision, threads)
    with _lock:
        if key not in _visual:
            _visual[key] = visual_encoder(descriptor, load_text(threads=threads), threads)
        return _visual[key]


def close_all() -> None:
    """End the threads of all encoders and forget them."""
    with _lock:
        for visual in _visual.values():
            visual.close()
        for text in _text.values():
            text.close()
        _visual.clear()
        _text.clear()


def _descriptor(name: str, task: Task, folders: Sequence[Path]) -> ModelDescriptor:
    descriptor = registry.get(name, folders)
    if descriptor.task != task:
        raise ModelError(
            f"{name} is a {descriptor.task} model, a {task} model is needed: choose another name."
        )
    return descriptor
