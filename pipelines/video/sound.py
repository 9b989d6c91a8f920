"""The sound of a video or sound file, piece by piece, as speech models take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines.video.container import Bounded

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_PIECE_S = 300
_SEARCHED_S = 20
_QUIET_S = 0.3

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some minutes of sound from a second on: mono, between -1 and 1, shape (n,)."""

    start_s: float
    samples: Samples


def pieces(
    container: InputContainer, stream: AudioStream, source: Bounded, rate: int
) -> Iterator[Piece]:
    """Five minutes at a time, parted where it is quiet, so that memory stays bounded.

    Args:
        container, stream: opened.
        source: what the container reads, and whether no more may be read.
        rate: samples a second that are wanted.
    """
    start, waiting, count = 0.0, list[Samples](), 0
    for samples in _samples(container, stream, source, rate):
        waiting.append(samples)
        count += len(samples)
        if count < _PIECE_S * rate:
            continue
        whole = np.concatenate(waiting)
        parted = _quietest(whole, rate)
        yield Piece(start, whole[:parted])
        start += parted / rate
        waiting, count = [whole[parted:]], len(whole) - parted
    if count:
        yield Piece(start, np.concatenate(waiting))


def _samples(
    container: InputContainer, stream: AudioStream, source: Bounded, rate: int
) -> Iterator[Samples]:
    from av import AudioResampler, FFmpegError
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    resampler = AudioResampler(format="flt", layout="mono", rate=rate)
    for packet in container.demux(stream):
        if source.is_over():
            return
        try:
            for frame in packet.decode():
                # Where packets are lost or stamped anew, time goes on with the samples.
                frame.pts = None
                for made in resampler.resample(frame):
                    yield made.to_ndarray().reshape(-1).astype(np.float32)
        except MemoryError:
            raise
        except (FFmpegError, ValueError):
            continue


def _quietest(samples: Samples, rate: int) -> int:
    """Where to part some sound: the quietest moment near its end."""
    step = int(_QUIET_S * rate)
    last = samples[-_SEARCHED_S * rate :]
    windows = last[: len(last) // step * step].reshape(-1, step)
    if not len(windows):
        return len(samples)
    loudness = np.square(windows).mean(axis=1)
    quiet = int(np.argmin(loudness))
    return len(samples) - len(last) + quiet * step + step // 2
