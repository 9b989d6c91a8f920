"""The environment of a child process that imports this package."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def child_environment() -> dict[str, str]:
    """For ``python -P -m service...``: -P keeps a folder named "service" out of the way."""
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
