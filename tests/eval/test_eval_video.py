"""Measuring video and speech, on clips made here."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from eval.splices import RATE, Source, splice
from eval.tasks import speech, video

av = pytest.importorskip("av", reason="needs the extra `video`")


def test_word_faults_count_insertions_deletions_and_replacements() -> None:
    said = ["ask", "what", "you", "can", "do"]
    assert speech.word_faults(said, said) == 0
    assert speech.word_faults(["ask", "that", "you", "can"], said) == 2
    assert speech.word_faults(["do", "ask", "what", "you", "can", "do"], said) == 1


def test_starts_are_matched_within_the_tolerance_and_once() -> None:
    matches = video.Matches()
    matches.add([1.0, 1.1, 5.0], [1.2, 4.0])
    assert (matches.right, matches.found, matches.wanted) == (1, 3, 2)
    assert matches.f1() == 0.4


def test_a_spliced_clip_lasts_past_its_last_start(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="photos come with scikit-image")
    from service.sample.photos import photo_file

    photos = [Source(photo_file(name)) for name in ("chelsea.png", "coffee.png", "rocket.jpg")]
    made = splice(tmp_path / "a.mp4", photos, (), seed=3)
    assert len(made.starts) == 11
    assert list(made.starts) == sorted(made.starts)
    with av.open(made.path) as container:
        stream = container.streams.video[0]
        assert stream.frames / RATE > made.starts[-1]


@pytest.mark.slow
def test_a_folder_of_clips_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="photos come with scikit-image")
    from service.sample.photos import photo_file

    photos = [Source(photo_file(name)) for name in ("chelsea.png", "coffee.png", "rocket.jpg")]
    made = splice(tmp_path / "a.mp4", photos, (), seed=3)
    row = {"file": "a.mp4", "tags": ["cat"], "scene_starts_s": list(made.starts)}
    (tmp_path / "labels.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    figures = video.run(Namespace(data=tmp_path, each=False))
    assert figures["shot_f1"] >= 0.85
    assert figures["shot_f1_spliced"] >= 0.9
    assert figures["shots_spliced"] >= 40
