"""Records become one without losing anything, and part again as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from service.access.accounts import Accounts
from service.access.status import Handling
from service.access.viewer import OWNER
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetFile, Content, Version, now
from service.collections import schemas as collections
from service.collections.members import Members
from service.collections.store import Collections
from service.collections.tables import CollectionMember
from service.errors import BadRequest, Conflict, NotFound
from service.extraction.entries import human_row, live_entries
from service.extraction.tables import FieldEntry
from service.ids import new_id
from service.merging.merge import Merges
from service.record.edits import parse_edit
from service.record.entries import Key
from service.record.field import Content as FieldContent
from service.record.fieldset import built_in
from service.records.assembly import entries_for, shown_of
from service.records.editor import RecordEditor
from service.records.refresh import refresh_records
from service.tags.rows import Changes, Run, Said, standing, write

_FIELDS = built_in()


@dataclass(slots=True)
class Shelf:
    """A catalog, and the owner's ways to change it."""

    database: Database

    @property
    def merges(self) -> Merges:
        return Merges(self.database, _FIELDS, OWNER, editor=self.editor, on_change=lambda: None)

    @property
    def editor(self) -> RecordEditor:
        return RecordEditor(self.database, _FIELDS, OWNER)

    def add(self, asset_id: str, *edits: str) -> str:
        sha256 = asset_id.ljust(64, "-")
        with self.database.write() as session:
            session.add(
                Content(
                    sha256=sha256,
                    stage_key="k",
                    kind="image",
                    media_type="image/jpeg",
                    read_at=now(),
                )
            )
            session.flush()
            asset = Asset(
                id=asset_id,
                name=f"{asset_id}.jpg",
                origin=f"/photos/{asset_id}.jpg",
                sha256=sha256,
                screened=sha256,
                size=1000,
                kind="image",
                media_type="image/jpeg",
                state="ready",
            )
            session.add(asset)
            session.flush()
            refresh_records(session, [asset], _FIELDS)
        if edits:
            self.edit(asset_id, *edits)
        return asset_id

    def edit(self, asset_id: str, *edits: str) -> None:
        self.editor.edit(asset_id, [parse_edit(each, _FIELDS) for each in edits])

    def collection(self, name: str, *asset_ids: str, groups: tuple[str, ...] = ()) -> str:
        for group in groups:
            Accounts(self.database, OWNER).add_group(group)
        made = Collections(self.database, OWNER).create(
            collections.NewCollection(name=name, groups=list(groups))
        )
        Members(self.database, OWNER).change(made.id, collections.MemberChange(add=list(asset_ids)))
        return made.id

    def shows(self, asset_id: str) -> dict[Key, FieldContent]:
        with self.database.read() as session:
            asset = session.get_one(Asset, asset_id)
            return shown_of(asset, entries_for(session, [asset], _FIELDS)[asset_id])

    def say_tag(self, asset_id: str, term: str, state: str) -> None:
        with self.database.write() as session:
            changes = Changes()
            changes.replace(asset_id, ("general", term), None, Said(state, "human", actor="ann"))
            write(session, changes, Run(new_id(), "person", "ann"))

    def tags(self, asset_id: str) -> dict[str, tuple[str, str, str]]:
        with self.database.read() as session:
            return {
                term: (tag.state, tag.source, tag.actor)
                for (_, term), tag in standing(session, [asset_id])[asset_id].items()
            }

    def say_field(self, asset_id: str, name: str, value: str | None) -> None:
        with self.database.write() as session:
            row = human_row(asset_id, "contract", name, value, actor="ann")
            session.execute(insert(FieldEntry), [row])

    def said_fields(self, asset_id: str) -> dict[str, tuple[str | None, str]]:
        with self.database.read() as session:
            rows = live_entries(session, [asset_id]).get(asset_id, [])
            return {row.name: (row.value, row.actor) for row in rows}

    def everything(self) -> dict[str, Any]:
        """What the catalog says of every record, apart from its history."""
        with self.database.read() as session:
            assets = session.scalars(select(Asset).order_by(Asset.id)).all()
            members = session.execute(
                select(CollectionMember.collection_id, CollectionMember.asset_id)
            ).all()
            entries = entries_for(session, assets, _FIELDS)
            return {
                asset.id: (
                    asset.name,
                    asset.trashed_at,
                    asset.status,
                    asset.restricted,
                    shown_of(asset, entries[asset.id]),
                    {row.collection_id for row in members if row.asset_id == asset.id},
                    self.tags(asset.id),
                    Assets(self.database, _FIELDS).get(asset.id, OWNER).merged,
                )
                for asset in assets
            }


@pytest.fixture
def shelf(catalog_url: str) -> Iterator[Shelf]:
    database = Database(catalog_url)
    database.migrate()
    yield Shelf(database)
    database.close()


def test_nothing_of_the_others_is_lost(shelf: Shelf) -> None:
    shelf.add("a", "keywords=sea;dog", "title@en=Dog", "rating=2")
    shelf.add("b", "keywords=dog;beach", "title@en=Other", "credit=Ann", "rating=4")
    shelf.add("c", "expiry_date=2026-12-01", "usage_terms@en=Web only")
    shelf.edit("a", "expiry_date=2027-06-01", "usage_terms@en=No print")
    album = shelf.collection("Album", "b")
    done = shelf.merges.merge("a", ["b", "c"])

    shown = shelf.shows("a")
    assert shown["keywords", ""] == ("sea", "dog", "beach")
    assert shown["title", "en"] == "Dog"
    assert shown["credit", ""] == "Ann"
    assert shown["rating", ""] == 4
    assert shown["expiry_date", ""] == "2026-12-01", "the stricter right wins"
    assert shown["usage_terms", "en"] == "No print\nWeb only"
    assert album in shelf.everything()["a"][5]
    assert [each.origin for each in done.merged] == ["/photos/b.jpg", "/photos/c.jpg"]


def test_what_people_said_of_tags_goes_with_it_and_comes_back(shelf: Shelf) -> None:
    for each in "abc":
        shelf.add(each)
    shelf.say_tag("a", "dog", "rejected")
    shelf.say_tag("b", "dog", "accepted")
    shelf.say_tag("b", "beach", "accepted")
    shelf.say_tag("c", "beach", "rejected")
    before = shelf.tags("a")
    done = shelf.merges.merge("a", ["b", "c"])
    assert shelf.tags("a") == {
        "dog": ("rejected", "human", "ann"),
        "beach": ("accepted", "human", "ann"),
    }
    shelf.merges.undo(done.id)
    assert shelf.tags("a") == before


def test_corrected_fields_go_with_it_and_come_back(shelf: Shelf) -> None:
    for each in "abc":
        shelf.add(each)
    shelf.say_field("a", "term", "2 years")
    shelf.say_field("b", "term", "3 years")
    shelf.say_field("b", "expiry_date", "2030-01-31")
    shelf.say_field("c", "expiry_date", "2031-01-31")
    shelf.say_field("c", "notice_period", None)
    done = shelf.merges.merge("a", ["b", "c"])
    assert shelf.said_fields("a") == {
        "term": ("2 years", "ann"),
        "expiry_date": ("2030-01-31", "ann"),
        "notice_period": (None, "ann"),
    }
    shelf.merges.undo(done.id)
    assert shelf.said_fields("a") == {"term": ("2 years", "ann")}
    assert shelf.said_fields("b") == {
        "term": ("3 years", "ann"),
        "expiry_date": ("2030-01-31", "ann"),
    }


def test_old_ids_lead_to_the_record_that_stays_however_often_it_is_merged(shelf: Shelf) -> None:
    for each in "abc":
        shelf.add(each)
    first = shelf.merges.merge("b", ["c"])
    second = shelf.merges.merge("a", ["b"])
    assets = Assets(shelf.database, _FIELDS)
    assert assets.get("c", OWNER).id == "a"
    assert assets.get("b", OWNER).id == "a"
    assert [each.origin for each in assets.get("a", OWNER).merged] == [
        "/photos/b.jpg",
        "/photos/c.jpg",
    ]
    assert [each.id for each in shelf.merges.of("c").merges] == [second.id]
    shelf.merges.undo(second.id)
    assert assets.get("c", OWNER).id == "b"
    shelf.merges.undo(first.id)
    assert assets.get("c", OWNER).id == "c"
    with pytest.raises(Conflict, match="already"):
        shelf.merges.undo(first.id)


def test_a_merge_never_shows_anything_to_more_people(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.add("b")
    shelf.collection("Secret", "b", groups=("board",))
    before = shelf.everything()
    for kept, other in (("a", "b"), ("b", "a")):
        with pytest.raises(Conflict, match="Different people"):
            shelf.merges.merge(kept, [other])
    assert shelf.everything() == before


def test_what_must_be_kept_is_not_merged_away(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.add("b")
    Handling(shelf.database, OWNER).set_hold("b", True, "Case 12")
    with pytest.raises(Conflict, match="legal hold"):
        shelf.merges.merge("a", ["b"])


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("retention_period=7 years", "retention_period=2 years", "Retention period"),
        ("licence_url=https://x.test/a", "licence_url=https://x.test/b", "Licence address"),
    ],
)
def test_rights_that_nobody_can_order_are_left_to_people(
    shelf: Shelf, one: str, other: str, says: str
) -> None:
    shelf.add("a", one)
    shelf.add("b", other)
    with pytest.raises(Conflict, match=says):
        shelf.merges.merge("a", ["b"])


def test_the_last_file_that_is_there_is_not_merged_away(shelf: Shelf) -> None:
    for each in ("a", "b"):
        shelf.add(each)
    with shelf.database.write() as session:
        session.get_one(Asset, "a").missing_at = now()
    with pytest.raises(Conflict, match="is missing"):
        shelf.merges.merge("a", ["b"])
    shelf.merges.merge("b", ["a"])


def test_a_raw_photo_beside_a_copy_is_not_merged_away(shelf: Shelf) -> None:
    for each in ("a", "b", "raw"):
        shelf.add(each)
    with shelf.database.write() as session:
        raw = session.get_one(Asset, "raw").sha256
        session.add(
            AssetFile(asset_id="b", number=1, name="b.nef", origin="/b.nef", sha256=raw, size=9)
        )
    with pytest.raises(Conflict, match="further files"):
        shelf.merges.merge("a", ["b"])
    shelf.merges.merge("b", ["a"])


def test_earlier_versions_are_not_merged_away(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.add("b")
    with shelf.database.write() as session:
        for number, letter in enumerate("xb", 1):
            sha256 = letter.ljust(64, "-")
            session.add(Version(asset_id="b", number=number, sha256=sha256, size=1, name="b.jpg"))
    with pytest.raises(Conflict, match="earlier versions"):
        shelf.merges.merge("a", ["b"])
    shelf.merges.merge("b", ["a"])


def test_what_was_withdrawn_does_not_come_back_under_another_name(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.add("b")
    Handling(shelf.database, OWNER).set_status("b", "withdrawn")
    with pytest.raises(Conflict, match="withdrawn"):
        shelf.merges.merge("a", ["b"])
    shelf.merges.merge("b", ["a"])


def test_what_does_not_fit_is_refused(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.add("b")
    with pytest.raises(BadRequest):
        shelf.merges.merge("a", ["a"])
    with pytest.raises(NotFound):
        shelf.merges.merge("a", ["nothing"])
    with pytest.raises(NotFound):
        shelf.merges.undo("nothing")
    shelf.merges.merge("a", ["b"])
    with pytest.raises(Conflict, match="trash"):
        shelf.merges.merge("a", ["b"])


_EDITS = st.sampled_from(
    [
        "keywords=sea",
        "keywords+=dog;cat",
        "title@en=One",
        "title@de=Zwei",
        "rating=3",
        "rating=5",
        "credit=Ann",
        "expiry_date=2027-01-01",
        "expiry_date=2026-01-01",
        "usage_terms@en=Web",
        "description=",
    ]
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    said=st.lists(st.lists(_EDITS, max_size=4), min_size=2, max_size=4),
    kept=st.integers(0, 3),
    shared=st.sets(st.integers(0, 3)),
)
def test_undoing_a_merge_brings_everything_back(
    tmp_path_factory: pytest.TempPathFactory, said: list[list[str]], kept: int, shared: set[int]
) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('merge') / 'catalog.sqlite3'}")
    database.migrate()
    try:
        shelf = Shelf(database)
        ids = [shelf.add(f"asset-{number}", *edits) for number, edits in enumerate(said)]
        shelf.collection("Shared", *(ids[number] for number in shared if number < len(ids)))
        before = shelf.everything()
        stays = ids[kept % len(ids)]
        merge = shelf.merges.merge(stays, [each for each in ids if each != stays])
        assert shelf.everything() != before
        shelf.merges.undo(merge.id)
        assert shelf.everything() == before
    finally:
        database.close()
