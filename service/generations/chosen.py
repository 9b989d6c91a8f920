"""Which models a home uses, read without opening it."""

from __future__ import annotations

import contextlib
import sqlite3

from service.home import Home
from service.settings import Settings


def models_in_use(settings: Settings) -> tuple[str, str]:
    """Names of the text and the visual model: of the index that answers, or of the settings."""
    catalog = Home(settings.home).catalog
    # A catalog that is not there, or not of this version, has chosen nothing.
    with contextlib.suppress(sqlite3.Error):
        address = f"{catalog.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute(
                "SELECT text_model, visual_model FROM generation WHERE state = 'current'"
            ).fetchone()
        if row is not None:
            return row[0].rpartition("@")[0], row[1].rpartition("@")[0]
    return settings.text_model, settings.visual_model
