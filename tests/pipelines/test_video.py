"""Scenes, copies for browsers and sound of videos, also of bad ones, in bounded time."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.limits import Limits
from pipelines.pool import ReaderPool

av = pytest.importorskip("av", reason="needs the extra `video`")

MakePhoto = Callable[..., Image.Image]


def clip(
    path: Path, frames: list[Image.Image], codec: str = "libx264", *, rate: int = 10, **how: str
) -> Path:
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, options=how)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as opened:
        yield opened


def starts(pool: ReaderPool, path: Path) -> list[float]:
    return [
        unit.start_s
        for unit in pool.work(path, "scenes").units
        if unit.kind == "scene" and unit.start_s is not None
    ]


def test_cuts_are_found_and_flashes_are_not(
    pool: ReaderPool, tmp_path: Path, photo: MakePhoto
) -> None:
    one, other = photo(320, 180, seed=1), photo(320, 180, seed=2)
    white = Image.new("RGB", (320, 180), "white")
    frames = [one] * 15 + [white] * 2 + [one] * 15 + [other] * 20
    path = clip(tmp_path / "a.mp4", frames)
    assert starts(pool, path) == pytest.approx([0.0, 3.2], abs=0.11)


def test_a_dissolve_and_a_fade_begin_in_their_middle(
    pool: ReaderPool, tmp_path: Path, photo: MakePhoto
) -> None:
    one, other, third = (photo(320, 180, seed=seed) for seed in (1, 2, 3))
    black = Image.new("RGB", (320, 180))
    dissolve = [Image.blend(one, other, share) for share in np.linspace(0, 1, 16)]
    out = [Image.blend(other, black, share) for share in np.linspace(0, 1, 12)]
    into = [Image.blend(black, third, share) for share in np.linspace(0, 1, 12)]
    frames = [one] * 40 + dissolve + [other] * 40 + out + into + [third] * 40
    path = clip(tmp_path / "a.mp4", frames, rate=25)
    assert starts(pool, path) == pytest.approx([0.0, 48 / 25, 108 / 25], abs=0.3)


def test_a_long_scene_has_further_frames_and_frames_can_be_seen_closely(
    pool: ReaderPool, tmp_path: Path, photo: MakePhoto
) -> None:
    wide = photo(1600, 180, seed=4)
    frames = [wide.crop((left, 0, left + 320, 180)) for left in range(0, 1280, 4)]
    path = clip(tmp_path / "a.mp4", frames)
    found = pool.work(path, "scenes")
    kinds = [unit.kind for unit in found.units]
    assert kinds[0] == "scene"
    assert 1 <= kinds.count("frame") <= 2
    keys = [unit.key for unit in found.units]
    again = pool.close_ups(path, keys).units
    assert {unit.key for unit in again} == set(keys)
    assert all(unit.picture and unit.picture.pixels is not None for unit in again)
    (sheet,) = found.files
    assert Image.open(io.BytesIO(sheet.data)).format == "JPEG"


def test_what_browsers_do_not_play_gets_a_copy(
    pool: ReaderPool, tmp_path: Path, photo: MakePhoto
) -> None:
    path = clip(tmp_path / "a.avi", [photo(1280, 720, seed=1)] * 20, "mpeg4")
    (copy,) = pool.work(path, "proxy").files
    assert (copy.kind, copy.media_type) == ("proxy", "video/mp4")
    with av.open(io.BytesIO(copy.data)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.width, stream.height) == (854, 480)
        assert container.duration / 1e6 == pytest.approx(2.0, abs=0.2)


def test_what_browsers_play_gets_none(pool: ReaderPool, tmp_path: Path, photo: MakePhoto) -> None:
    path = clip(tmp_path / "a.mp4", [photo(320, 180, seed=1)] * 5)
    found = pool.work(path, "proxy")
    assert (found.files, found.failure) == ((), None)


def test_a_sound_that_browsers_do_not_play_gets_a_copy(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "a.aiff"
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16be", rate=44_100, layout="mono")
        wave = (np.sin(np.arange(2 * 44_100) / 20) * 8_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None], "s16", "mono")
        frame.sample_rate = 44_100
        for part in av.AudioResampler("s16", "mono", 44_100, 1024).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode())
    (copy,) = pool.work(path, "proxy").files
    assert copy.media_type == "audio/mp4"
    with av.open(io.BytesIO(copy.data)) as container:
        assert container.duration / 1e6 == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("task", ["scenes", "proxy"])
def test_bad_files_end_in_a_clear_state(
    pool: ReaderPool, tmp_path: Path, photo: MakePhoto, task: str
) -> None:
    whole = clip(tmp_path / "whole.mkv", [photo(320, 180, seed=n) for n in range(20)])
    data = whole.read_bytes()
    rng = np.random.default_rng(0)
    noise = bytearray(data)
    for place in rng.integers(400, len(data), 300):
        noise[place] = rng.integers(256)
    bad = {
        "cut.mkv": data[: len(data) // 2],
        "noise.mkv": bytes(noise),
        "head.mkv": data[:300],
        "other.mkv": b"not a film at all" * 50,
    }
    for name, content in bad.items():
        path = tmp_path / name
        path.write_bytes(content)
        began = time.monotonic()
        found = pool.work(path, task)  # type: ignore[arg-type]
        assert time.monotonic() - began < 30
        assert found.units or found.files or found.failure or not found.warnings


def test_a_film_that_takes_too_long_is_looked_at_by_its_key_frames(
    tmp_path: Path, photo: MakePhoto
) -> None:
    """Within a second of time what was seen is kept, and said to be a part."""
    frames = [photo(1280, 720, seed=number) for number in range(4)] * 60
    path = clip(tmp_path / "a.mp4", frames, preset="ultrafast")
    with ReaderPool(1, Limits(wall_s=2.5)) as pool:
        found = pool.work(path, "scenes")
    assert found.units
    assert found.failure is None or found.failure.code == "timed_out"
