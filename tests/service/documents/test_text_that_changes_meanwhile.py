"""Words that are recognised while a document is being described are described too."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset, Unit
from service.documents.typing import Typer
from service.documents.waiting import note_text
from service.home import Home
from service.hub import Hub
from service.settings import Settings

_SEEN = "The spring was mild and dry, and the roses in the garden are out already."
_RECOGNISED = "Questions go to anna.miller@blackbird.example or to the office in Zurich."


def test_what_was_recognised_meanwhile_is_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "note.txt").write_text(_SEEN, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", ocr="off", readers=1)
    database = Database(sqlite_url(Home(settings.home).catalog))
    type_of, asked = Typer.type_of_described, []

    def slow(self: Typer, document: Any, text: Any) -> Any:
        """As another stage does while a model takes its time."""
        asked.append(document)
        if len(asked) == 1:
            with database.write() as session:
                sha256 = session.scalars(select(Asset.sha256)).one()
                unit = Unit(sha256=sha256, key="ocr:0", kind="passage", text=_RECOGNISED)
                session.add(unit)
                session.flush()
                note_text(session, {sha256}, anew={sha256})
        return type_of(self, document, text)

    monkeypatch.setattr(Typer, "type_of_described", slow)
    with Hub(settings) as hub:
        hub.ingest([tmp_path / "in"])
        (asset,) = hub.assets().assets
        end = time.monotonic() + 60
        while hub.documents.summary(asset.id).state != "described":
            assert time.monotonic() < end
            time.sleep(0.05)
        assert hub.documents.summary(asset.id).personal_data.counts == {"email": 1}
    database.close()
    assert len(asked) == 2
