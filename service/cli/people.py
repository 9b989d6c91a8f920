"""Commands about people: users, groups and keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from service.access import schemas
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console


class Role(StrEnum):
    """What a user is."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_Groups = Annotated[list[str] | None, typer.Option("--group", help="A group; repeatable.")]
_User = Annotated[str, typer.Argument(metavar="NAME", help="Name of a user.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    users = typer.Typer(help="Users beside the owner.", no_args_is_help=True)
    users.command(name="list")(list_users)
    users.command(name="add")(add_user)
    users.command(name="change")(change_user)
    users.command(name="disable")(disable_user)
    app.add_typer(users, name="users")
    groups = typer.Typer(help="Groups of users, which collections carry.", no_args_is_help=True)
    groups.command(name="list")(list_groups)
    groups.command(name="add")(add_group)
    groups.command(name="remove")(remove_group)
    app.add_typer(groups, name="groups")
    keys = typer.Typer(help="Keys for programs.", no_args_is_help=True)
    keys.command(name="list")(list_keys)
    keys.command(name="new")(new_key)
    keys.command(name="revoke")(revoke_key)
    app.add_typer(keys, name="keys")


def list_users(as_json: AsJson = False) -> None:
    """List the users."""
    with opened() as hub:
        found = hub.desk.accounts.users()
    if as_json:
        print_json(found)
        return
    table = _table("name", "role", "groups", "")
    for user in found.users:
        state = "disabled" if user.disabled else ""
        table.add_row(Text(user.name), user.role, Text(", ".join(user.groups)), state)
    console.print(table)


def add_user(
    name: _User,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.READER,
    groups: _Groups = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody in; `magpie login --user NAME` makes their login link."""
    new = checked(schemas.NewUser, name=name, role=role.value, groups=groups or [])
    with opened() as hub:
        user = hub.desk.accounts.add_user(new)
    _done(user, f"{user.name} is a user now, as {user.role}.", as_json)


def change_user(
    name: _User,
    role: Annotated[Role | None, typer.Option(help="What they may do.")] = None,
    groups: _Groups = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Out of all groups.")] = False,
    enable: Annotated[bool, typer.Option("--enable", help="Let them in again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give a user another role, or other groups in place of theirs."""
    said = {
        **({"role": role.value} if role else {}),
        **({"groups": groups or []} if groups or no_groups else {}),
        **({"disabled": False} if enable else {}),
    }
    _change(name, checked(schemas.UserChange, **said), as_json)


def disable_user(name: _User, as_json: AsJson = False) -> None:
    """Shut a user out; their keys and sessions end at once."""
    _change(name, schemas.UserChange(disabled=True), as_json)


def list_groups(as_json: AsJson = False) -> None:
    """List the groups."""
    with opened() as hub:
        found = hub.desk.accounts.groups()
    if as_json:
        print_json(found)
    else:
        console.print("\n".join(found.groups), markup=False)


def add_group(name: str, as_json: AsJson = False) -> None:
    """Make a group."""
    new = checked(schemas.NewGroup, name=name)
    with opened() as hub:
        found = hub.desk.accounts.add_group(new.name)
    _done(found, f"There is a group {new.name}.", as_json)


def remove_group(name: str) -> None:
    """Remove a group that no collection carries."""
    with opened() as hub:
        hub.desk.accounts.remove_group(name.lower())


def list_keys(as_json: AsJson = False) -> None:
    """List the keys; their secrets are not kept."""
    with opened() as hub:
        found = hub.desk.keys.all()
    if as_json:
        print_json(found)
        return
    table = _table("id", "user", "scope", "made", "ends", "name")
    for key in found.keys:
        ends = (
            "revoked" if key.revoked_at else f"{key.expires_at:%Y-%m-%d}" if key.expires_at else ""
        )
        table.add_row(
            key.id, Text(key.user), key.scope, f"{key.created_at:%Y-%m-%d}", ends, Text(key.name)
        )
    console.print(table)


def new_key(
    user: Annotated[str | None, typer.Option(help="Whose; yours if left out.")] = None,
    scope: Annotated[Scope, typer.Option(help="The most it may do.")] = Scope.READ,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it ends.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    new = checked(schemas.NewKey, user=user, scope=scope.value, name=name, days=days)
    with opened() as hub:
        made = hub.desk.keys.make(new)
    if as_json:
        print_json(made)
    else:
        print(made.secret)


def revoke_key(key_id: str, as_json: AsJson = False) -> None:
    """End a key at once."""
    with opened() as hub:
        key = hub.desk.keys.revoke(key_id)
    _done(key, f"The key {key.id} opens nothing any more.", as_json)


def _change(name: str, change: schemas.UserChange, as_json: bool) -> None:
    with opened() as hub:
        accounts = hub.desk.accounts
        user = next((each for each in accounts.users().users if each.name == name.lower()), None)
        changed = accounts.change_user(user.id if user else name, change)
    groups = f" in {', '.join(changed.groups)}" if changed.groups else ""
    state = "disabled" if changed.disabled else f"{changed.role}{groups}"
    _done(changed, f"{changed.name}: {state}.", as_json)


def _done(answer: BaseModel, said: str, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        console.print(said, markup=False)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading != "name")
    return table
