"""People, groups and keys; for admins, but for who one is."""

from __future__ import annotations

from fastapi import APIRouter

from service.access import schemas
from service.api.dependencies import HubOf
from service.api.problems import described
from service.schemas import AssetId as Id

router = APIRouter(prefix="/v1", tags=["people"])

_TAKEN = described(409, "The name is taken, or the group is in use.")


@router.get("/me", summary="Who I am")
def me(hub: HubOf) -> schemas.Me:
    """The role and groups of the caller, and what this key or session may do."""
    return schemas.Me.of(hub.viewer)


@router.get("/users", summary="All users")
def list_users(hub: HubOf) -> schemas.UserList:
    """Everybody but the owner, by name."""
    return hub.desk.accounts.users()


@router.post("/users", status_code=201, summary="Let somebody in", responses=_TAKEN)
def add_user(hub: HubOf, new: schemas.NewUser) -> schemas.User:
    """They come in by a key, or by a login link."""
    return hub.desk.accounts.add_user(new)


@router.patch("/users/{user_id}", summary="Change a role or groups, or shut somebody out")
def change_user(hub: HubOf, user_id: Id, change: schemas.UserChange) -> schemas.User:
    """Holds from the next request on, for keys and browsers alike."""
    return hub.desk.accounts.change_user(user_id, change)


@router.get("/groups", summary="All groups")
def list_groups(hub: HubOf) -> schemas.Groups:
    """Groups of people, which collections carry."""
    return hub.desk.accounts.groups()


@router.post("/groups", status_code=201, summary="Make a group", responses=_TAKEN)
def add_group(hub: HubOf, new: schemas.NewGroup) -> schemas.Groups:
    """One that exists stays as it is."""
    return hub.desk.accounts.add_group(new.name)


@router.delete("/groups/{name}", status_code=204, summary="Remove a group", responses=_TAKEN)
def remove_group(hub: HubOf, name: schemas.PlainName) -> None:
    """Refused while a collection carries it, which might be everybody's without."""
    hub.desk.accounts.remove_group(name)


@router.get("/keys", summary="The keys")
def list_keys(hub: HubOf) -> schemas.KeyList:
    """The newest first, without their secrets."""
    return hub.desk.keys.all()


@router.post("/keys", status_code=201, summary="Make a key")
def make_key(hub: HubOf, new: schemas.NewKey) -> schemas.MadeKey:
    """The secret is in this answer and is never shown again."""
    return hub.desk.keys.make(new)


@router.delete("/keys/{key_id}", summary="End a key")
def revoke_key(hub: HubOf, key_id: Id) -> schemas.Key:
    """From the next request on it opens nothing."""
    return hub.desk.keys.revoke(key_id)
