"""How many frames an animation has and how long it runs, without decoding one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.metadata.ifd import Buffer

_MOST_FRAMES = 100_000
_GIF_LEAST_DELAY_S = 0.02
_GIF_DEFAULT_DELAY_S = 0.1


@dataclass(frozen=True, slots=True)
class Animation:
    """An animated picture.

    Attributes:
        frames: how many pictures it shows.
        duration_s: seconds of one round.
    """

    frames: int
    duration_s: float


def animation_in(path: Path, picture_format: str) -> Animation | None:
    """The animation in a GIF, PNG or WebP; None for a still picture."""
    import mmap

    count = _DELAYS.get(picture_format)
    if count is None:
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        delays = list(count(data))
    return Animation(len(delays), round(sum(delays), 3)) if len(delays) > 1 else None


def _gif_delays(data: Buffer) -> Iterator[float]:
    """Seconds of each frame; browsers show a frame of less than 0.02 s for 0.1 s."""
    at = 13 + _colours(data[10])
    delay = 0.0
    for _ in range(2 * _MOST_FRAMES):
        kind = data[at : at + 1]
        if kind == b"!":
            if data[at + 1 : at + 3] == b"\xf9\x04":
                delay = int.from_bytes(data[at + 4 : at + 6], "little") / 100
            at = _after_blocks(data, at + 2)
        elif kind == b"," and at + 10 < len(data):
            yield delay if delay >= _GIF_LEAST_DELAY_S else _GIF_DEFAULT_DELAY_S
            delay = 0.0
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
        else:
            return


def _colours(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: Buffer, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _png_delays(data: Buffer) -> Iterator[float]:
    """Seconds of each frame control chunk of an animated PNG."""
    at = 8
    for _ in range(_MOST_FRAMES):
        head = data[at : at + 8]
        if len(head) < 8 or head[4:] == b"IEND":
            return
        if head[4:] == b"fcTL":
            top = int.from_bytes(data[at + 28 : at + 30], "big")
            bottom = int.from_bytes(data[at + 30 : at + 32], "big")
            yield top / (bottom or 100)
        at += int.from_bytes(head[:4], "big") + 12


def _webp_delays(data: Buffer) -> Iterator[float]:
    """Seconds of each ``ANMF`` chunk."""
    at = 12
    for _ in range(_MOST_FRAMES):
        head = data[at : at + 8]
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"ANMF":
            yield int.from_bytes(data[at + 20 : at + 23], "little") / 1000
        at += 8 + size + size % 2


_DELAYS = {"GIF": _gif_delays, "PNG": _png_delays, "WEBP": _webp_delays}
