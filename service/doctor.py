"""Looks whether everything that Magpie needs is there and sound, and repairs when asked."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from models import registry, weights
from models.errors import ModelError
from models.ocr.load import load_ocr
from models.speech.load import PACKAGED, model_folder
from service.errors import HomeBusy, MagpieError
from service.home import Home
from service.inspection import Finding, findings, look
from service.settings import Settings
from service.tags.unfitted import remark_on

_LEAST_FREE_GB = 1.0


def examine(settings: Settings, *, deep: bool = False, repair: bool = False) -> list[Finding]:
    """Look at everything, also after something was found to be bad.

    Nothing changes unless ``repair`` is set; not even a home is made.
    """
    home = Home(settings.home)
    return [
        _python(),
        _disk(home),
        *(_model(name, home) for name in (settings.text_model, settings.visual_model)),
        *_tags(settings, home),
        _ocr(settings),
        _speech(settings),
        *_store(settings, home, deep=deep, repair=repair),
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


def _tags(settings: Settings, home: Home) -> list[Finding]:
    try:
        remark = remark_on(registry.get(settings.visual_model, (home.models,)))
    except ModelError:
        # It was said of the model itself.
        return []
    return [Finding("tags", True, remark)] if remark else []


def _ocr(settings: Settings) -> Finding:
    if settings.ocr == "off":
        return Finding("text recognition", True, "off")
    try:
        load_ocr(settings.ocr)
    except ModelError as error:
        # Magpie works without it: photos and papers with text of their own are read.
        return Finding("text recognition", True, f"off: {error}")
    return Finding("text recognition", True, settings.ocr)


def _speech(settings: Settings) -> Finding:
    if settings.speech == "off":
        return Finding("speech", True, "off")
    if settings.speech != PACKAGED and not Path(settings.speech).is_dir():
        return Finding("speech", True, f"{settings.speech}, fetched when it is needed")
    try:
        model_folder(settings.speech)
    except ModelError as error:
        # Magpie works without it: videos are found by what they show.
        return Finding("speech", True, f"off: {error}")
    return Finding("speech", True, settings.speech)


def _store(settings: Settings, home: Home, *, deep: bool, repair: bool) -> list[Finding]:
    try:
        note = home.read_note()
        if note is not None:
            from service.remote import RemoteHub

            with RemoteHub(note) as remote:
                found = remote.inspect(deep=deep, repair=repair)
            return [Finding("home", True, f"served at {note.url}"), *found]
        if not home.catalog.exists():
            return [Finding("home", True, f"{home.root} holds nothing yet")]
        if repair:
            return _repaired(settings, deep=deep)
        return _inspected_closed(home, deep=deep)
    except (MagpieError, ModelError) as error:
        return [Finding("home", False, str(error))]


def _repaired(settings: Settings, *, deep: bool) -> list[Finding]:
    from service.hub import Hub

    with Hub(settings) as hub:
        found = hub.inspect(deep=deep, repair=True)
        # Waits for what is to be read again.
        hub.ingest([])
        return found


def _inspected_closed(home: Home, *, deep: bool) -> list[Finding]:
    """Look into a home that nobody has open, on a copy of what cannot be read in place."""
    if home.is_held():
        raise HomeBusy("Another Magpie command is working on this home; ask again when it is done.")
    with tempfile.TemporaryDirectory(prefix="magpie-doctor-") as name:
        path = home.catalog
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            # What a killed process left there belongs to the catalog.
            for file in (path, log):
                shutil.copyfile(file, Path(name) / file.name)
            path = Path(name) / path.name
        engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool)
        try:
            faults = look(sessionmaker(engine), home, deep=deep)
        except DatabaseError as error:
            detail = f"The catalog cannot be read ({error.orig}); restore a backup of the home."
            return [Finding("database", False, detail)]
    return findings(faults, index=False, repaired=False)


def _connect(path: Path) -> sqlite3.Connection:
    how = "mode=rw" if path.parent.name.startswith("magpie-doctor-") else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True)


def _checked(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, look())
    except (MagpieError, ModelError) as error:
        return Finding(check, False, str(error))
