"""The version of this Magpie."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("magpie-content")
    except PackageNotFoundError:
        return "0+unknown"


VERSION = _installed()
