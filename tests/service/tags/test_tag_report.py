"""The report on tags: used, hardly used, alike, missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from service.access.viewer import OWNER, Viewer
from service.asked.counter import QueryCounter
from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset
from service.tags.names import keep_names
from service.tags.report import report
from service.tags.schemas import TagReport
from service.tags.tables import Tag
from service.vocabularies.in_force import Vocabularies

_OUTSIDER = Viewer("o", "reader", frozenset(), "read")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    with opened.write() as session:
        keep_names(session, Vocabularies(opened).all())
        for number in range(6):
            id_ = f"a{number}"
            screened = id_ if number < 4 else None
            session.add(
                Asset(id=id_, name=id_, sha256=id_, size=1, state="ready", screened=screened)
            )
            session.flush()
            terms = {0: ["boat", "ship", "dog"], 1: ["boat", "ship"], 2: ["boat"], 5: ["cat"]}
            session.add_all(
                Tag(
                    asset_id=id_,
                    vocabulary="general",
                    term=term,
                    state="accepted",
                    source="human",
                    run_id="r",
                )
                for term in terms.get(number, [])
            )
    yield opened
    opened.close()


def _encode(names: object) -> NDArray[np.float32]:
    """Boat and ship are near each other, all others are apart."""
    rows = np.eye(len(names), dtype=np.float32)  # type: ignore[arg-type]
    places = {name: place for place, name in enumerate(names)}  # type: ignore[var-annotated, arg-type]
    if {"boat", "ship"} <= places.keys():
        mixed = 0.9 * rows[places["boat"]] + 0.43 * rows[places["ship"]]
        rows[places["ship"]] = mixed / np.linalg.norm(mixed)
    return rows


def _report(database: Database, viewer: Viewer = OWNER) -> TagReport:
    return report(database, viewer, Vocabularies(database).all(), _encode, most=10)


def test_counts_and_singletons(database: Database) -> None:
    found = _report(database)
    assert (found.assets, found.untagged, found.terms, found.tags) == (6, 2, 4, 7)
    assert next((each.term, each.assets) for each in found.most_used) == ("boat", 3)
    assert {each.term for each in found.singletons} == {"dog", "cat"}


def test_only_what_the_viewer_sees_is_counted(database: Database) -> None:
    found = _report(database, _OUTSIDER)
    assert (found.assets, found.terms) == (4, 3)
    assert {each.term for each in found.singletons} == {"dog"}


def test_terms_that_stand_above_each_other_are_not_alike(database: Database) -> None:
    general = Vocabularies(database).in_force()[0]
    pairs = _report(database).near_synonyms
    if "boat" in general.broader("ship") or "ship" in general.broader("boat"):
        assert pairs == []
    else:
        (pair,) = pairs
        assert {each.term for each in pair.terms} == {"boat", "ship"}
        assert pair.together == pytest.approx(2 / 3, abs=0.01)


def test_words_that_five_people_ask_for_and_no_tag_covers(database: Database) -> None:
    counter = QueryCounter(database, enabled=True)
    for person in ("p1", "p2", "p3", "p4", "p5"):
        for word in ("packshot", "boats", "boat", "harbour"):
            counter.note(word, person, found=word == "harbour")
    for person in ("p1", "p2", "p3", "p4", "p4"):
        counter.note("secretproject", person, found=False)
    counter.flush()
    found = {each.word: each for each in _report(database).asked_for}
    assert "packshot" in found
    assert (found["packshot"].asked, found["packshot"].answered) == (5, 0)
    assert "boat" not in found
    assert "secretproject" not in found
