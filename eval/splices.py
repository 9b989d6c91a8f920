"""Clips spliced from other clips and from moving crops of photos, whose shots are known.

Shots of photos and of clips take turns, so that two neighbours never show the same. Between
them are cuts, dissolves and fades through black; within them are flashes and fast movements,
which are no boundaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from numpy.random import Generator

Frames = NDArray[np.float32]
"""RGB between 0 and 255: shape (n, height, width, 3)."""

WIDTH, HEIGHT, RATE = 320, 180, 25

_SHOT_FRAMES = (28, 80)
_DISSOLVE_FRAMES = (8, 16)
_FADE_FRAMES = (8, 14)
_BLACK_FRAMES = (0, 6)
_SHARES = {"cut": 0.6, "dissolve": 0.2, "fade": 0.2}
_FLASHES = 0.3
_FASTEST = 0.012
"""Of the photo's side in one frame: a pan over the whole photo in three seconds."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where shots come from: a photo, or stretches of a clip between two of its cuts."""

    path: Path
    stretches: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Spliced:
    """A clip, and the seconds at which its shots but the first begin."""

    path: Path
    starts: tuple[float, ...]


def splice(path: Path, photos: Sequence[Source], clips: Sequence[Source], *, seed: int) -> Spliced:
    """Write a clip of a dozen shots.

    The middle of a dissolve, and of the black of a fade, is where the new shot begins.

    Args:
        path: of the file to write, MP4.
        photos: at least two.
        clips: may be empty.
        seed: another one makes another clip.
    """
    rng = np.random.default_rng(seed)
    shots = list(_shots(photos, clips, rng, count=12))
    frames, starts = shots[0], []
    for shot in shots[1:]:
        how = rng.choice(list(_SHARES), p=list(_SHARES.values()))
        frames, start = _joined(frames, shot, str(how), rng)
        starts.append(start / RATE)
    _write(path, frames)
    return Spliced(path, tuple(starts))


def _shots(
    photos: Sequence[Source], clips: Sequence[Source], rng: Generator, *, count: int
) -> Iterator[Frames]:
    order = rng.permutation(len(photos))
    for number in range(count):
        length = int(rng.integers(*_SHOT_FRAMES))
        if clips and number % 2:
            shot = _of_clip(clips[int(rng.integers(len(clips)))], length, rng)
        else:
            shot = _of_photo(photos[order[number // 2 % len(order)]].path, length, rng)
        yield _with_flash(shot, rng) if len(shot) > 24 and rng.random() < _FLASHES else shot


def _of_photo(path: Path, length: int, rng: Generator) -> Frames:
    """A crop that wanders over a photo and grows or shrinks."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    photo.thumbnail((1280, 1280))
    widest = min(photo.width, photo.height * WIDTH / HEIGHT)
    size = widest * rng.uniform(0.5, 0.8)
    zoom = rng.uniform(-0.2, 0.2) * size / length
    speed = rng.uniform(-_FASTEST, _FASTEST, 2) * (photo.width, photo.height)
    place = rng.uniform(0, 1, 2) * (photo.width - size, photo.height - size * HEIGHT / WIDTH)
    frames = []
    for _ in range(length):
        wide = float(np.clip(size, widest * 0.4, widest))
        room = np.array([photo.width - wide, photo.height - wide * HEIGHT / WIDTH])
        speed = np.where((place < 0) | (place > room), -speed, speed)
        left, top = np.clip(place, 0, np.maximum(room, 0))
        box = (left, top, left + wide, top + wide * HEIGHT / WIDTH)
        frames.append(photo.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box))
        place, size = place + speed, size + zoom
    return np.stack([np.asarray(frame, np.float32) for frame in frames])


def _of_clip(source: Source, length: int, rng: Generator) -> Frames:
    """A stretch of a clip, shorter where its shot ends."""
    import av

    first, last = source.stretches[int(rng.integers(len(source.stretches)))]
    seconds = length / RATE
    start = rng.uniform(first, max(first, last - seconds))
    frames: list[NDArray[np.uint8]] = []
    with av.open(source.path) as container:
        for frame in container.decode(video=0):
            at = frame.time or 0.0
            if at >= min(last, start + seconds):
                break
            # As many frames as the rate of the spliced clip asks for.
            while at >= start + len(frames) / RATE:
                small = frame.reformat(WIDTH, HEIGHT, "rgb24").to_ndarray()
                frames.append(np.asarray(small, dtype=np.uint8))
    return np.stack(frames).astype(np.float32)


def _with_flash(shot: Frames, rng: Generator) -> Frames:
    """One to three frames nearly white, well inside the shot."""
    at, long = int(rng.integers(8, len(shot) - 10)), int(rng.integers(1, 4))
    shot[at : at + long] += (255 - shot[at : at + long]) * rng.uniform(0.6, 0.95)
    return shot


def _joined(before: Frames, after: Frames, how: str, rng: Generator) -> tuple[Frames, float]:
    """Two shots in one, and the frame at which the second begins."""
    if how == "cut":
        return np.concatenate([before, after]), len(before)
    if how == "dissolve":
        long = int(rng.integers(*_DISSOLVE_FRAMES))
        share = np.linspace(0, 1, long + 2, dtype=np.float32)[1:-1, None, None, None]
        mixed = before[-long:] * (1 - share) + after[:long] * share
        whole = np.concatenate([before[:-long], mixed, after[long:]])
        return whole, len(before) - long / 2
    long, dark = int(rng.integers(*_FADE_FRAMES)), int(rng.integers(*_BLACK_FRAMES))
    share = np.linspace(1, 0, long, dtype=np.float32)[:, None, None, None]
    before[-long:] *= share
    after[:long] *= share[::-1]
    black = np.zeros((dark, *before.shape[1:]), np.float32)
    return np.concatenate([before, black, after]), len(before) + dark / 2


def _write(path: Path, frames: Frames) -> None:
    import av

    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(pixels.clip(0, 255).astype(np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
