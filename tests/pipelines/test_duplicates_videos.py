"""Copies of videos: re-encoded, cut and letterboxed ones are found, other clips are not."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipelines.duplicates.groups import groups
from pipelines.duplicates.video_prints import MOST_FRAMES, VideoPrint, print_of, video_print
from pipelines.duplicates.videos import match, video_links
from pipelines.readers.base import InputFile, Unreadable

_Frames = NDArray[np.uint8]


def _clip(seed: int, count: int = 60) -> _Frames:
    """A camera that moves over scenes of blobs, four frames a second."""
    random_ = np.random.default_rng(seed)
    frames = []
    for start in range(0, count, 15):
        scene = Image.fromarray(random_.integers(0, 256, (9, 16), np.uint8))
        wide = np.asarray(scene.resize((200, 96), Image.Resampling.BICUBIC))
        frames += [wide[:, 3 * step : 3 * step + 128] for step in range(min(15, count - start))]
    return np.stack(frames)


def _worse(frames: _Frames) -> _Frames:
    noise = np.random.default_rng(7).normal(0, 5, frames.shape)
    return np.clip(frames * 0.9 + 8 + noise, 0, 255).astype(np.uint8)


def _barred(frames: _Frames) -> _Frames:
    return np.pad(frames, ((0, 0), (14, 14), (0, 0)), constant_values=3)


@pytest.mark.parametrize(
    ("change", "kind", "offset"),
    [
        (_worse, "same_clip", 0.0),
        (_barred, "same_clip", 0.0),
        (lambda frames: _worse(frames)[20:44], "trimmed_clip", -5.0),
        (lambda frames: _barred(frames[8:]), "trimmed_clip", -2.0),
    ],
)
def test_a_copy_is_found_with_the_frames_that_match(
    change: Callable[[_Frames], _Frames], kind: str, offset: float
) -> None:
    frames = _clip(1)
    found = match(print_of(frames, 4.0), print_of(change(frames), 4.0))
    assert found is not None and found[0] == kind
    evidence = found[2]
    assert evidence.offset_s == pytest.approx(offset, abs=0.25)
    assert evidence.share_of_second > 0.9
    assert all(b - a == pytest.approx(evidence.offset_s) for a, b in evidence.frames)
    assert evidence.bars_differ == (change(frames).shape[1] > 96)


def test_other_clips_and_reversed_ones_do_not_match() -> None:
    prints = [print_of(_clip(seed), 4.0) for seed in range(6)]
    prints.append(print_of(_clip(0)[::-1].copy(), 4.0))
    assert groups(video_links(prints)) == []


def test_flat_and_black_clips_match_nothing() -> None:
    black = np.zeros((40, 96, 96), np.uint8)
    grey = np.full((40, 96, 96), 90, np.uint8)
    assert video_links([print_of(each, 4.0) for each in (black, black, grey, grey)]) == []


def test_two_shots_of_a_fixed_camera_are_no_duplicates() -> None:
    scene = _clip(3)[:1]
    first, second = np.repeat(scene, 60, axis=0), np.repeat(scene, 33, axis=0)
    links = video_links([print_of(first, 4.0), print_of(_worse(second), 4.0)])
    assert [link.kind for link in links] == ["similar"]


def test_links_do_not_depend_on_the_order() -> None:
    base = [_clip(seed) for seed in (1, 2)]
    clips = [change(each) for each in base for change in (_worse, _barred, lambda f: f[10:50])]
    prints = [print_of(each, 4.0) for each in clips]
    order = list(range(len(prints)))
    random.Random(3).shuffle(order)
    names = [f"{item:02}" for item in range(len(prints))]

    def described(rows: list[int]) -> set[object]:
        found = video_links([prints[row] for row in rows], names=[names[row] for row in rows])
        return {(rows[each.first], rows[each.second], each.kind, each.evidence) for each in found}

    plain = described(sorted(order))
    assert len(plain) == 6
    assert described(order) == plain


def _write(path: Path, frames: _Frames, rate: int = 12) -> VideoPrint | None:
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(rate))
        stream.height, stream.width, stream.pix_fmt = *frames.shape[1:], "yuv420p"
        for frame in frames:
            pixels = np.repeat(frame[..., None], 3, axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return video_print(InputFile(path, path.name, "video/mp4"))


def test_prints_of_files(tmp_path: Path) -> None:
    frames = np.repeat(_clip(4, 45), 3, axis=0)
    first = _write(tmp_path / "a.mp4", frames)
    second = _write(tmp_path / "b.mkv", np.repeat(_barred(frames), 2, axis=0), rate=24)
    assert first is not None and second is not None
    assert first.complete and first.duration_s == pytest.approx(11.25, abs=0.3)
    assert second.picture.top == pytest.approx(14 / 124, abs=0.02)
    found = match(first, second)
    assert found is not None and found[0] == "same_clip"


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 400)
    with pytest.raises(Unreadable, match="damaged"):
        video_print(InputFile(path, path.name, "video/mp4"))


def test_a_long_video_keeps_a_bounded_number_of_frames(tmp_path: Path) -> None:
    long = np.repeat(_clip(5, 30)[:, ::6, ::4], 40, axis=0)
    found = _write(tmp_path / "slow.mp4", long[:600], rate=1)
    assert found is not None
    assert len(found.hashes) <= MOST_FRAMES
    assert found.duration_s == pytest.approx(600, rel=0.05)
