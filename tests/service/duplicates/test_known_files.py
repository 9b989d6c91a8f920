"""Asking whether a file is there already, before it is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from pipelines.fingerprint import fingerprints
from pipelines.hashing import sha256_file
from service.access.viewer import Viewer
from service.cli.main import app
from service.duplicates.known import Known
from service.duplicates.known_schemas import CheckRequest, FileHashes, KnownRecord
from service.hub import Hub


def _hashes(path: Path) -> FileHashes:
    with Image.open(path) as image:
        found = fingerprints(image.convert("RGB"), image.size)
    return FileHashes(
        name=path.name,
        sha256=sha256_file(path),
        pixels=found.pixels,
        perceptual=found.perceptual,
    )


def _known(hub: Hub, path: Path) -> list[tuple[str, str]]:
    [checked] = hub.desk.known.check(CheckRequest(files=[_hashes(path)])).files
    assert checked.name == path.name
    return [(record.name, record.kind) for record in checked.known]


def test_copies_other_containers_and_reencodings_are_known(
    hub: Hub, library: Path, tmp_path: Path
) -> None:
    photo = library / "photos" / "IMG_0001.png"
    assert _known(hub, photo) == [("IMG_0001.png", "same_bytes")]
    with Image.open(photo) as image:
        picture = image.convert("RGB")
        picture.save(tmp_path / "other.tiff")
        picture.resize((300, 200)).save(tmp_path / "small.jpg", quality=60)
        picture.transpose(Image.Transpose.ROTATE_180).save(tmp_path / "turned.png")
    assert _known(hub, tmp_path / "other.tiff") == [("IMG_0001.png", "same_pixels")]
    assert _known(hub, tmp_path / "small.jpg") == [("IMG_0001.png", "looks_the_same")]
    assert _known(hub, tmp_path / "turned.png") == []


def test_nothing_is_told_of_what_the_caller_may_not_see(hub: Hub, library: Path) -> None:
    asked = CheckRequest(files=[_hashes(library / "photos" / "IMG_0001.png")])
    [asset] = [each for each in hub.assets().assets if each.name == "IMG_0001.png"]
    stranger = Viewer("eve", "reader")
    seen: list[KnownRecord] = Known(hub._database, stranger).check(asked).files[0].known
    assert [record.asset_id for record in seen] == [asset.id]
    made = hub.desk.collections.create(_secret(hub))
    from service.collections.schemas import MemberChange

    hub.desk.members.change(made.id, MemberChange(add=[asset.id]))
    try:
        assert Known(hub._database, stranger).check(asked).files[0].known == []
        assert Known(hub._database, hub.viewer).check(asked).files[0].known != []
    finally:
        hub.desk.collections.delete(made.id)


def _secret(hub: Hub) -> object:
    from service.collections.schemas import NewCollection

    hub.desk.accounts.add_group("crew")
    return NewCollection(name="Secret", groups=["crew"])


def test_the_command_says_what_is_new(
    hub: Hub, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contextlib

    from service.cli import duplicates

    monkeypatch.setattr(duplicates, "opened", lambda: contextlib.nullcontext(hub))
    fresh = tmp_path / "new.txt"
    fresh.write_text("Something else")
    words = ["duplicates", "check", str(library / "texts" / "nda.txt"), str(fresh)]
    said = CliRunner().invoke(app, words, catch_exceptions=False).stdout
    assert "the same bytes as nda.txt" in said
    assert said.rstrip().endswith("new")
    answer = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False).stdout
    assert [len(each["known"]) for each in json.loads(answer)] == [1, 0]
