"""Users, groups, keys, status and hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.access.accounts import Accounts
from service.access.keys import ApiKeys
from service.access.schemas import NewKey, NewUser, UserChange
from service.access.status import STATUSES, TRANSITIONS, Handling, refuse_held
from service.access.tables import ApiKey
from service.access.viewer import OWNER, Viewer
from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset, now
from service.collections.schemas import NewCollection
from service.collections.store import Collections
from service.errors import BadRequest, Conflict, Forbidden, NotFound
from service.events.listing import Events


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    with opened.write() as session:
        session.add(Asset(id="a", name="a.txt", sha256="a", size=1, state="ready", screened="a"))
    Accounts(opened).add_group("legal")
    yield opened
    opened.close()


def test_a_key_lets_its_user_in_as_far_as_both_allow(database: Database) -> None:
    Accounts(database).add_user(NewUser(name="Ann", role="editor", groups=["legal"]))
    made = ApiKeys(database).make(NewKey(user="ann", scope="admin"))
    viewer = ApiKeys(database).viewer_of(made.secret)
    assert viewer is not None
    assert viewer.groups == {"legal"}
    assert viewer.may("write")
    assert not viewer.may("admin")
    narrow = ApiKeys(database).make(NewKey(scope="read"))
    viewer = ApiKeys(database).viewer_of(narrow.secret)
    assert viewer is not None
    assert viewer.sees_all
    assert not viewer.may("write")


def test_the_secret_is_nowhere_in_the_catalog(database: Database, tmp_path: Path) -> None:
    made = ApiKeys(database).make(NewKey())
    database.close()
    secret = made.secret.removeprefix(f"mgp_{made.key.id}_")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made.key.id.encode() in kept
    assert secret.encode() not in kept


def test_keys_end(database: Database) -> None:
    keys = ApiKeys(database)
    revoked, old, shut = (keys.make(NewKey(days=1)) for _ in range(3))
    user = Accounts(database).add_user(NewUser(name="ann"))
    shut = keys.make(NewKey(user="ann"))
    for made in (revoked, old, shut):
        assert keys.viewer_of(made.secret) is not None
    keys.revoke(revoked.key.id)
    with database.write() as session:
        session.execute(update(ApiKey).where(ApiKey.id == old.key.id).values(expires_at=now()))
    Accounts(database).change_user(user.id, UserChange(disabled=True))
    for made in (revoked, old, shut):
        assert keys.viewer_of(made.secret) is None


@pytest.mark.parametrize("secret", ["", "mgp", "mgp__", "mgp_x_y", "xyz_1_2", "mgp_{id}_wrong"])
def test_other_words_open_nothing(database: Database, secret: str) -> None:
    made = ApiKeys(database).make(NewKey())
    assert ApiKeys(database).viewer_of(secret.replace("{id}", made.key.id)) is None


@pytest.mark.parametrize(
    "viewer",
    [Viewer("e", "editor", frozenset(), "admin"), Viewer("owner", "admin", frozenset(), "write")],
    ids=["an editor", "the owner by a narrow key"],
)
def test_accounts_are_kept_by_admins_alone(database: Database, viewer: Viewer) -> None:
    for refused in (
        lambda: Accounts(database, viewer).users(),
        lambda: Accounts(database, viewer).add_user(NewUser(name="ann")),
        lambda: Accounts(database, viewer).groups(),
        lambda: Accounts(database, viewer).add_group("x"),
        lambda: Accounts(database, viewer).remove_group("legal"),
        lambda: ApiKeys(database, viewer).all(),
        lambda: ApiKeys(database, viewer).make(NewKey()),
        lambda: ApiKeys(database, viewer).revoke("x"),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_names_are_one_persons(database: Database) -> None:
    accounts = Accounts(database)
    accounts.add_user(NewUser(name="ann"))
    for name in ("Ann", "owner"):
        with pytest.raises(Conflict):
            accounts.add_user(NewUser(name=name))
    with pytest.raises(BadRequest, match="no group"):
        accounts.add_user(NewUser(name="bob", groups=["nobody"]))
    assert [each.name for each in accounts.users().users] == ["ann"]


def test_a_group_that_restricts_something_stays(database: Database) -> None:
    accounts = Accounts(database)
    collections = Collections(database, OWNER)
    made = collections.create(NewCollection(name="Legal", groups=["legal"]))
    with pytest.raises(Conflict, match="carry the group"):
        accounts.remove_group("legal")
    collections.delete(made.id)
    accounts.remove_group("legal")
    with pytest.raises(NotFound):
        accounts.remove_group("legal")
    with pytest.raises(Conflict):
        accounts.add_group("everyone")


@pytest.mark.parametrize("start", STATUSES)
@pytest.mark.parametrize("end", STATUSES)
def test_only_allowed_steps_are_taken(database: Database, start: str, end: str) -> None:
    with database.write() as session:
        session.execute(update(Asset).values(status=start))
    handling = Handling(database, Viewer("e", "editor"))
    if end == start or end in TRANSITIONS[start]:  # type: ignore[index]
        handling.set_status("a", end)  # type: ignore[arg-type]
        expected = end
    else:
        with pytest.raises(Conflict, match=f"From {start}"):
            handling.set_status("a", end)  # type: ignore[arg-type]
        expected = start
    with database.read() as session:
        assert session.scalar(select(Asset.status)) == expected
    events = Events(database, OWNER).page(limit=10, asset_id="a").events
    assert [(each.before, each.after) for each in events] == (
        [({"status": start}, {"status": end})] if expected != start else []
    )


def test_a_hold_is_released_by_admins(database: Database) -> None:
    editor = Handling(database, Viewer("e", "editor"))
    editor.set_hold("a", True, "Case 12")
    with database.read() as session, pytest.raises(Conflict, match="legal hold"):
        refuse_held(session.get_one(Asset, "a"))
    with pytest.raises(Forbidden):
        editor.set_hold("a", False)
    Handling(database, OWNER).set_hold("a", False)
    with database.read() as session:
        refuse_held(session.get_one(Asset, "a"))
    kinds = [each.kind for each in Events(database, OWNER).history("a", limit=9).events]
    assert kinds == ["asset.hold", "asset.hold"]


def test_handling_needs_the_right_to_write_and_to_see(database: Database) -> None:
    with pytest.raises(Forbidden):
        Handling(database, Viewer("r", "reader")).set_status("a", "in_review")
    with database.write() as session:
        session.execute(update(Asset).values(restricted=True))
    with pytest.raises(NotFound):
        Handling(database, Viewer("e", "editor")).set_status("a", "in_review")
    with pytest.raises(NotFound):
        Handling(database, Viewer("e", "editor")).set_hold("a", True)
