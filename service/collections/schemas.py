"""Collections as they go over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_AT_ONCE = 1000
"""Assets that one request may add and remove."""

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^/\x00-\x1f\x7f]+$"
    ),
]
GroupName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_EXAMPLE = "0197b1c2-4e1f-7d20-9d6c-0d4c6d8f3a11"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Collection(_Model):
    """A collection, with what the asker may see of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "id": _EXAMPLE,
                "parent_id": None,
                "name": "Contracts",
                "path": "Legal/Contracts",
                "assets": 12,
                "restricted": True,
                "groups": ["legal"],
            }
        },
    )

    id: str
    parent_id: str | None = Field(description="The collection around it; null at the top.")
    name: str
    path: str = Field(description="Its name after those of the collections around it.")
    assets: int = Field(description="Assets directly in it.")
    restricted: bool = Field(description="Whether only some groups see it.")
    groups: list[str] = Field(
        default=[], description="Groups of its own, for admins; it inherits when it has none."
    )


class CollectionList(_Model):
    """All collections, each after the one it lies in."""

    collections: list[Collection]


class NewCollection(_Model):
    """A collection to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Summer", "parent_id": None}}
    )

    name: Name
    parent_id: _Id | None = None
    groups: list[GroupName] = Field(default=[], max_length=100)


class CollectionChange(_Model):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Autumn"}})

    name: Name | None = None
    parent_id: _Id | None = Field(
        default=None, description="Where to move it; null moves it to the top."
    )
    groups: list[GroupName] | None = Field(default=None, max_length=100)


class MemberChange(_Model):
    """Assets to put into a collection and to take out of it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"add": [_EXAMPLE]}})

    add: list[_Id] = Field(default=[], max_length=MOST_AT_ONCE)
    remove: list[_Id] = Field(default=[], max_length=MOST_AT_ONCE)


class MemberResult(_Model):
    """How many assets came and went; those that were there already are not counted."""

    added: int
    removed: int
