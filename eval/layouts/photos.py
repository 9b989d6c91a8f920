"""Any folder with photos in it."""

from __future__ import annotations

from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def photos_in(data: Path) -> list[Path]:
    """All photos in a folder and below it, in order of their paths; at least one."""
    found = sorted(
        path
        for path in rows.folder(data).rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    )
    if not found:
        raise EvalError(f"{data} holds no photo; name a folder with JPEG, PNG or WebP.")
    return found
