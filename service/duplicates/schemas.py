"""Duplicates as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipelines.duplicates.links import LinkKind
from service.schemas import Asset, AssetId

GroupState = Literal["open", "resolved", "dismissed"]
RunState = Literal["running", "done", "cancelled", "stopped", "failed"]
GroupId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,36}$")]

MOST_MEMBERS = 200
"""Records of one group that an answer shows."""

MOST_GROUPS = 200


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Run(_Model):
    """A scan of the catalog for duplicates."""

    id: str
    state: RunState
    scheduled: bool = Field(description="Begun by itself rather than by a person.")
    step: str = Field(default="", description="What it is doing, in words.")
    done: int = 0
    total: int = Field(default=0, description="Of this step; 0 while nobody knows.")
    contents: int = Field(description="Different files that were in the catalog.")
    compared: int = Field(description="Pairs that were looked at closely.")
    links: int = Field(description="Pairs that were linked for the first time.")
    groups: int
    new_groups: int = Field(description="Groups that the scans before did not know.")
    notes: list[str] = Field(description="What was not compared, and why.")
    reason: str | None = None
    created_at: datetime
    finished_at: datetime | None = None


class RunList(_Model):
    """Scans, newest first."""

    runs: list[Run]


class Group(_Model):
    """Records that belong together, and the copy to keep."""

    id: str
    kind: LinkKind
    says: str = Field(description="The kind in words, as of one file beside another.")
    state: GroupState
    new: bool = Field(description="Found by the last scan for the first time.")
    mergeable: bool = Field(description="False for what is only linked, such as similar shots.")
    keep_id: str = Field(description="The copy to keep; the proposed pick of similar shots.")
    keep_reason: str
    chosen: bool = Field(description="A person chose the copy to keep.")
    bytes: int = Field(description="What the other copies take, wherever they lie.")
    frees: int = Field(
        description="What comes free in Magpie's own store when they are merged and purged."
    )
    count: int = Field(description="How many records there are in it.")
    members: list[Asset] = Field(
        description="The copy to keep first; at most 20, of one group at most 200."
    )


class GroupPage(_Model):
    """Some groups, the largest first, and how to go on."""

    groups: list[Group]
    next_cursor: str | None = None


class GroupQuery(_Model):
    """Which groups to list."""

    kinds: list[LinkKind] = Field(default=[], max_length=20)
    state: GroupState = "open"
    new: bool = Field(default=False, description="Only what the last scan found.")
    limit: int = Field(default=50, ge=1, le=MOST_GROUPS)
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None


class LinkShown(_Model):
    """How two records of a group resemble each other."""

    first_id: str
    second_id: str
    kind: LinkKind
    score: float = Field(ge=0, le=1)
    says: str = Field(description="The evidence in a sentence.")
    evidence: dict[str, Any] = Field(description="Distances, matched points, the map, the edits.")


class Refusal(_Model):
    """A record that is not merged away, and why."""

    asset_id: str
    name: str
    reason: str


class GroupDetail(Group):
    """A group with its evidence."""

    links: list[LinkShown]
    refused: list[Refusal] = Field(description="What a merge would leave, and why.")


class Choice(_Model):
    """The copy to keep of a group; null goes back to the rules."""

    keep_id: AssetId | None


class Dismissal(_Model):
    """These are no duplicates: all of a group, or some of it of the rest."""

    asset_ids: list[AssetId] = Field(
        default=[], max_length=MOST_MEMBERS, description="Empty: each of every other."
    )


class ResolveRequest(_Model):
    """Groups to merge: those named, or all open ones of a kind."""

    group_ids: list[GroupId] = Field(default=[], max_length=1000)
    kind: LinkKind | None = None
    apply: bool = Field(default=False, description="False only says what would happen.")


class Merged(_Model):
    """What became of one group."""

    group_id: str
    kind: LinkKind
    keep_id: str
    keep_name: str
    keep_reason: str
    merged: list[Refusal] = Field(description="Merged into the kept one; with an empty reason.")
    refused: list[Refusal]
    frees: int
    merge_id: str | None = None


class Resolution(_Model):
    """What a clean-up did, or would do."""

    batch: str | None = Field(default=None, description="For taking all of it back.")
    applied: bool
    groups: list[Merged]
    merged: int
    refused: int
    frees: int
    left: int = Field(default=0, description="Groups that were too many for one request.")


class Undone(_Model):
    """What was taken back."""

    merges: int
    reopened: int = Field(description="Groups that are open again.")
    refused: list[str] = Field(default=[], description="What could not be taken back, and why.")


class Take(_Model):
    """What copies take, of one kind or below one folder."""

    name: str
    groups: int
    bytes: int
    frees: int


class Report(_Model):
    """All groups in one state, with what their copies take and cost."""

    made_at: datetime
    state: GroupState
    price: float | None = Field(default=None, description="Of a gigabyte for a year.")
    cost: float | None = Field(default=None, description="Of all copies for a year.")
    bytes: int = Field(description="What mergeable copies take, wherever they lie.")
    frees: int = Field(description="What comes free in Magpie's own store.")
    kinds: list[Take]
    folders: list[Take] = Field(description="Of the copies that would go; the largest first.")
    groups: list[GroupDetail]
    left: int = Field(description="Groups that were too many for one report.")


class ReportQuery(_Model):
    """What to report, and as which file."""

    format: Literal["html", "json", "csv"] = "html"
    kinds: list[LinkKind] = Field(default=[], max_length=20)
    state: GroupState = "open"
    new: bool = Field(default=False, description="Only what the last scan found.")
    price: float | None = Field(
        default=None, ge=0, le=1e6, description="Of a gigabyte for a year, in any currency."
    )
