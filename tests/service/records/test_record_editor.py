"""Editing records: a person's word counts, nothing is lost, and every edit can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.access.viewer import Viewer
from service.catalog.tables import Asset
from service.errors import BadRequest, Forbidden, NotFound
from service.events.tables import Event
from service.record.edits import Edit
from service.record.errors import InvalidValue
from service.records.editor import RecordEditor
from service.records.refresh import refresh_records


def test_a_persons_word_stands_above_the_file_and_survives_a_new_reading(shelf: Any) -> None:
    shelf.add("a", title="DSC_0001", keywords=["sea"])
    shelf.edit("a", "title=Lighthouse", "keywords+=sunset; gulls")
    assert shelf.shows("a")["title", ""] == "Lighthouse"
    assert shelf.shows("a")["keywords", ""] == ("sea", "sunset", "gulls")
    with shelf.database.write() as session:
        asset = session.get_one(Asset, "a")
        refresh_records(session, [asset], shelf.fields)
    assert shelf.shows("a")["title", ""] == "Lighthouse"
    with shelf.database.read() as session:
        assert session.get_one(Asset, "a").title == "Lighthouse"


def test_clearing_hides_what_the_file_says_and_resetting_shows_it(shelf: Any) -> None:
    shelf.add("a", title="DSC_0001")
    shelf.edit("a", "title=")
    assert ("title", "") not in shelf.shows("a")
    shelf.editor.edit("a", [Edit("reset", "title")])
    assert shelf.shows("a")["title", ""] == "DSC_0001"


def test_titles_have_languages(shelf: Any) -> None:
    shelf.add("a")
    shelf.edit("a", "title@de=Leuchtturm", "title@en=Lighthouse")
    assert shelf.shows("a")["title", "de"] == "Leuchtturm"
    with shelf.database.read() as session:
        assert session.get_one(Asset, "a").title == "Lighthouse"


def test_an_edit_says_what_it_did_and_says_nothing_twice(shelf: Any) -> None:
    ids = [shelf.add(name) for name in "abc"]
    shelf.awaiting_index()
    done = shelf.edit(ids, "campaign=Spring")
    assert (done.matched, done.changed) == (3, 3)
    assert done.examples[0] == ("a.jpg", {}, {"campaign": ("Spring",)})
    assert shelf.awaiting_index() == {"a", "b", "c"}
    again = shelf.edit(ids, "campaign=Spring")
    assert (again.matched, again.changed) == (3, 0)
    assert shelf.awaiting_index() == set()


def test_every_change_is_an_event_with_before_and_after(shelf: Any) -> None:
    shelf.add("a", title="DSC_0001")
    done = shelf.edit("a", "title=Lighthouse")
    with shelf.database.read() as session:
        event = session.scalars(select(Event).where(Event.asset_id == "a")).one()
    assert (event.kind, event.actor, event.batch_id) == ("asset.edited", "owner", done.batch_id)
    assert (event.before, event.after) == ({"title": "DSC_0001"}, {"title": "Lighthouse"})


def test_a_dry_run_tells_and_changes_nothing(shelf: Any) -> None:
    shelf.add("a")
    foreseen = shelf.editor.edit_all(["a"], shelf.edits("campaign=Spring"), dry_run=True)
    assert (foreseen.batch_id, foreseen.changed) == ("", 1)
    assert foreseen.examples == [("a.jpg", {}, {"campaign": ("Spring",)})]
    assert ("campaign", "") not in shelf.shows("a")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nonsense", "is no change"),
        ("nonsense=1", "no field"),
        ("camera_model=Leica", "read from the file"),
        ("rating=9", "from"),
        ("expiry_date=soon", "a day"),
        ("title+=more", "is no list"),
        ("credit@de=x", "for all languages"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(
    shelf: Any, written: str, said: str
) -> None:
    shelf.add("a")
    with pytest.raises((BadRequest, InvalidValue), match=said):
        shelf.edit("a", "campaign=Spring", written)
    assert ("campaign", "") not in shelf.shows("a")


def test_readers_edit_nothing_and_strangers_find_nothing(shelf: Any) -> None:
    shelf.add("a")
    edits = shelf.edits("campaign=Spring")
    with pytest.raises(Forbidden):
        RecordEditor(shelf.database, shelf.fields, Viewer("u", "reader")).edit("a", edits)
    # Not screened yet: only admins see it.
    with pytest.raises(NotFound):
        RecordEditor(shelf.database, shelf.fields, Viewer("u", "editor")).edit("a", edits)


def test_undo_brings_everything_back(shelf: Any) -> None:
    ids = [shelf.add("a", title="DSC_1", keywords=["sea"]), shelf.add("b", title="DSC_2")]
    shelf.edit("a", "title=Mine")
    before = [shelf.shows(each) for each in ids]
    done = shelf.edit(ids, "title=Yours", "keywords+=gulls", "campaign=Spring", "title=")
    assert [shelf.shows(each) for each in ids] != before
    undone = shelf.editor.undo(done.batch_id)
    assert (undone.changed, undone.kept) == (2, 0)
    assert [shelf.shows(each) for each in ids] == before
    redone = shelf.editor.undo(undone.batch_id)
    assert redone.changed == 2
    assert shelf.shows("b")["campaign", ""] == ("Spring",)


def test_undo_leaves_what_somebody_said_since(shelf: Any) -> None:
    ids = [shelf.add("a"), shelf.add("b")]
    done = shelf.edit(ids, "campaign=Spring")
    shelf.edit("a", "campaign=Autumn")
    undone = shelf.editor.undo(done.batch_id)
    assert (undone.changed, undone.kept) == (1, 1)
    assert shelf.shows("a")["campaign", ""] == ("Autumn",)
    assert ("campaign", "") not in shelf.shows("b")
    with pytest.raises(NotFound, match="to undo"):
        shelf.editor.undo("unknown")


def test_a_long_edit_can_be_stopped_between_its_parts(shelf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("service.records.editor._CHUNK", 1)
    ids = [shelf.add("a"), shelf.add("b")]

    steps = shelf.editor.edit_steps(ids, shelf.edits("campaign=Spring"))
    assert (next(steps).total, next(steps).changed) == (2, 1)
    steps.close()
    assert shelf.shows("a")["campaign", ""] == ("Spring",)
    assert ("campaign", "") not in shelf.shows("b")
    assert shelf.edit(ids, "campaign=Spring").changed == 1


_words = st.sampled_from(
    ["title=A", "title=B", "title=", "keywords=x;y", "keywords+=z", "keywords-=x"]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(earlier=st.lists(_words, max_size=3), later=st.lists(_words, min_size=1, max_size=4))
def test_edit_then_undo_is_as_before(
    tmp_path_factory: pytest.TempPathFactory, earlier: list[str], later: list[str], shelf: Any
) -> None:
    asset_id = f"r{len(shelf.editor.select(''))}"
    shelf.add(asset_id, title="DSC", keywords=["x"])
    if earlier:
        shelf.edit(asset_id, *earlier)
    before = shelf.shows(asset_id)
    done = shelf.edit(asset_id, *later)
    if done.changed:
        shelf.editor.undo(done.batch_id)
    assert shelf.shows(asset_id) == before
