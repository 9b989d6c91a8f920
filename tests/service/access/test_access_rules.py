"""Rules send files to a restricted collection before anybody else sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.access.predicate import seen_assets
from service.access.rules import Facts, Rule, load_rules
from service.access.screening import Screener
from service.access.viewer import OWNER, Viewer
from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset, Content, ContentValue, Job, JobItem, Unit
from service.collections.members import Members
from service.collections.schemas import CollectionChange, MemberChange
from service.collections.store import Collections
from service.errors import MagpieError
from service.events.listing import Events
from service.hub import Hub
from service.record.edits import Edit
from service.record.fieldset import built_in
from service.records.editor import RecordEditor
from service.schemas import SearchRequest
from service.settings import Settings

_STRANGER = Viewer("s", "editor")
_LAWYER = Viewer("l", "reader", frozenset({"legal"}))

_WORDS = """
rules:
  - name: contracts
    collection: Legal/Contracts
    groups: [legal]
    kinds: [document]
    words: [secret recipe]
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    yield opened
    opened.close()


def _arrive(database: Database, name: str, words: str = "", **columns: object) -> None:
    """An asset that has been read."""
    with database.write() as session:
        session.add(Content(sha256=name, stage_key="", kind="document", media_type="text/plain"))
        session.flush()
        session.add(Unit(sha256=name, key="p0", kind="passage", text=words))
        settings = {"state": "ready", "kind": "document", "media_type": "text/plain", **columns}
        session.add(Asset(id=name, name=name, sha256=name, size=1, **settings))


def _screener(database: Database, tmp_path: Path, rules: str) -> Screener:
    (tmp_path / "access.yaml").write_text(rules, encoding="utf-8")
    screener = Screener(database, load_rules(tmp_path / "access.yaml"), built_in())
    screener.open()
    return screener


def _seen(database: Database, viewer: Viewer) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(Asset.id).where(*seen_assets(viewer))))


def test_what_fits_goes_away_and_the_rest_shows(database: Database, tmp_path: Path) -> None:
    _arrive(database, "cake.txt", "Our SECRET\n  recipe, for family only")
    _arrive(database, "menu.txt", "Everything but secret recipes")
    screener = _screener(database, tmp_path, _WORDS)
    assert _seen(database, _STRANGER) == _seen(database, _LAWYER) == set()
    assert _seen(database, OWNER) == {"cake.txt", "menu.txt"}
    assert screener.screen_all() == 2
    assert _seen(database, _STRANGER) == {"menu.txt"}
    assert _seen(database, _LAWYER) == {"cake.txt", "menu.txt"}
    event = Events(database, OWNER).history("cake.txt", limit=1).events[0]
    assert (event.actor, event.kind) == ("rule:contracts", "collection.added")
    assert screener.screen_all() == 0


def test_what_could_not_be_read_may_hold_anything(database: Database, tmp_path: Path) -> None:
    _arrive(database, "locked.pdf", state="failed", failure_code="encrypted")
    _arrive(database, "partly.pdf", "harmless", failure_code="time")
    _arrive(database, "photo.jpg", state="failed", failure_code="damaged", kind="image")
    _screener(database, tmp_path, _WORDS).screen_all()
    assert _seen(database, _STRANGER) == {"photo.jpg"}


def test_nobody_sees_what_may_still_turn_out(database: Database, tmp_path: Path) -> None:
    _arrive(database, "scan.pdf")
    with database.write() as session:
        session.add(Job(id="j", kind="ingest", state="running"))
        session.flush()
        session.add(JobItem(job_id="j", asset_id="scan.pdf", stage="ocr"))
    screener = _screener(database, tmp_path, _WORDS)
    screener.screen_all()
    assert _seen(database, _STRANGER) == set()
    with database.write() as session:
        session.add(Unit(sha256="scan.pdf", key="ocr:0", kind="passage", text="secret recipe"))
        session.execute(update(JobItem).values(state="done"))
        screener.screen(session, ["scan.pdf"])
    assert _seen(database, _STRANGER) == set()
    assert _seen(database, _LAWYER) == {"scan.pdf"}


def test_new_bytes_are_screened_anew(database: Database, tmp_path: Path) -> None:
    _arrive(database, "a.txt", "nothing")
    screener = _screener(database, tmp_path, _WORDS)
    screener.screen_all()
    assert _seen(database, _STRANGER) == {"a.txt"}
    with database.write() as session:
        session.add(Content(sha256="new", stage_key="", kind="document", media_type="text/plain"))
        session.flush()
        session.add(Unit(sha256="new", key="p0", kind="passage", text="the secret recipe"))
        session.execute(update(Asset).values(sha256="new", state="queued"))
    assert _seen(database, _STRANGER) == set()
    with database.write() as session:
        session.execute(update(Asset).values(state="ready"))
    screener.screen_all()
    assert _seen(database, _STRANGER) == set()
    assert _seen(database, _LAWYER) == {"a.txt"}


def test_who_takes_it_out_decides_against_the_rule(database: Database, tmp_path: Path) -> None:
    _arrive(database, "cake.txt", "secret recipe")
    screener = _screener(database, tmp_path, _WORDS)
    screener.screen_all()
    room = Collections(database, OWNER).tree().collections[-1]
    assert (room.path, room.assets, room.groups) == ("Legal/Contracts", 1, ["legal"])
    Members(database, OWNER).change(room.id, MemberChange(remove=["cake.txt"]))
    with database.write() as session:
        screener.screen(session, ["cake.txt"])
    assert _seen(database, _STRANGER) == {"cake.txt"}


def test_a_room_that_lost_its_groups_gets_them_back(database: Database, tmp_path: Path) -> None:
    screener = _screener(database, tmp_path, _WORDS)
    room = Collections(database, OWNER).tree().collections[-1]
    Collections(database, OWNER).change(room.id, CollectionChange(groups=[]))
    _arrive(database, "cake.txt", "secret recipe")
    screener.screen_all()
    assert _seen(database, _STRANGER) == set()


def test_a_rule_may_ask_for_a_field(database: Database, tmp_path: Path) -> None:
    _arrive(database, "a.txt")
    with database.write() as session:
        session.add(
            ContentValue(sha256="a.txt", name="document_type", value="Contract", source="model")
        )
    rules = _WORDS.replace("words: [secret recipe]", "fields: {document_type: [contract*]}")
    _screener(database, tmp_path, rules).screen_all()
    assert _seen(database, _STRANGER) == set()


def test_what_people_say_of_a_record_puts_it_away_too(database: Database, tmp_path: Path) -> None:
    _arrive(database, "a.txt")
    rules = _WORDS.replace("words: [secret recipe]", "fields: {department: [legal]}")
    screener = _screener(database, tmp_path, rules)
    screener.screen_all()
    assert _seen(database, _STRANGER) == {"a.txt"}
    editor = RecordEditor(database, built_in(), OWNER, screen=screener.screen)
    editor.edit("a.txt", [Edit("set", "department", "Legal")])
    assert _seen(database, _STRANGER) == set()


def test_new_rules_hide_everything_until_they_are_applied(
    database: Database, tmp_path: Path
) -> None:
    _arrive(database, "a.txt")
    _arrive(database, "b.txt")
    _screener(database, tmp_path, "").screen_all()
    assert _seen(database, _STRANGER) == {"a.txt", "b.txt"}
    rules = _WORDS.replace("words: [secret recipe]", "names: ['a.*']")
    screener = _screener(database, tmp_path, rules)
    assert _seen(database, _STRANGER) == set()
    screener.screen_all()
    assert _seen(database, _STRANGER) == {"b.txt"}
    assert _screener(database, tmp_path, rules).screen_all() == 0


def _fits(facts: dict[str, object], **conditions: object) -> bool | None:
    rule = Rule.model_validate({"name": "r", "collection": "C", "groups": ["g"], **conditions})
    known = {"name": "Plan.PDF", "path": "/HR/x", "kind": "document", "media_type": "application/x"}
    return rule.fits(Facts(**{**known, "words": "Some words", "fields": {}, **facts}))  # type: ignore[arg-type]


def test_all_conditions_hold_and_any_value_of_each() -> None:
    assert _fits({}, names=["*.doc", "plan.*"], paths=["/hr/*"])
    assert not _fits({}, names=["plan.*"], paths=["/legal/*"])
    assert _fits({}, media_types=["application/*"])
    assert not _fits({}, words=["some word"])
    assert _fits({}, words=["other", "some  words"])
    assert _fits({"words": None}, words=["x"]) is None
    assert _fits({"words": None}, words=["x"], kinds=["image"]) is False
    assert _fits({"words": None, "fields": {}}, words=["x"], fields={"a": ["b"]}) is False
    assert _fits({"fields": {"a": ["B", "c"]}}, fields={"a": ["b"]})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rules: [", "access rules"),
        ("- a", "access rules"),
        ("rules: [{name: a, collection: C, groups: [g]}]", "no condition"),
        ("rules: [{name: a, collection: C, groups: [], names: [x]}]", "groups"),
        ("rules: [{name: a, collection: /C, groups: [g], names: [x]}]", "collection"),
        ("rules: [{name: a, collection: C, groups: [g], nams: [x]}]", "nams"),
        ("rules: [&r {name: a, collection: C, groups: [g], names: [x]}, *r]", "same name"),
    ],
)
def test_rules_that_are_not_understood_stop_the_start(
    tmp_path: Path, text: str, fault: str
) -> None:
    (tmp_path / "access.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MagpieError, match=fault):
        load_rules(tmp_path / "access.yaml")


def test_a_file_is_put_away_as_it_is_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "access.yaml").write_text(_WORDS.replace("[document]", "[document, other]"))
    (tmp_path / "cake.txt").write_text("The secret recipe of grandmother's cake.")
    (tmp_path / "bus.txt").write_text("The bus leaves at noon.")
    with Hub(Settings(home=home)) as hub:
        assert hub.ingest([tmp_path / "cake.txt", tmp_path / "bus.txt"]).failed == 0
        question = SearchRequest(words="grandmother's cake recipe")
        for viewer, names in ((_STRANGER, ["bus.txt"]), (_LAWYER, ["bus.txt", "cake.txt"])):
            seen = hub.seen_by(viewer)
            assert sorted(each.name for each in seen.assets().assets) == names
            assert seen.counts().total == len(names)
            hits = [hit.asset.name for hit in seen.search(question).hits]
            assert ("cake.txt" in hits) == ("cake.txt" in names)
