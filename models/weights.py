"""Finds the files of a model on this machine and checks that they are the published ones.

Nothing here reaches for a network: weights come with packages, or from a folder
that the owner trained into.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from pathlib import Path

from models.descriptor import ModelDescriptor, ModelFile
from models.errors import WeightsError

_Stamp = tuple[str, int, int]
_verified: dict[_Stamp, str] = {}
_lock = threading.Lock()


def locate(file: ModelFile) -> Path:
    """Path of the file; WeightsError where its package, or the file, is missing."""
    if not file.package:
        path = Path(file.path)
    else:
        spec = importlib.util.find_spec(file.package)
        if spec is None or not spec.submodule_search_locations:
            raise WeightsError(
                f"The package {file.package.replace('_', '-')} that carries {file.path} is not "
                "installed: install Magpie again with its dependencies."
            )
        path = Path(next(iter(spec.submodule_search_locations))) / file.path
    if not path.is_file():
        raise WeightsError(
            f"The model file {path} is missing: install Magpie again, or train the model again."
        )
    return path


def digest(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verified(file: ModelFile) -> Path:
    """Path of the file once its size and SHA-256 are right.

    The bytes are read once per process; later calls compare size and modification time.

    Raises:
        WeightsError: the file is missing, or differs from the published one.
    """
    path = locate(file)
    status = path.stat()
    stamp = (str(path), status.st_size, status.st_mtime_ns)
    with _lock:
        known = _verified.get(stamp)
        if known is None:
            known = digest(path) if status.st_size == file.size else ""
            _verified[stamp] = known
    if known != file.sha256:
        raise WeightsError(
            f"The model file {path} is not the published one (its size or SHA-256 differs): "
            "install Magpie again, or train the model again."
        )
    return path


def verify(descriptor: ModelDescriptor) -> dict[str, Path]:
    """Check every file of a model; paths by role."""
    return {file.role: verified(file) for file in descriptor.files}
