"""Whatever people, groups and collections there are: each answer is what a slow, obvious
filter leaves of the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_GROUPS = ("red", "green", "blue")
_USERS = {"none": (), "one": ("red",), "two": ("red", "green")}
_NAMES = tuple("ABCDE")


@dataclass(frozen=True)
class Layout:
    """Collections by number: where each lies, its groups, and the assets in it by number."""

    parents: tuple[int | None, ...]
    groups: tuple[frozenset[str], ...]
    members: tuple[frozenset[int], ...]

    def audience(self, number: int) -> frozenset[str]:
        """Own groups, else those of the nearest collection around it that has any."""
        here: int | None = number
        while here is not None:
            if self.groups[here]:
                return self.groups[here]
            here = self.parents[here]
        return frozenset()

    def sees_asset(self, user: frozenset[str], asset: int) -> bool:
        """Everybody where no collection of it carries a group, else who shares one."""
        carried: set[str] = set()
        for number, members in enumerate(self.members):
            if asset in members:
                carried |= self.audience(number)
        return not carried or bool(carried & user)

    def sees_collection(self, user: frozenset[str], number: int) -> bool:
        """Everybody where it carries no group, else who shares one."""
        return not self.audience(number) or bool(self.audience(number) & user)

    def below(self, number: int) -> set[int]:
        """A collection and all that lie in it."""
        found = {number}
        for other, parent in enumerate(self.parents):
            if parent in found:
                found.add(other)
        return found


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Up to five collections; each lies at the top or in an earlier one."""
    count = draw(st.integers(1, len(_NAMES)))
    return Layout(
        parents=tuple(
            draw(st.none() | st.integers(0, number - 1)) if number else None
            for number in range(count)
        ),
        groups=tuple(
            frozenset(draw(st.sets(st.sampled_from(_GROUPS), max_size=2))) for _ in range(count)
        ),
        members=tuple(
            frozenset(draw(st.sets(st.integers(0, 7), max_size=4))) for _ in range(count)
        ),
    )


@pytest.fixture(scope="module")
def users(site: Any) -> dict[str, dict[str, str]]:
    for group in _GROUPS:
        site.client.post("/v1/groups", json={"name": group}, headers=site.owner)
    keys = {}
    for name, groups in _USERS.items():
        body = {"name": name, "role": "reader", "groups": list(groups)}
        site.client.post("/v1/users", json=body, headers=site.owner)
        keys[name] = site.key(name, "read")
    return keys


class _Library:
    """What a layout has become on the server, and how somebody sees it."""

    def __init__(self, site: Any, layout: Layout) -> None:
        self.site, self.layout = site, layout
        self.assets = list(site.assets.values())
        self.collections: list[str] = []
        for number, parent in enumerate(layout.parents):
            body = {
                "name": _NAMES[number],
                "parent_id": None if parent is None else self.collections[parent],
                "groups": sorted(layout.groups[number]),
            }
            made = site.client.post("/v1/collections", json=body, headers=site.owner)
            assert made.status_code == 201, made.text
            self.collections.append(made.json()["id"])
        for collection, members in zip(self.collections, layout.members, strict=True):
            body = {"add": [self.assets[each] for each in members]}
            answer = site.client.post(
                f"/v1/collections/{collection}/assets", json=body, headers=site.owner
            )
            assert answer.json()["added"] == len(members)
        site.settle()

    def remove(self) -> None:
        for collection, parent in zip(self.collections, self.layout.parents, strict=True):
            if parent is None:
                address = f"/v1/collections/{collection}?recursive=true"
                assert self.site.client.delete(address, headers=self.site.owner).is_success

    def seen(self, groups: frozenset[str]) -> list[str]:
        """The assets that somebody may see, by the obvious rule."""
        return [
            each
            for number, each in enumerate(self.assets)
            if self.layout.sees_asset(groups, number)
        ]


@given(layout=layouts())
@settings(max_examples=6, deadline=None)
def test_everybody_sees_what_the_obvious_filter_leaves(
    site: Any, users: dict[str, dict[str, str]], layout: Layout
) -> None:
    library = _Library(site, layout)
    try:
        for name, key in users.items():
            _Check(library, key, frozenset(_USERS[name])).everything()
    finally:
        library.remove()


class _Check:
    """Compares each answer that a user gets with the filtered answer of the owner."""

    def __init__(self, library: _Library, key: dict[str, str], groups: frozenset[str]) -> None:
        self._library, self._key, self._groups = library, key, groups
        self._seen = library.seen(groups)

    def everything(self) -> None:
        self.lists()
        self.records()
        self.searches()
        self.collections()
        self.events()

    def _mine(self, path: str, **options: Any) -> Any:
        return self._library.site.client.request(
            options.pop("method", "GET"), path, headers=self._key, **options
        )

    def _owners(self, path: str, **options: Any) -> Any:
        return self._library.site.client.request(
            options.pop("method", "GET"), path, headers=self._library.site.owner, **options
        ).json()

    def lists(self) -> None:
        for query in ("", "kinds=image", "states=ready&sort=name", "name=note", "trashed=true"):
            mine = self._mine(f"/v1/assets?limit=200&{query}").json()
            owners = self._owners(f"/v1/assets?limit=200&{query}")
            left = [each for each in owners["assets"] if each["id"] in self._seen]
            assert mine["assets"] == left
            assert mine["total"] == len(left)
        paged: list[str] = []
        cursor: str | None = None
        while True:
            asked = f"/v1/assets?limit=3{f'&cursor={cursor}' if cursor else ''}"
            page = self._mine(asked).json()
            assert page["total"] == len(self._seen)
            paged += [each["id"] for each in page["assets"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(paged) == sorted(self._seen)

    def records(self) -> None:
        for asset in self._library.assets:
            for part in ("", "/original", "/thumbnail", "/preview", "/history", "/similar"):
                path = f"/v1/assets/{asset}{part}"
                mine = self._mine(path)
                if asset not in self._seen:
                    assert mine.status_code == 404, path
                    continue
                owners = self._library.site.client.get(path, headers=self._library.site.owner)
                assert mine.status_code == owners.status_code, path
                if part not in {"/history", "/similar"}:
                    assert mine.content == owners.content, path

    def searches(self) -> None:
        asked: list[dict[str, Any]] = [
            {"words": "when does the ferry leave"},
            {"words": "ferry", "kinds": ["document"]},
            {"words": "a cat"},
        ]
        asked += [{"like": asset} for asset in self._seen[:2]]
        for body in asked:
            options = {"method": "POST", "json": {**body, "limit": 200}}
            mine = _hits(self._mine("/v1/search", **dict(options)).json())
            owners = _hits(self._owners("/v1/search", **dict(options)))
            assert mine == {each for each in owners if each in self._seen}, body

    def collections(self) -> None:
        layout, ids = self._library.layout, self._library.collections
        mine = self._mine("/v1/collections").json()["collections"]
        shown = {each["id"]: each for each in mine}
        for number, collection in enumerate(ids):
            path = f"/v1/collections/{collection}"
            if not layout.sees_collection(self._groups, number):
                assert collection not in shown
                assert self._mine(path).status_code == 404
                assert self._mine(f"{path}/assets").status_code == 404
                continue
            direct = self._members({number})
            assert shown[collection]["assets"] == len(direct)
            assert shown[collection]["groups"] == []
            assert shown[collection]["parent_id"] == self._nearest(number)
            inside = {
                each for each in layout.below(number) if layout.sees_collection(self._groups, each)
            }
            for query, expected in (("", direct), ("?inside=true", self._members(inside))):
                page = self._mine(f"{path}/assets{query}").json()
                assert {each["id"] for each in page["assets"]} == expected
                assert page["total"] == len(expected)

    def _members(self, numbers: set[int]) -> set[str]:
        found = {
            self._library.assets[each]
            for number in numbers
            for each in self._library.layout.members[number]
        }
        return found & set(self._seen)

    def _nearest(self, number: int) -> str | None:
        layout = self._library.layout
        parent = layout.parents[number]
        while parent is not None and not layout.sees_collection(self._groups, parent):
            parent = layout.parents[parent]
        return None if parent is None else self._library.collections[parent]

    def events(self) -> None:
        layout, ids = self._library.layout, self._library.collections
        visible = {
            each for number, each in enumerate(ids) if layout.sees_collection(self._groups, number)
        }
        mine = self._mine("/v1/events?limit=200&kind=collection.added").json()["events"]
        owners = self._owners("/v1/events?limit=200&kind=collection.added")["events"]
        assert mine == [
            each
            for each in owners
            if each["asset_id"] in self._seen and each["subject_id"] in visible
        ]


def _hits(answer: dict[str, Any]) -> set[str]:
    return {hit["asset"]["id"] for hit in answer["hits"]}
