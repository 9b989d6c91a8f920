"""Video and sound: properties, tags, and a poster frame that shows something."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.limits import Limits
from pipelines.pool import ReaderPool
from pipelines.reading import read_file

av = pytest.importorskip("av", reason="needs the extra `video`")

MakePhoto = Callable[..., Image.Image]
BLACK = Image.new("RGB", (160, 96))


def clip(
    path: Path,
    frames: list[Image.Image],
    codec: str = "mpeg4",
    *,
    rate: int = 10,
    tags: dict[str, str] | None = None,
    turned: int = 0,
) -> Path:
    """A clip whose every fifth frame is a key frame."""
    with av.open(path, "w") as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 5
        stream.codec_context.time_base = Fraction(1, rate)
        if turned:
            stream.set_display_rotation(turned)
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return path


def sound(path: Path, codec: str) -> Path:
    """Two seconds of a tone in stereo."""
    rate = 48_000 if codec == "libopus" else 44_100
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        wave = np.sin(np.arange(2 * rate) / 20) * 8_000
        samples = np.repeat(wave.astype(np.int16), 2)[None, :]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "stereo", rate, stream.frame_size or None)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode())
    return path


def value(analysis: Analysis, name: str) -> object:
    return next((each.value for each in analysis.values if each.name == name), None)


@pytest.mark.parametrize(
    ("ending", "codec", "media_type"),
    [
        ("mp4", "mpeg4", "video/mp4"),
        ("mov", "mpeg4", "video/quicktime"),
        ("mkv", "mpeg4", "video/x-matroska"),
        ("webm", "libvpx", "video/webm"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("ts", "mpeg2video", "video/mp2t"),
        ("mpg", "mpeg1video", "video/mpeg"),
        ("flv", "flv1", "video/x-flv"),
        ("wmv", "wmv2", "video/x-ms-asf"),
    ],
)
def test_kinds_of_video(
    tmp_path: Path, photo: MakePhoto, ending: str, codec: str, media_type: str
) -> None:
    # MPEG-1 knows no 10 frames a second.
    rate = 25 if ending == "mpg" else 10
    clip(tmp_path / f"a.{ending}", [photo(160, 96, seed=1)] * rate * 2, codec, rate=rate)
    analysis = read_file(tmp_path / f"a.{ending}")
    assert analysis.failure is None
    assert (analysis.kind, analysis.media_type) == ("video", media_type)
    assert (analysis.width, analysis.height) == (160, 96)
    assert analysis.duration_s == pytest.approx(2.0, abs=0.3)
    (unit,) = analysis.units
    assert (unit.key, unit.kind) == ("scenes:poster", "scene")
    assert unit.picture is not None
    assert unit.picture.pixels is not None
    assert Image.open(io.BytesIO(unit.picture.thumbnail)).size == (160, 96)


@pytest.mark.parametrize(
    ("ending", "codec", "media_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("flac", "flac", "audio/flac"),
        ("ogg", "libopus", "audio/ogg"),
        ("m4a", "aac", "audio/mp4"),
        ("aac", "aac", "audio/aac"),
        ("aiff", "pcm_s16be", "audio/aiff"),
        ("ac3", "ac3", "audio/ac3"),
        ("mka", "libmp3lame", "video/x-matroska"),
    ],
)
def test_kinds_of_sound(tmp_path: Path, ending: str, codec: str, media_type: str) -> None:
    analysis = read_file(sound(tmp_path / f"a.{ending}", codec))
    assert analysis.failure is None
    assert (analysis.kind, analysis.media_type) == ("audio", media_type)
    assert analysis.duration_s == pytest.approx(2.0, abs=0.2)
    assert value(analysis, "channels") == 2
    assert value(analysis, "sample_rate_hz") in {44_100, 48_000}
    assert analysis.units == ()


def test_tags_name_where_they_come_from(tmp_path: Path, photo: MakePhoto) -> None:
    tags = {"title": "Harbour", "artist": "Ann", "creation_time": "2024-05-01T10:00:00Z"}
    analysis = read_file(clip(tmp_path / "a.mp4", [photo(160, 96)] * 10, tags=tags))
    assert value(analysis, "title") == "Harbour"
    assert value(analysis, "creator") == "Ann"
    assert str(value(analysis, "created_at")).startswith("2024-05-01T10:00:00")
    assert value(analysis, "frame_rate") == 10
    assert all(each.source == "embedded" and each.model for each in analysis.values)
    title = next(each for each in analysis.values if each.name == "title")
    assert title.model == "QuickTime title"


def test_a_clip_that_fades_in_is_not_shown_black(tmp_path: Path, photo: MakePhoto) -> None:
    frames = [BLACK] * 30 + [photo(160, 96)] * 40 + [BLACK] * 10
    (unit,) = read_file(clip(tmp_path / "a.mp4", frames)).units
    assert unit.picture is not None
    assert np.asarray(Image.open(io.BytesIO(unit.picture.thumbnail))).mean() > 40
    assert unit.start_s is not None
    assert unit.start_s >= 2.5


def test_all_black_is_still_shown(tmp_path: Path) -> None:
    analysis = read_file(clip(tmp_path / "a.mp4", [BLACK] * 10))
    assert len(analysis.units) == 1


def test_a_clip_filmed_upright_is_upright(tmp_path: Path, photo: MakePhoto) -> None:
    image = photo(160, 96)
    path = clip(tmp_path / "a.mp4", [image] * 10, turned=90)
    analysis = read_file(path)
    assert (analysis.width, analysis.height) == (96, 160)
    (unit,) = analysis.units
    assert unit.picture is not None
    shown = np.asarray(Image.open(io.BytesIO(unit.picture.thumbnail)), dtype=float)
    turned = np.asarray(image.transpose(Image.Transpose.ROTATE_90), dtype=float)
    assert np.abs(shown - turned).mean() < 12


def test_cover_of_a_song(tmp_path: Path, photo: MakePhoto) -> None:
    path = sound(tmp_path / "a.flac", "flac")
    cover = io.BytesIO()
    photo(120, 120).save(cover, "JPEG")
    head = (3).to_bytes(4, "big") + len(b"image/jpeg").to_bytes(4, "big") + b"image/jpeg"
    head += bytes(4 + 16) + len(cover.getvalue()).to_bytes(4, "big")
    block = head + cover.getvalue()
    data = path.read_bytes()
    picture = b"\x06" + len(block).to_bytes(3, "big") + block
    path.write_bytes(data[:42] + picture + data[42:])
    analysis = read_file(path)
    assert analysis.kind == "audio"
    assert [unit.kind for unit in analysis.units] == ["embedded_image"]


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_cut_clip_says_so_or_shows_what_is_there(
    tmp_path: Path, photo: MakePhoto, ending: str, kept: float
) -> None:
    codec = "mpeg2video" if ending == "ts" else "mpeg4"
    frames = [photo(160, 96, seed=seed) for seed in range(20)]
    if ending == "ts":
        frames = frames * 2
    path = tmp_path / f"a.{ending}"
    clip(path, frames, codec)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    analysis = read_file(path)
    if analysis.failure is None:
        assert analysis.units or analysis.warnings
    else:
        assert analysis.failure.code == "corrupt"


def test_noise_behind_a_signature(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).bytes(50_000)
    heads = {
        "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41",
        "mkv": b"\x1aE\xdf\xa3",
        "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
        "wav": b"RIFF\xff\xff\xff\xffWAVEfmt ",
        "flv": b"FLV\x01\x05\x00\x00\x00\x09",
    }
    for ending, head in heads.items():
        path = tmp_path / f"a.{ending}"
        path.write_bytes(head + noise)
        analysis = read_file(path)
        assert analysis.kind in {"video", "audio"}
        assert analysis.failure is None or analysis.failure.code == "corrupt"


def test_frames_that_are_too_large_are_not_decoded(tmp_path: Path, photo: MakePhoto) -> None:
    path = clip(tmp_path / "a.mp4", [photo(160, 96)] * 5)
    analysis = read_file(path, limits=Limits(pixels=10_000))
    assert analysis.failure is not None
    assert analysis.failure.code == "too_large"
    assert analysis.duration_s is not None


def test_a_playlist_opens_nothing(tmp_path: Path, photo: MakePhoto) -> None:
    clip(tmp_path / "secret.mp4", [photo(160, 96)] * 5)
    for name, text in {
        "a.m3u8": "#EXTM3U\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        "a.ffconcat": "ffconcat version 1.0\nfile secret.mp4\n",
    }.items():
        (tmp_path / name).write_text(text)
        assert not any(unit.picture for unit in read_file(tmp_path / name).units)


@pytest.mark.data
def test_real_clips_in_the_limited_process(shared_data: Path) -> None:
    folder = shared_data / "videos"
    rows = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    paths = [folder / row["file"] for row in rows if (folder / row["file"]).is_file()]
    if not paths:
        pytest.skip("no clips in the shared data")
    speech = sorted(
        path for path in (shared_data / "speech").iterdir() if path.suffix not in {".md", ".jsonl"}
    )
    with ReaderPool(1) as pool:
        for path in paths:
            analysis = pool.read(path)
            assert analysis.failure is None, path.name
            assert analysis.duration_s
            assert [unit.key for unit in analysis.units] == ["scenes:poster"]
        for path in speech:
            analysis = pool.read(path)
            assert (analysis.kind, analysis.failure) == ("audio", None), path.name
            assert analysis.duration_s
