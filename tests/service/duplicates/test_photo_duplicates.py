"""Duplicate photos of the catalog are found, explained, judged, merged and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from service.duplicates import schemas
from service.errors import BadRequest, Forbidden, NotFound
from service.schemas import AssetQuery

_CATS = {
    "cat.png",
    "cat again.png",
    "cat same pixels.png",
    "cat.jpg",
    "cat cropped.jpg",
    "cat framed.jpg",
    "cat mirrored.jpg",
}


def _listed(album: Any) -> dict[str, tuple[str, Any]]:
    return {
        each.id: (each.name, each.updated_at and each.trashed_at)
        for each in album.hub.listed(AssetQuery(limit=200)).assets
    }


def test_edits_of_a_photo_are_one_group_and_other_photos_are_not_in_it(album: Any) -> None:
    groups = album.groups()
    assert {frozenset(names) for _, names in groups.values()} == {
        frozenset(_CATS),
        frozenset({"coffee.png", "coffee.jpg"}),
    }
    assert groups["coffee.png"][0] == "reencoded"


def test_the_evidence_says_what_was_done(album: Any) -> None:
    shown = album.hub.desk.duplicates.show(album.group_of("cat.png").id)
    said = " ".join(link.says for link in shown.links)
    kinds = {link.kind for link in shown.links}
    assert {"same_bytes", "same_pixels", "reencoded", "edited"} <= kinds
    assert "is mirrored" in said
    assert "cat cropped.jpg is cropped to 5" in said
    assert "cat framed.jpg has a border over" in said
    assert "matched points" in said


def test_a_second_scan_finds_nothing_new_and_compares_nothing_again(album: Any) -> None:
    before = album.groups()
    run = album.scan()
    assert run.state == "done"
    assert (run.compared, run.links, run.new_groups) == (0, 0, 0)
    assert run.groups == len(before)
    assert album.groups() == before
    assert album.groups(new=True) == {}


def test_a_person_chooses_which_copy_to_keep(album: Any) -> None:
    desk, group = album.hub.desk.duplicates, album.group_of("coffee.png")
    chosen = desk.choose(group.id, schemas.Choice(keep_id=album.ids["coffee.jpg"]))
    assert chosen.chosen
    assert album.scan().state == "done"
    assert album.group_of("coffee.png").keep_id == album.ids["coffee.jpg"]
    with pytest.raises(BadRequest):
        desk.choose(group.id, schemas.Choice(keep_id=album.ids["cat.png"]))
    assert desk.choose(group.id, schemas.Choice(keep_id=None)).keep_id == album.ids["coffee.png"]


def test_what_is_dismissed_never_comes_back_until_it_is_taken_back(album: Any) -> None:
    desk, group = album.hub.desk.duplicates, album.group_of("coffee.png")
    assert desk.dismiss(group.id, schemas.Dismissal()).state == "dismissed"
    album.scan()
    assert "coffee.png" not in album.groups()
    assert "coffee.png" in album.groups(state="dismissed")
    assert desk.undo(group.id).reopened == 1
    assert album.group_of("coffee.png").id == group.id


def test_some_of_a_group_can_be_told_apart_from_the_rest(album: Any) -> None:
    desk, group = album.hub.desk.duplicates, album.group_of("cat.png")
    mirrored = album.ids["cat mirrored.jpg"]
    done = desk.dismiss(group.id, schemas.Dismissal(asset_ids=[mirrored]))
    album.scan()
    left = {each.name for each in album.group_of("cat.png").members}
    assert left == _CATS - {"cat mirrored.jpg"}
    desk.undo(done.id)
    assert {each.name for each in album.group_of("cat.png").members} == _CATS


def test_a_dry_run_changes_nothing_and_says_what_would_happen(album: Any) -> None:
    before = _listed(album)
    group = album.group_of("cat.png")
    plan = album.hub.desk.duplicates.resolve(schemas.ResolveRequest(group_ids=[group.id]))
    assert (plan.applied, plan.merged, plan.refused) == (False, 6, 0)
    assert plan.frees == group.frees > 0
    assert _listed(album) == before


def test_resolve_merges_and_undo_restores(album: Any) -> None:
    desk, before = album.hub.desk.duplicates, _listed(album)
    groups = album.groups()
    group = album.group_of("cat.png")
    done = desk.resolve(schemas.ResolveRequest(group_ids=[group.id], apply=True))
    assert done.merged == 6
    here = {name for name, _ in _listed(album).values()}
    assert len(here & _CATS) == 1
    album.scan()
    assert not {"cat.png", "cat.jpg"} & set(album.groups())
    assert desk.show(group.id).state == "resolved"
    assert desk.undo(done.batch).merges == 1
    assert _listed(album) == before
    assert album.groups() == groups


def test_a_held_copy_stays_linked_and_the_reason_is_told(album: Any) -> None:
    desk, group = album.hub.desk.duplicates, album.group_of("coffee.png")
    held = album.ids["coffee.jpg"]
    album.hub.desk.handling.set_hold(held, True)
    try:
        plan = desk.resolve(schemas.ResolveRequest(group_ids=[group.id], apply=True))
        assert (plan.merged, plan.refused) == (0, 1)
        assert "hold" in plan.groups[0].refused[0].reason
        assert desk.show(group.id).state == "open"
        assert [each.asset_id for each in desk.show(group.id).refused] == [held]
    finally:
        album.hub.desk.handling.set_hold(held, False)


def test_all_of_a_kind_are_resolved_and_taken_back_together(album: Any) -> None:
    desk, before = album.hub.desk.duplicates, _listed(album)
    done = desk.resolve(schemas.ResolveRequest(kind="reencoded", apply=True))
    assert [each.keep_name for each in done.groups] == ["coffee.png"]
    desk.undo(done.batch)
    assert _listed(album) == before
    with pytest.raises(BadRequest):
        desk.resolve(schemas.ResolveRequest(kind="similar", apply=True))


def test_nothing_is_merged_where_one_of_the_groups_cannot_be(album: Any) -> None:
    desk, before = album.hub.desk.duplicates, _listed(album)
    ids = [album.group_of("cat.png").id, "no-such-group"]
    with pytest.raises(NotFound):
        desk.resolve(schemas.ResolveRequest(group_ids=ids, apply=True))
    assert _listed(album) == before


def test_who_sees_one_copy_alone_sees_no_group(album: Any) -> None:
    from service.access.viewer import Viewer
    from service.collections import schemas as collections

    desk, eve = album.hub.desk, Viewer("eve", "editor")
    seen = album.hub.seen_by(eve).desk.duplicates
    group = album.group_of("coffee.png")
    assert seen.show(group.id).count == 2
    desk.accounts.add_group("crew")
    made = desk.collections.create(collections.NewCollection(name="Log", groups=["crew"]))
    hidden = [album.ids["coffee.jpg"], album.ids["cat mirrored.jpg"], album.ids["cat framed.jpg"]]
    desk.members.change(made.id, collections.MemberChange(add=hidden))
    try:
        with pytest.raises(NotFound):
            seen.show(group.id)
        for deed in (
            lambda: seen.choose(group.id, schemas.Choice(keep_id=None)),
            lambda: seen.dismiss(group.id, schemas.Dismissal()),
            lambda: seen.resolve(schemas.ResolveRequest(group_ids=[group.id])),
            lambda: seen.undo(group.id),
        ):
            with pytest.raises(NotFound):
                deed()
        page = seen.page(schemas.GroupQuery()).model_dump_json()
        cats = seen.show(album.group_of("cat.png").id)
        assert cats.count == len(_CATS) - 2
        for each in hidden:
            assert each not in page
            assert each not in cats.model_dump_json()
        assert "mirrored" not in " ".join(link.says for link in cats.links)
        with pytest.raises(Forbidden):
            seen.scan()
        # Different people see the two: they stay linked, and the reason is told.
        assert "people" in desk.duplicates.show(group.id).refused[0].reason
    finally:
        desk.collections.delete(made.id)


def test_a_purge_leaves_nothing_of_a_picture_in_the_cache(album: Any, tmp_path: Any) -> None:
    from PIL import Image

    album_hub = album.hub
    path = tmp_path / "short lived.png"
    Image.effect_noise((300, 200), 60).convert("RGB").save(path)
    album_hub.ingest([path])
    asset = next(
        each for each in album_hub.listed(AssetQuery(limit=200)).assets if each.name == path.name
    )
    album.scan()
    kept = album_hub.home.prints
    assert asset.sha256.encode() in kept.read_bytes()
    album_hub.desk.trash.put(asset.id)
    album_hub.desk.trash.purge(asset.id)
    assert asset.sha256.encode() not in kept.read_bytes()
