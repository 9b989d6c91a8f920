"""ZIPs of renditions, made while they are sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from service.downloads.bundle import Item, Outcome, bundle
from service.downloads.rendition import Rendition
from service.errors import BadRequest


def item(asset_id: str, name: str, data: bytes | Path) -> Item:
    return Item(asset_id, name, lambda: Rendition(name, "image/jpeg", data))


def no_sheets(_: Outcome) -> Iterable[tuple[str, str]]:
    return ()


def opened(parts: Iterable[bytes]) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert archive.testzip() is None
    return archive


def test_files_keep_their_bytes_and_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(b"3" * 3_000_000)
    archive = opened(
        bundle(
            [item("1", "a.jpg", b"1"), item("2", "A.JPG", b"2"), item("3", "ü.jpg", path)],
            no_sheets,
        )
    )
    assert archive.namelist() == ["a.jpg", "A (2).JPG", "ü.jpg"]
    assert archive.read("A (2).JPG") == b"2"
    assert archive.read("ü.jpg") == b"3" * 3_000_000


def test_one_that_cannot_be_made_is_told_on_the_sheet_and_spoils_nothing() -> None:
    def refused() -> Rendition:
        raise BadRequest("b.heic keeps its place; choose another preset.")

    def sheets(outcome: Outcome) -> Iterable[tuple[str, str]]:
        yield "problems.txt", f"{outcome.problems} {outcome.names}"

    archive = opened(bundle([Item("1", "b.heic", refused), item("2", "c.jpg", b"c")], sheets))
    assert archive.namelist() == ["c.jpg", "problems.txt"]
    assert "b.heic keeps its place" in archive.read("problems.txt").decode()


def test_it_is_sent_while_it_is_made(tmp_path: Path) -> None:
    made = []

    def make(number: int) -> Rendition:
        made.append(number)
        return Rendition(f"{number}.jpg", "image/jpeg", b"x" * 1000)

    parts = bundle([Item(str(n), "", lambda n=n: make(n)) for n in range(10)], no_sheets)
    next(parts)
    assert made == [0]


def test_a_file_that_breaks_off_breaks_the_download_off(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        list(bundle([item("1", "a.jpg", tmp_path / "gone")], no_sheets))


def test_the_same_selection_gives_the_same_bytes() -> None:
    first, second = (b"".join(bundle([item("1", "a.jpg", b"1")], no_sheets)) for _ in range(2))
    assert first == second
