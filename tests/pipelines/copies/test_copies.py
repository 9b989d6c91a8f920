"""Copies on disk: found as they are, and cleared up without losing anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.copies.find import Found, find
from pipelines.copies.ledger import Ledger
from pipelines.copies.manifest import Manifest, deeds
from pipelines.copies.report import InvalidReport, Report, read, write
from pipelines.copies.resolve import apply, script, steps, undo
from pipelines.copies.walk import walk

_BIG = os.urandom(100_000)


def _scan(*roots: Path, protected: tuple[Path, ...] = (), ledger: Path | None = None) -> Report:
    folders = [str(each) for each in roots]
    safe = [str(each) for each in protected]
    problems: list[str] = []
    with Ledger(ledger) as known:
        files = walk([*folders, *safe], on_problem=problems.append)
        found = find(files, ledger=known, protected=safe, problems=problems)
    return Report.of(found, folders, safe)


def _write(path: Path, data: bytes, age: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(10**18 - age * 10**9, 10**18 - age * 10**9))
    return path


def _names(report: Report) -> list[tuple[str, set[str]]]:
    return [
        (
            Path(group.keep.paths[0]).name,
            {Path(path).name for copy in group.others for path in copy.paths},
        )
        for group in report.groups
    ]


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two copies of one file, one that shares size and ends with it, and what must not count."""
    root = tmp_path / "files"
    _write(root / "photo.jpg", _BIG, age=50)
    _write(root / "b" / "photo (1).jpg", _BIG, age=90)
    _write(root / "c" / "p\u00e4\u00df\n.jpg", _BIG, age=10)
    other = bytearray(_BIG)
    other[50_000] ^= 1
    _write(root / "c" / "looks-the-same.jpg", bytes(other))
    _write(root / "empty-1", b"")
    _write(root / "empty-2", b"")
    (root / "link.jpg").symlink_to(root / "photo.jpg")
    return root


def test_only_the_same_bytes_are_copies_and_the_one_to_keep_has_a_reason(library: Path) -> None:
    report = _scan(library)
    assert _names(report) == [("photo.jpg", {"photo (1).jpg", "p\u00e4\u00df\n.jpg"})]
    assert report.groups[0].reason == "it is the oldest"
    assert report.complete
    assert report.files == 6


def test_the_name_of_a_copy_counts_more_than_its_age(library: Path) -> None:
    (library / "c" / "p\u00e4\u00df\n.jpg").unlink()
    assert _scan(library).groups[0].reason == "its name is not that of a copy"


def test_hard_links_take_no_room_and_are_no_copies(library: Path) -> None:
    os.link(library / "photo.jpg", library / "same.jpg")
    before = _scan(library)
    assert before.frees == sum(c.frees for c in before.groups[0].others) > 0
    assert set(before.groups[0].keep.paths) == {str(library / n) for n in ("photo.jpg", "same.jpg")}
    # A name outside of what was scanned keeps the bytes: clearing it up frees nothing.
    os.link(library / "b" / "photo (1).jpg", library.parent / "elsewhere.jpg")
    after = _scan(library)
    assert after.frees < before.frees


def test_protected_folders_keep_everything(library: Path, tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    _write(safe / "old" / "photo copy.jpg", _BIG, age=0)
    _write(safe / "second.jpg", _BIG, age=0)
    report = _scan(library, protected=(safe,))
    assert report.groups[0].reason == "it stands in a protected folder"
    assert not any(str(safe) in step.path for step in steps(report))
    assert len(list(steps(report))) == 3


def test_a_scan_goes_on_with_the_hashes_of_the_last_one(library: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "hashes.sqlite"
    first = _scan(library, ledger=ledger)
    photo = library / "photo.jpg"
    status = photo.stat()
    photo.chmod(0o600)
    again = _scan(library, ledger=ledger)
    assert again.groups[0].digest == first.groups[0].digest
    # Other bytes under the same size and time do not pass for the old ones.
    photo.write_bytes(os.urandom(status.st_size))
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert _names(_scan(library, ledger=ledger)) == [("p\u00e4\u00df\n.jpg", {"photo (1).jpg"})]
    ledger.write_bytes(b"not a database, but long enough to look at" * 100)
    assert len(_scan(library, ledger=ledger).groups) == 1


def test_what_was_found_before_a_stop_is_reported(library: Path) -> None:
    seen: list[Found] = []
    with Ledger() as ledger:
        found = find(
            walk([str(library)]),
            ledger=ledger,
            so_far=seen.append,
            stop=lambda: bool(seen),
        )
    assert not found.complete
    assert found.maybe > 0
    assert found.groups == []


def test_unreadable_and_missing_folders_are_named(library: Path) -> None:
    problems: list[str] = []
    assert list(walk([str(library / "none")], on_problem=problems.append)) == []
    assert "none cannot be read" in problems[0]


def test_a_report_comes_back_as_it_was_written(library: Path, tmp_path: Path) -> None:
    odd = os.fsencode(library) + b"/\xff\xfe.jpg"
    with Path(os.fsdecode(odd)).open("wb") as file:
        file.write(_BIG)
    report = _scan(library)
    write(report, tmp_path / "report.json")
    assert read(tmp_path / "report.json") == report
    assert os.fsdecode(odd) in {step.path for step in steps(report)}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', "\x00", '{"format": 1e999}'])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(InvalidReport):
        read(path)


def test_clearing_up_and_taking_it_back(library: Path, tmp_path: Path) -> None:
    before = _content(library)
    manifest = tmp_path / "done.jsonl"
    with Manifest(manifest) as writing:
        outcome = apply(steps(_scan(library)), writing, quarantine=tmp_path / "away")
    assert len(outcome.done) == 2
    assert set(_content(library)) == set(before) - {"b/photo (1).jpg", "c/p\u00e4\u00df\n.jpg"}
    assert undo(deeds(manifest)).refused == []
    assert _content(library) == before
    assert undo(deeds(manifest)).done == []


@pytest.mark.parametrize("by_script", [False, True])
def test_what_was_cleared_away_is_never_the_copy_to_keep(
    library: Path, tmp_path: Path, by_script: bool
) -> None:
    away = library / "away"
    if by_script:
        path = tmp_path / "do.sh"
        path.write_text("\n".join(script(steps(_scan(library)), away)))
        subprocess.run(["sh", path], check=True)
    else:
        with Manifest(tmp_path / "done.jsonl") as writing:
            apply(steps(_scan(library)), writing, quarantine=away)
    assert any(away.rglob("photo (1).jpg"))
    # Now those in the quarantine are older than the one that stayed.
    os.utime(library / "photo.jpg")
    report = _scan(library)
    assert report.groups == ()
    assert "is left out" in report.problems[0]


def test_a_hard_link_replaces_nothing_that_stands_in_its_way(library: Path, tmp_path: Path) -> None:
    mine = library / "b" / "photo (1).jpg.magpie-link"
    mine.write_bytes(b"mine")
    with Manifest(tmp_path / "done.jsonl") as writing:
        outcome = apply(steps(_scan(library)), writing, quarantine=None)
    assert mine.read_bytes() == b"mine"
    assert [reason for _, reason in outcome.refused] == [
        f"another file stands where the link is made ({mine})"
    ]


def test_hard_links_and_taking_them_back(library: Path, tmp_path: Path) -> None:
    before = {path: path.stat() for path in library.rglob("*.jpg") if not path.is_symlink()}
    manifest = tmp_path / "done.jsonl"
    with Manifest(manifest) as writing:
        apply(steps(_scan(library)), writing, quarantine=None)
    assert (library / "photo.jpg").stat().st_nlink == 3
    assert undo(deeds(manifest)).refused == []
    for path, status in before.items():
        assert path.stat().st_nlink == 1
        assert path.stat().st_mtime_ns == status.st_mtime_ns
        assert path.stat().st_mode == status.st_mode


def test_nothing_goes_that_changed_or_is_held(library: Path, tmp_path: Path) -> None:
    report = _scan(library)
    changed = library / "b" / "photo (1).jpg"
    status = changed.stat()
    changed.write_bytes(os.urandom(len(_BIG)))
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    with Manifest(tmp_path / "done.jsonl") as writing:
        outcome = apply(
            steps(report),
            writing,
            quarantine=tmp_path / "away",
            guard=lambda path: "it is held" if "\u00df" in path else None,
        )
    assert outcome.done == []
    reasons = dict(outcome.refused)
    assert "no longer those of" in reasons[str(changed)]
    assert "it is held" in reasons.values()


def test_the_copy_to_keep_must_be_there_and_another_file(library: Path, tmp_path: Path) -> None:
    report = _scan(library)
    (library / "photo.jpg").unlink()
    with Manifest(tmp_path / "done.jsonl") as writing:
        outcome = apply(steps(report), writing, quarantine=tmp_path / "away")
    assert outcome.done == []
    assert all("is gone" in reason for _, reason in outcome.refused)


def test_an_undo_replaces_nothing_that_came_meanwhile(library: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "done.jsonl"
    with Manifest(manifest) as writing:
        apply(steps(_scan(library)), writing, quarantine=tmp_path / "away")
    (library / "b" / "photo (1).jpg").write_bytes(b"mine")
    outcome = undo(deeds(manifest))
    assert outcome.refused == [
        (str(library / "b" / "photo (1).jpg"), "another file stands there now")
    ]
    assert (library / "b" / "photo (1).jpg").read_bytes() == b"mine"
    assert len(outcome.done) == 1


def test_a_script_does_the_same_for_who_reads_it(library: Path, tmp_path: Path) -> None:
    path = tmp_path / "do.sh"
    path.write_text("\n".join(script(steps(_scan(library)), tmp_path / "away")))
    subprocess.run(["sh", path], check=True)
    assert set(_content(library)) == {"photo.jpg", "c/looks-the-same.jpg", "empty-1", "empty-2"} | {
        "link.jpg"
    }


_FILES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 6), st.booleans()), min_size=1, max_size=14
)


@settings(max_examples=40, deadline=None)
@given(files=_FILES, link=st.booleans(), both_ways=st.booleans())
def test_no_bytes_are_ever_lost(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[str, int, bool]],
    link: bool,
    both_ways: bool,
) -> None:
    root = tmp_path_factory.mktemp("any")
    for number, (folder, kind, long) in enumerate(files):
        _write(root / "in" / folder / f"{number}", bytes([kind]) * (70_000 if long else kind), kind)
    before = _content(root / "in")
    report = _scan(root / "in", protected=(root / "in" / "a",) if both_ways else ())
    wanted = list(steps(report))
    if both_ways:
        # A report that somebody wrote: each copy goes in favour of the other.
        from dataclasses import replace

        wanted += [replace(each, path=each.keep, keep=each.path) for each in wanted]
    with Manifest(root / "done.jsonl") as writing:
        apply(wanted, writing, quarantine=None if link else root / "away")
    assert set(_content(root / "in").values()) == set(before.values())
    undo(deeds(root / "done.jsonl"))
    assert _content(root / "in") == before


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(8)), threads=st.integers(1, 3))
def test_the_order_of_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], threads: int
) -> None:
    root = tmp_path_factory.mktemp("any")
    for number in range(8):
        _write(root / f"{number}", bytes([number % 3]) * 40_000, age=number)
    files = sorted(walk([str(root)]), key=lambda each: each.path)
    plain, shuffled = (
        find(each, ledger=Ledger(), threads=threads).groups
        for each in (files, [files[place] for place in order])
    )
    assert plain == shuffled
    assert len(plain) == 3
