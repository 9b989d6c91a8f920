"""Selections over a real catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.access.viewer import OWNER
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.collections.tables import Collection, CollectionMember
from service.record.edits import parse_edit
from service.record.fieldset import built_in
from service.records.editor import RecordEditor
from service.selection.language import InvalidSelection


@pytest.fixture
def editor(catalog_url: str) -> Iterator[RecordEditor]:
    database = Database(catalog_url)
    database.migrate()
    fields = built_in()
    with database.write() as session:
        for number, (name, kind, width) in enumerate(
            [
                ("Sunset.JPG", "image", 4000),
                ("sunrise_50%.jpg", "image", 800),
                ("nda.pdf", "document", None),
            ]
        ):
            session.add(
                Asset(
                    id=f"{number}",
                    name=name,
                    sha256="0" * 64,
                    size=(number + 1) * 1_000_000,
                    kind=kind,
                    state="ready",
                    width=width,
                    height=width and 600,
                    created_at=datetime(2026, 1 + number, 15, tzinfo=UTC),
                    hold=number == 2,
                )
            )
        session.add_all(
            [Collection(id="top", name="Küste"), Collection(id="in", name="Möwen", parent_id="top")]
        )
        session.flush()
        session.add(CollectionMember(collection_id="in", asset_id="1"))
    found = RecordEditor(database, fields, OWNER)
    found.edit(
        "0", [parse_edit(each, fields) for each in ("campaign=Spring 2026; Café", "rating=4")]
    )
    found.edit("1", [parse_edit(each, fields) for each in ("campaign=Autumn", "title@de=Größe")])
    found.edit("2", [parse_edit(each, fields) for each in ("expiry_date=2027-03-31",)])
    yield found
    database.close()


SELECTIONS = [
    ("", "012"),
    ("kind:image", "01"),
    ("kind:image,document", "012"),
    ("-kind:image", "2"),
    ('campaign:"spring 2026"', "0"),
    ("campaign:CAFÉ", "0"),
    ("campaign:spring*", "0"),
    ('campaign:"spring*"', ""),
    ("campaign:*", "01"),
    ("-campaign:*", "2"),
    ("Campaign:autumn kind:image", "1"),
    ("title:größe", "1"),
    ("rating>=4", "0"),
    ("rating<4", ""),
    ("-rating>=4", "12"),
    ("width>1000", "0"),
    ("-width:*", "2"),
    ("size>=2MB", "12"),
    ("name:sun*", "01"),
    ("sun", "01"),
    ("name:*50%*", "1"),
    ("name:*0_*", ""),
    ("added:2026-02", "1"),
    ("added>2026-01", "12"),
    ("added<=2026-02-15", "01"),
    ("expiry_date:2027", "2"),
    ("expiry_date<2027-04-01", "2"),
    ("expiry_date>2027-03-31", ""),
    ("expiry_date<=2027-03", "2"),
    ("hold:yes", "2"),
    ("-hold:yes", "01"),
    ("collection:küste", "1"),
    ("collection:in", "1"),
    ("-collection:*", "02"),
]
WRONG = [
    ("colour_of_sky:blue", "no field"),
    ("width:wide", "no number"),
    ("added:yesterday", "no day"),
    ("added:2026-13", "no day"),
    ("hold:perhaps", "yes nor no"),
    ("title>3", "cannot be compared"),
    ("name>3", "cannot be compared"),
    ("width>3x", "no number"),
]


def test_selections(editor: RecordEditor) -> None:
    found = [(where, "".join(editor.select(where))) for where, _ in SELECTIONS]
    assert found == SELECTIONS


def test_wrong_selections_say_why(editor: RecordEditor) -> None:
    for where, said in WRONG:
        with pytest.raises(InvalidSelection, match=said):
            editor.select(where)
