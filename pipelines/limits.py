"""How much of everything one file may cost before reading it stops."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for reading one file.

    Attributes:
        wall_s: seconds by the clock; the reader process is ended after them.
        cpu_s: seconds of processor time, where the system can limit it.
        memory_bytes: private memory of the reader process.
        keep_bytes: a reader process that holds more than this after a file is replaced,
            so that memory comes back.
        written_bytes: size of any temporary file that a reader writes.
        pixels: width times height of one picture, before decoding.
        pages: pages read of one document.
        pictures: pictures taken out of one document.
        text_chars: characters of text kept of one file.
        entries: files inside one container (zip, e-mail), above which it is refused.
        unpacked_bytes: size of all files inside one container together.
        ratio: how many times larger than stored a large file inside a container may be.
        depth: how deep files inside files are read.
        attachments: files inside one file that are read like files of their own.
    """

    wall_s: float = 60.0
    cpu_s: float = 60.0
    memory_bytes: int = 1024 * _MIB
    keep_bytes: int = 384 * _MIB
    written_bytes: int = 64 * _MIB
    pixels: int = 120_000_000
    pages: int = 2_000
    pictures: int = 200
    text_chars: int = 10_000_000
    entries: int = 10_000
    unpacked_bytes: int = 512 * _MIB
    ratio: int = 250
    depth: int = 3
    attachments: int = 50
