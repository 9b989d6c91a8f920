"""Files that are zip archives inside, opened with bounds; nothing is written to disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile, LargeZipFile, ZipFile

from pipelines.limits import Limits
from pipelines.readers.base import InputFile, Unreadable

_LARGE = 10 * 1024 * 1024


class Archive:
    """A zip archive whose directory is within the limits."""

    def __init__(self, zipped: ZipFile) -> None:
        self._zip = zipped
        self.names: tuple[str, ...] = tuple(dict.fromkeys(zipped.namelist()))
        self._known = frozenset(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def read(self, name: str) -> bytes:
        """The bytes of a file inside.

        Raises:
            Unreadable: it is damaged, encrypted or not there.
        """
        try:
            with self._zip.open(name) as stream:
                # Declared sizes were checked; zipfile reads no further than those.
                return stream.read()
        except KeyError as error:
            raise _damaged() from error
        except (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _damaged() from error
        except RuntimeError as error:
            raise encrypted() from error

    def size(self, name: str) -> int:
        """Bytes of a file inside, unpacked."""
        return self._zip.getinfo(name).file_size


@contextmanager
def open_archive(file: InputFile) -> Iterator[Archive]:
    """Open a file that is a zip archive inside.

    Raises:
        Unreadable: it is damaged, or holds more than the limits allow.
    """
    try:
        zipped = ZipFile(file.path)
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    with zipped:
        _check(zipped, file.limits)
        yield Archive(zipped)


def encrypted() -> Unreadable:
    """The refusal of an encrypted package of which passwords are not understood."""
    return Unreadable(
        "encrypted",
        "The file is encrypted in a way that a password cannot be used for here; "
        "upload a copy without one.",
    )


def _check(zipped: ZipFile, limits: Limits) -> None:
    entries = zipped.infolist()
    if len(entries) > limits.entries:
        raise _too_large(f"it holds more than {limits.entries:,} files")
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise _too_large(f"unpacked it is larger than {limits.unpacked_bytes // 2**20} MiB")
    for entry in entries:
        if entry.file_size > max(_LARGE, limits.ratio * max(entry.compress_size, 1)):
            raise _too_large(f"a file inside grows more than {limits.ratio} times")


def _too_large(why: str) -> Unreadable:
    return Unreadable("too_large", f"The file is refused as a zip bomb: {why}.")


def _damaged() -> Unreadable:
    return Unreadable("corrupt", "The file is damaged and cannot be unpacked; upload a sound copy.")
