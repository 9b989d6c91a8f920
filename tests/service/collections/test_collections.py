"""Collections: nesting, names, members, and who may change what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from service.access.accounts import Accounts
from service.access.viewer import OWNER, Viewer
from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset, Outbox
from service.collections.members import Members
from service.collections.schemas import CollectionChange, MemberChange, NewCollection
from service.collections.store import Collections
from service.errors import BadRequest, Conflict, Forbidden, NotFound
from service.events.listing import Events

_EDITOR = Viewer("e", "editor", frozenset({"legal"}), "write")
_OUTSIDER = Viewer("o", "editor", frozenset(), "write")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    with opened.write() as session:
        session.add_all(
            Asset(id=name, name=f"{name}.txt", sha256=name, size=1, state="ready", screened=name)
            for name in ("a", "b", "c")
        )
    Accounts(opened).add_group("legal")
    Accounts(opened).add_group("board")
    yield opened
    opened.close()


def _make(database: Database, name: str, parent: str | None = None, *groups: str) -> str:
    new = NewCollection(name=name, parent_id=parent, groups=list(groups))
    return Collections(database, OWNER).create(new).id


def _put(database: Database, collection: str, *assets: str, viewer: Viewer = OWNER) -> None:
    Members(database, viewer).change(collection, MemberChange(add=list(assets)))


def _seen(database: Database, viewer: Viewer, collection: str, *, inside: bool = False) -> set[str]:
    ids, total, _ = Members(database, viewer).page(collection, limit=50, cursor=None, inside=inside)
    assert total == len(ids)
    return set(ids)


def _paths(database: Database, viewer: Viewer = OWNER) -> dict[str, int]:
    return {each.path: each.assets for each in Collections(database, viewer).tree().collections}


def test_collections_nest_and_an_asset_is_in_many(database: Database) -> None:
    trips = _make(database, "Trips")
    alps = _make(database, "Alps", trips)
    press = _make(database, "Press")
    _put(database, alps, "a", "b")
    _put(database, press, "a")
    assert _paths(database) == {"Press": 1, "Trips": 0, "Trips/Alps": 2}
    assert _seen(database, OWNER, trips) == set()
    assert _seen(database, OWNER, trips, inside=True) == {"a", "b"}


def test_a_collection_cannot_lie_in_itself(database: Database) -> None:
    top = _make(database, "Top")
    inner = _make(database, "Inner", _make(database, "Middle", top))
    with pytest.raises(BadRequest, match="in itself"):
        Collections(database, OWNER).change(top, CollectionChange(parent_id=inner))
    with pytest.raises(BadRequest, match="in itself"):
        Collections(database, OWNER).change(top, CollectionChange(parent_id=top))


def test_names_are_unique_where_a_collection_lies(database: Database) -> None:
    top = _make(database, "Top")
    _make(database, "Same", top)
    same = _make(database, "Same")
    with pytest.raises(Conflict, match="lies there already"):
        _make(database, "SAME", top)
    with pytest.raises(Conflict, match="lies there already"):
        Collections(database, OWNER).change(same, CollectionChange(parent_id=top))
    assert Collections(database, OWNER).change(same, CollectionChange(name="same")).name == "same"


def test_moving_to_the_top_needs_a_null_not_an_absence(database: Database) -> None:
    inner = _make(database, "Inner", _make(database, "Top"))
    collections = Collections(database, OWNER)
    assert collections.change(inner, CollectionChange(name="In")).path == "Top/In"
    assert collections.change(inner, CollectionChange(parent_id=None)).path == "In"


def test_members_come_all_or_none(database: Database) -> None:
    top = _make(database, "Top")
    with pytest.raises(NotFound, match="no asset gone"):
        _put(database, top, "a", "gone")
    assert _seen(database, OWNER, top) == set()
    _put(database, top, "a")
    change = MemberChange(add=["a", "b", "b"], remove=["c"])
    result = Members(database, OWNER).change(top, change)
    assert (result.added, result.removed) == (1, 0)


def test_a_restricted_collection_hides_its_assets_and_itself(database: Database) -> None:
    legal = _make(database, "Legal", None, "legal")
    contracts = _make(database, "Contracts", legal)
    everyones = _make(database, "Everyone's")
    _put(database, contracts, "a")
    _put(database, everyones, "a", "b")
    assert _paths(database, _OUTSIDER) == {"Everyone's": 1}
    assert _seen(database, _OUTSIDER, everyones) == {"b"}
    assert _paths(database, _EDITOR) == {"Everyone's": 2, "Legal": 0, "Legal/Contracts": 1}
    with pytest.raises(NotFound):
        _seen(database, _OUTSIDER, contracts)
    with pytest.raises(NotFound):
        _put(database, everyones, "a", viewer=_OUTSIDER)


def test_what_lies_in_something_hidden_shows_at_the_nearest_place(database: Database) -> None:
    board = _make(database, "Board", None, "board")
    _make(database, "For lawyers", board, "legal")
    assert _paths(database, _EDITOR) == {"For lawyers": 0}
    assert Collections(database, _EDITOR).tree().collections[0].parent_id is None


def test_a_hidden_name_does_not_show_by_a_refusal(database: Database) -> None:
    _make(database, "Layoffs", None, "board")
    made = Collections(database, _EDITOR).create(NewCollection(name="Layoffs"))
    assert _paths(database, _EDITOR) == {"Layoffs": 0}
    assert made.path == "Layoffs"


def test_only_admins_decide_who_sees_a_collection(database: Database) -> None:
    legal = _make(database, "Legal", None, "legal")
    inner = _make(database, "Inner", legal)
    board = _make(database, "Board", None, "board")
    collections = Collections(database, _EDITOR)
    for refused in (
        lambda: collections.create(NewCollection(name="X", groups=["legal"])),
        lambda: collections.change(legal, CollectionChange(groups=[])),
        lambda: collections.change(inner, CollectionChange(parent_id=None)),
        lambda: collections.delete(inner),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(NotFound):
        collections.change(inner, CollectionChange(parent_id=board))
    assert collections.create(NewCollection(name="More", parent_id=legal)).restricted


def test_only_admins_make_restricted_assets_everybodys(database: Database) -> None:
    legal = _make(database, "Legal", None, "legal")
    other = _make(database, "Other", None, "legal")
    _put(database, legal, "a")
    out = MemberChange(remove=["a"])
    with pytest.raises(Forbidden, match="only an admin"):
        Members(database, _EDITOR).change(legal, out)
    _put(database, other, "a", viewer=_EDITOR)
    assert Members(database, _EDITOR).change(legal, out).removed == 1
    assert Members(database, OWNER).change(other, out).removed == 1
    everyones = _make(database, "Everyone's")
    _put(database, everyones, "a", viewer=_OUTSIDER)


def test_changing_groups_reaches_all_assets_below_and_the_index(database: Database) -> None:
    top = _make(database, "Top")
    inner = _make(database, "Inner", top)
    _put(database, inner, "a")
    _put(database, top, "b")
    with database.write() as session:
        session.query(Outbox).delete()
    Collections(database, OWNER).change(top, CollectionChange(groups=["legal"]))
    with database.read() as session:
        assert sorted(session.scalars(select(Outbox.asset_id))) == ["a", "b"]
        assert set(session.scalars(select(Asset.id).where(Asset.restricted))) == {"a", "b"}
    Collections(database, OWNER).change(inner, CollectionChange(groups=["board"]))
    assert _seen(database, _EDITOR, top, inside=True) == {"b"}
    Collections(database, OWNER).delete(top, recursive=True)
    with database.read() as session:
        assert list(session.scalars(select(Asset.id).where(Asset.restricted))) == []


def test_deleting_keeps_what_others_hid_inside(database: Database) -> None:
    top = _make(database, "Top")
    hidden = _make(database, "Hidden", top, "board")
    _put(database, hidden, "a")
    Collections(database, _OUTSIDER).delete(top)
    assert _paths(database) == {"Hidden": 1}
    assert _seen(database, Viewer("b", "reader", frozenset({"board"})), hidden) == {"a"}


def test_a_collection_with_others_inside_goes_only_when_that_is_meant(database: Database) -> None:
    top = _make(database, "Top")
    _put(database, _make(database, "Inner", top), "a")
    with pytest.raises(Conflict, match="Other collections"):
        Collections(database, OWNER).delete(top)
    Collections(database, OWNER).delete(top, recursive=True)
    assert _paths(database) == {}


def test_a_reader_changes_nothing(database: Database) -> None:
    top = _make(database, "Top")
    reader = Viewer("r", "reader", frozenset(), "admin")
    with pytest.raises(Forbidden):
        Collections(database, reader).create(NewCollection(name="Mine"))
    with pytest.raises(Forbidden):
        _put(database, top, "a", viewer=reader)


def test_every_change_is_an_event_and_hidden_ones_stay_hidden(database: Database) -> None:
    legal = _make(database, "Legal", None, "legal")
    press = _make(database, "Press")
    _put(database, press, "a", "b")
    _put(database, legal, "a")
    seen = [
        (each.kind, each.asset_id) for each in Events(database, _OUTSIDER).page(limit=50).events
    ]
    assert seen == [("collection.added", "b")]
    with pytest.raises(NotFound):
        Events(database, _OUTSIDER).history("a", limit=10)
    kinds = [each.kind for each in Events(database, OWNER).page(limit=50).events]
    assert kinds[:5] == ["collection.added"] * 3 + ["collection.created"] * 2
    batch = Events(database, OWNER).page(limit=50, asset_id="b").events[0].batch_id
    assert {
        each.asset_id for each in Events(database, OWNER).page(limit=9, batch_id=batch).events
    } == {"a", "b"}


def test_events_page_through_without_gaps(database: Database) -> None:
    top = _make(database, "Top")
    _put(database, top, "a", "b", "c")
    events, cursor, seen = Events(database, OWNER), None, []
    while True:
        page = events.page(limit=2, cursor=cursor)
        seen += [each.id for each in page.events]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 6
    with pytest.raises(BadRequest):
        events.page(limit=2, cursor="x")
