"""Looks whether everything that Magpie needs is there and sound; changes nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from models import registry, weights
from models.errors import ModelError
from models.ocr.load import load_ocr
from service.errors import MagpieError
from service.home import Home
from service.index.base import IndexUnavailable
from service.settings import Settings

_LEAST_FREE_GB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``detail`` says what was seen, or what to do."""

    check: str
    sound: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, also after something was found to be bad."""
    home = Home(settings.home)
    return [
        _python(),
        _disk(home),
        *(_model(name, home) for name in (settings.text_model, settings.visual_model)),
        _ocr(settings),
        _store(settings, home),
    ]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def _disk(home: Home) -> Finding:
    place = home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    enough = free >= _LEAST_FREE_GB
    return Finding("disk", enough, f"{free:.1f} GB free" + ("" if enough else "; free some space"))


def _model(name: str, home: Home) -> Finding:
    def look() -> str:
        weights.verify(registry.get(name, (home.models,)))
        return "files sound"

    return _checked(f"model {name}", look)


def _ocr(settings: Settings) -> Finding:
    if settings.ocr == "off":
        return Finding("text recognition", True, "off")
    try:
        load_ocr(settings.ocr)
    except ModelError as error:
        # Magpie works without it: photos and papers with text of their own are read.
        return Finding("text recognition", True, f"off: {error}")
    return Finding("text recognition", True, settings.ocr)


def _store(settings: Settings, home: Home) -> Finding:
    note = home.read_note()
    if note is not None:
        return Finding("home", True, f"served at {note.url}")

    def look() -> str:
        from service.hub import Hub

        with Hub(settings, work=False) as hub:
            return f"{hub.assets(limit=1).total} assets in {home.root}"

    return _checked("home", look)


def _checked(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, look())
    except (MagpieError, ModelError, IndexUnavailable) as error:
        return Finding(check, False, str(error))
