"""Users, groups, keys and handling as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.access.viewer import Role, Scope, Viewer
from service.schemas import AssetStatus

# PostgreSQL keeps no U+0000 in texts.
_NO_NUL = r"^[^\x00]*$"

PlainName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=1,
        max_length=64,
        pattern=r"^[^\s:/\x00-\x1f\x7f][^:/\x00-\x1f\x7f]*$",
    ),
]
"""The name of a user or a group: lower case, so that none differ by case alone."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Me(_Model):
    """Who asks, and what they may do."""

    id: str
    role: Role
    groups: list[str]
    scope: Scope = Field(description="The most that the key or session allows.")

    @classmethod
    def of(cls, viewer: Viewer) -> Me:
        """The same in the shape of an answer."""
        return cls(id=viewer.id, role=viewer.role, groups=sorted(viewer.groups), scope=viewer.scope)


class User(_Model):
    """A person who may use this library."""

    id: str
    name: str
    role: Role
    groups: list[str]
    disabled: bool
    created_at: datetime


class UserList(_Model):
    """All users but the owner, by name."""

    users: list[User]


class NewUser(_Model):
    """A person to let in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "ann", "role": "editor", "groups": []}},
    )

    name: PlainName
    role: Role = "reader"
    groups: list[PlainName] = Field(default=[], max_length=100)


class UserChange(_Model):
    """What to change; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"role": "reader", "groups": ["legal"]}}
    )

    role: Role | None = None
    groups: list[PlainName] | None = Field(default=None, max_length=100)
    disabled: bool | None = None


class Groups(_Model):
    """The names of all access groups."""

    groups: list[str]


class NewGroup(_Model):
    """A group to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "legal"}})

    name: PlainName


class Key(_Model):
    """A key for programs; its secret is shown once, when it is made."""

    id: str
    name: str
    user: str = Field(description="Name of the user whose rights it has, or `owner`.")
    scope: Scope
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class KeyList(_Model):
    """Keys, newest first."""

    keys: list[Key]


class NewKey(_Model):
    """A key to be made. It may do what both its scope and its user's role allow."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"user": "ann", "scope": "read", "name": "website"}},
    )

    user: PlainName | None = Field(default=None, description="Whose; the owner's if left out.")
    scope: Scope = "read"
    name: Annotated[str, StringConstraints(max_length=100, pattern=_NO_NUL)] = ""
    days: int | None = Field(default=None, ge=1, le=3650, description="Days until it ends.")


class MadeKey(_Model):
    """A new key with its secret, which cannot be seen again."""

    key: Key
    secret: str


class StatusChange(_Model):
    """Where an asset goes next in its life."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"status": "approved"}})

    status: AssetStatus


class HoldChange(_Model):
    """Whether an asset must be kept, whatever else is decided."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"hold": True, "reason": "Case 12/2026"}}
    )

    hold: bool
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=500, pattern=_NO_NUL)
    ] = ""
