"""Originals and variants: a tree without circles, and rights that follow down it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from service.access.viewer import OWNER, Viewer
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, now
from service.errors import BadRequest, Conflict, NotFound
from service.record.edits import parse_edit
from service.record.fieldset import built_in
from service.records.editor import RecordEditor
from service.records.refresh import refresh_records
from service.records.tables import RecordTerm
from service.variants.schemas import SetOriginal
from service.variants.store import Variants

_FIELDS = built_in()


class Family:
    """A catalog of four pictures."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.variants = Variants(database, _FIELDS, OWNER, on_change=lambda: None)
        with database.write() as session:
            for each in "abcd":
                sha256 = each * 64
                session.add(
                    Content(
                        sha256=sha256,
                        stage_key="k",
                        kind="image",
                        media_type="image/png",
                        read_at=now(),
                    )
                )
                session.flush()
                asset = Asset(id=each, name=f"{each}.png", sha256=sha256, screened=sha256, size=1)
                session.add(asset)
                session.flush()
                refresh_records(session, [asset], _FIELDS)

    def made_of(self, asset_id: str, original_id: str, how: str = "") -> None:
        self.variants.join(asset_id, SetOriginal(original_id=original_id, how=how))

    def edit(self, asset_id: str, *edits: str) -> None:
        RecordEditor(self.database, _FIELDS, OWNER).edit(
            asset_id, [parse_edit(each, _FIELDS) for each in edits]
        )

    def shown(self, asset_id: str) -> dict[str, object]:
        detail = Assets(self.database, _FIELDS).get(asset_id, OWNER)
        return {each.name: each.value for each in detail.values if each.shown}

    def selected(self, name: str, text: str) -> set[str]:
        with self.database.read() as session:
            rows = select(RecordTerm.asset_id).where(
                RecordTerm.name == name, RecordTerm.text == text
            )
            return set(session.scalars(rows))

    def tree(self, asset_id: str) -> list[tuple[int, str]]:
        return [(node.depth, node.id) for node in self.variants.tree(asset_id).nodes]


@pytest.fixture
def family(catalog_url: str) -> Iterator[Family]:
    database = Database(catalog_url)
    database.migrate()
    yield Family(database)
    database.close()


def test_the_tree_is_the_same_from_everywhere_in_it(family: Family) -> None:
    family.made_of("b", "a", "crop for social media")
    family.made_of("c", "b")
    family.made_of("d", "a")
    assert family.tree("c") == [(0, "a"), (1, "b"), (2, "c"), (1, "d")]
    assert family.tree("a") == family.tree("d")
    assert family.variants.tree("a").nodes[1].how == "crop for social media"
    family.variants.part("b")
    assert family.tree("c") == [(0, "b"), (1, "c")]
    with pytest.raises(BadRequest):
        family.variants.part("b")


def test_nothing_is_made_of_itself(family: Family) -> None:
    family.made_of("b", "a")
    family.made_of("c", "b")
    for asset_id, original_id in (("a", "a"), ("a", "c"), ("b", "c")):
        with pytest.raises(Conflict):
            family.made_of(asset_id, original_id)
    with pytest.raises(NotFound):
        family.made_of("a", "nothing")


def test_rights_follow_down_the_tree_and_the_own_word_counts_more(family: Family) -> None:
    family.edit("a", "credit=Ann", "expiry_date=2027-01-01", "title@en=Sea")
    family.made_of("b", "a")
    family.made_of("c", "b")
    assert family.shown("c")["credit"] == "Ann"
    assert "title" not in family.shown("c"), "only rights follow"
    assert family.selected("credit", "ann") == {"a", "b", "c"}
    family.edit("b", "credit=Bob")
    assert family.selected("credit", "bob") == {"b", "c"}
    family.edit("a", "expiry_date=2026-12-24")
    assert family.selected("expiry_date", "2026-12-24") == {"a", "b", "c"}
    family.variants.part("b")
    assert family.selected("expiry_date", "2026-12-24") == {"a"}


def test_what_one_may_not_see_is_only_counted(family: Family) -> None:
    family.made_of("b", "a")
    with family.database.write() as session:
        session.get_one(Asset, "a").restricted = True
    stranger = Viewer("eve", "editor")
    seen = Variants(family.database, _FIELDS, stranger, on_change=lambda: None).tree("b")
    assert [node.id for node in seen.nodes] == ["b"]
    assert seen.hidden == 1
