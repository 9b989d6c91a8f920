"""A small copy of a video or sound that browsers play: H.264 and AAC in MP4.

Made only of what they do not play themselves, and no longer than time and size allow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.analysis import Analysis, AssetKind, DerivedFile
from pipelines.readers.base import InputFile, Unreadable
from pipelines.video.clock import clock
from pipelines.video.container import Bounded, moving_pictures, open_media, refuse_huge_frames

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_MOST_READ = 64 * 1024**3
_SHARE_OF_TIME = 0.8
_MOST_BYTES = 96 * 1024 * 1024
_MOST_BIT_RATE, _SOUND_BIT_RATE = 1_200_000, 96_000
_WIDTH, _HEIGHT, _RATE = 854, 480, 30
_SOUND_RATE, _SOUND_FRAME = 44_100, 1_024
_TICKS = 90_000

_PICTURES = frozenset({"h264", "vp8", "vp9", "av1"})
_SOUNDS = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})
_PIXELS = frozenset({"yuv420p", "yuvj420p"})
_FILES = frozenset({"video/mp4", "video/webm"})
_SOUND_FILES = frozenset({"audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg"})
_NOT_MADE = "No copy for browsers could be made: nothing of it can be decoded."
_IN_PART = "The copy for browsers ends at {}, where time or space for it ended."


def make_proxy(file: InputFile) -> Iterator[Analysis]:
    """Yield a part with the copy; none where browsers play the file itself.

    Raises:
        Unreadable: the file cannot be opened, or nothing of it decoded.
    """
    with file.path.open("rb") as stream:
        source = Bounded(stream, file.limits.wall_s * _SHARE_OF_TIME, _MOST_READ)
        with closing(open_media(source)) as container:
            video = moving_pictures(container)
            sound = next(iter(container.streams.audio), None)
            if _plays(file.media_type, video, sound):
                return
            if video is not None:
                refuse_huge_frames(video, file.limits.pixels)
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / "proxy.mp4"
                copy = _Copy(container, video, sound, source, target)
                copy.make()
                if copy.until_s <= 0:
                    raise Unreadable("corrupt", _NOT_MADE)
                made = DerivedFile(
                    "proxy", "video/mp4" if video is not None else "audio/mp4", target.read_bytes()
                )
            said = () if copy.complete else (_IN_PART.format(clock(copy.until_s)),)
            kind: AssetKind = "video" if video is not None else "audio"
            yield Analysis(kind, file.media_type, files=(made,), warnings=said)


def sound_plays(media_type: str, codec: str) -> bool:
    """Whether today's browsers play a sound file of some codec."""
    if media_type == "audio/wav":
        return codec == "pcm_s16le"
    return media_type in _SOUND_FILES and codec in _SOUNDS


def _plays(media_type: str, video: VideoStream | None, sound: AudioStream | None) -> bool:
    """Whether today's browsers play a file as it is."""
    heard = sound.codec_context.name if sound is not None and sound.codec_context else ""
    if video is None:
        return sound_plays(media_type, heard)
    codec = video.codec_context
    return (
        media_type in _FILES
        and (not heard or heard in _SOUNDS)
        and codec is not None
        and codec.name in _PICTURES
        and codec.pix_fmt in _PIXELS
    )


class _Copy:
    """Decodes and encodes until the end, or until time or space is used up.

    Attributes:
        until_s: seconds that were copied.
        complete: whether the end was reached.
    """

    def __init__(
        self,
        container: InputContainer,
        video: VideoStream | None,
        sound: AudioStream | None,
        source: Bounded,
        target: Path,
    ) -> None:
        self.until_s = 0.0
        self.complete = False
        self._container = container
        self._video = video
        self._sound = sound
        self._source = source
        self._target = target
        self._start = (container.start_time or 0) / 1_000_000
        self._written = 0
        self._last_tick = -1

    def make(self) -> None:
        """Write the copy."""
        import av

        with av.open(self._target, "w", options={"movflags": "faststart"}) as out:
            self._out = out
            self._film = self._add_film(out) if self._video is not None else None
            self._track = self._add_track(out) if self._sound is not None else None
            streams = [each for each in (self._video, self._sound) if each is not None]
            for packet in self._container.demux(*streams):
                if self._source.is_over() or self._written > _MOST_BYTES:
                    break
                with suppress(av.FFmpegError, ValueError):
                    self._take(packet)
            else:
                self.complete = not self._source.is_over()
            self._finish()

    def _add_film(self, out: OutputContainer) -> VideoStream:
        assert self._video is not None
        width, height = self._video.width, self._video.height
        aspect = self._video.sample_aspect_ratio
        if aspect and 0.25 <= aspect <= 4:
            width = round(width * float(aspect))
        scale = min(1.0, _WIDTH / max(width, height), _HEIGHT / min(width, height))
        film = out.add_stream("libx264", rate=_RATE, options={"preset": "veryfast", "crf": "27"})
        film.width = max(2, round(width * scale / 2) * 2)
        film.height = max(2, round(height * scale / 2) * 2)
        film.pix_fmt = "yuv420p"
        film.codec_context.time_base = Fraction(1, _TICKS)
        film.codec_context.thread_count = 1
        seconds = max(1.0, (self._container.duration or 0) / 1_000_000)
        most = min(_MOST_BIT_RATE, int(_MOST_BYTES * 8 * 0.8 / seconds))
        film.options.update({"maxrate": str(most), "bufsize": str(2 * most)})
        return film

    def _add_track(self, out: OutputContainer) -> AudioStream:
        from av import AudioResampler

        track = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        track.bit_rate = _SOUND_BIT_RATE
        self._resampler = AudioResampler("fltp", "stereo", _SOUND_RATE, _SOUND_FRAME)
        self._samples = 0
        return track

    def _take(self, packet: Packet[Stream]) -> None:
        from av import AudioFrame, VideoFrame

        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                self._take_picture(frame)
            elif isinstance(frame, AudioFrame):
                self._take_sound(frame)

    def _take_picture(self, frame: VideoFrame) -> None:
        at = max(0.0, (frame.time if frame.time is not None else self.until_s) - self._start)
        tick = round(at * _TICKS)
        if self._film is None or tick - self._last_tick < _TICKS / (_RATE * 1.1):
            return
        if self._last_tick < 0 and frame.rotation:
            self._film.set_display_rotation(frame.rotation)
        self._last_tick = tick
        small = frame.reformat(self._film.width, self._film.height, "yuv420p")
        small.pts, small.time_base = tick, Fraction(1, _TICKS)
        self._mux(self._film.encode(small))
        self.until_s = max(self.until_s, at + 1 / _RATE)

    def _take_sound(self, frame: AudioFrame) -> None:
        if self._track is None:
            return
        frame.pts = None
        for made in self._resampler.resample(frame):
            made.pts, made.time_base = self._samples, Fraction(1, _SOUND_RATE)
            self._samples += made.samples
            self._mux(self._track.encode(made))
        if self._video is None:
            self.until_s = self._samples / _SOUND_RATE

    def _finish(self) -> None:
        if self._film is not None and self._last_tick >= 0:
            self._mux(self._film.encode(None))
        if self._track is not None:
            self._mux(self._track.encode(None))

    def _mux(self, packets: Sequence[Packet[Stream]]) -> None:
        for packet in packets:
            self._written += packet.size
            self._out.mux(packet)
