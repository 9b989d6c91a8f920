"""Read one file in this process: its type from its content, then its reader.

A service reads through ``pipelines.pool``, which does this in a process that may die.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.analysis import Analysis, Failure
from pipelines.limits import Limits
from pipelines.readers.base import (
    CORRUPT,
    NOTHING,
    OUT_OF_MEMORY,
    InputFile,
    Unreadable,
    join,
)
from pipelines.readers.registry import reader_for
from pipelines.readers.xmp_files import packet_values
from pipelines.sniff import EMPTY, UNKNOWN, kind_of, sniff_file

_ENCRYPTED = frozenset({"application/pgp-encrypted"})
_NOTHING_FOUND = "The file holds no text and no picture; it is found by its name and properties."
_log = logging.getLogger(__name__)


def read_file(
    path: Path | str,
    *,
    name: str = "",
    media_type_hint: str | None = None,
    password: str | None = None,
    limits: Limits | None = None,
) -> Analysis:
    """Read a file into units without vectors.

    Args:
        path: where the bytes are.
        name: the name that people know the file by; the path's own name if empty.
        media_type_hint: what the sender says it is; decides among kinds of text only.
        password: opens the file where it is encrypted.
        limits: sizes at which reading stops; time and memory are the pool's to watch.

    Returns:
        What was found. Never raises for what a file contains: ``failure`` says why it
        could not be read, or not to its end.
    """
    parts = read_parts(
        path, name=name, media_type_hint=media_type_hint, password=password, limits=limits
    )
    return join(parts, NOTHING)


def read_parts(
    path: Path | str,
    *,
    name: str = "",
    media_type_hint: str | None = None,
    password: str | None = None,
    limits: Limits | None = None,
    depth: int = 0,
    look: Callable[[InputFile], Iterator[Analysis]] | None = None,
) -> Iterator[Analysis]:
    """Read a file part after part (a page at a time, where it has pages); see ``read_file``.

    ``depth`` says how many files it is inside of; ``look`` takes the place of its reader.
    """
    path = Path(path)
    name = name or path.name
    media_type = UNKNOWN
    try:
        media_type = _sniff(path, name, media_type_hint)
        reader = reader_for(media_type)
        if reader is None:
            yield from _properties_alone(path, media_type)
            raise _no_reader(media_type)
        file = InputFile(path, name, media_type, password, limits or Limits(), depth)
        if look is not None:
            yield from look(file)
            return
        found = False
        kind = kind_of(media_type)
        for part in reader.read(file):
            found = found or bool(part.units) or part.failure is not None
            kind = part.kind
            yield part
        if not found:
            yield Analysis(kind, media_type, warnings=(_NOTHING_FOUND,))
    except Unreadable as error:
        yield failed(media_type, error.failure)
    except ModuleNotFoundError as error:
        yield failed(media_type, _not_installed(media_type, error))
    except OSError as error:
        yield failed(media_type, _failure_of(error))
    except (MemoryError, RecursionError):
        yield failed(media_type, OUT_OF_MEMORY)
    except Exception as error:
        _log.info("reading %s failed", name, exc_info=error)
        yield failed(media_type, CORRUPT)


def read_page(
    path: Path,
    number: int,
    *,
    side: int,
    password: str | None = None,
    limits: Limits | None = None,
) -> Analysis:
    """Draw one page, numbered from 1, as ``preview``, longest side at most ``side`` pixels."""
    media_type = UNKNOWN
    try:
        media_type = sniff_file(path)
        reader = reader_for(media_type)
        draw = getattr(reader, "render_page", None)
        if draw is None:
            raise Unreadable("unsupported", f"Files of type {media_type} have no pages to draw.")
        file = InputFile(path, path.name, media_type, password, limits or Limits())
        preview = draw(file, number, side)
    except Unreadable as error:
        return failed(media_type, error.failure)
    except OSError as error:
        return failed(media_type, _failure_of(error))
    except (MemoryError, RecursionError):
        return failed(media_type, OUT_OF_MEMORY)
    except Exception as error:
        _log.info("drawing page %d of %s failed", number, path.name, exc_info=error)
        return failed(media_type, CORRUPT)
    return Analysis(kind=kind_of(media_type), media_type=media_type, preview=preview)


def read_in_structure(
    path: Path,
    *,
    name: str = "",
    media_type_hint: str | None = None,
    password: str | None = None,
    limits: Limits | None = None,
) -> Analysis:
    """What a document holds beside its text, as ``structure``, or why it cannot be read."""
    from pipelines.documents.structure import read_structure

    media_type = UNKNOWN
    try:
        media_type = _sniff(path, name or path.name, media_type_hint)
        structure = read_structure(
            path, media_type, name=name, password=password, limits=limits or Limits()
        )
    except Unreadable as error:
        return failed(media_type, error.failure)
    except ModuleNotFoundError as error:
        return failed(media_type, _not_installed(media_type, error))
    except OSError as error:
        return failed(media_type, _failure_of(error))
    except (MemoryError, RecursionError):
        return failed(media_type, OUT_OF_MEMORY)
    except Exception as error:
        _log.info("the structure of %s cannot be read", name, exc_info=error)
        return failed(media_type, CORRUPT)
    return Analysis(kind=kind_of(media_type), media_type=media_type, structure=structure)


def failed(media_type: str, failure: Failure) -> Analysis:
    """The part of an analysis that says why reading ended."""
    return Analysis(kind=kind_of(media_type), media_type=media_type, failure=failure)


def _sniff(path: Path, name: str, hint: str | None) -> str:
    media_type = sniff_file(path, name)
    if media_type == "text/plain" and hint and hint.startswith("text/"):
        return hint.partition(";")[0].strip().lower()
    return media_type


def _properties_alone(path: Path, media_type: str) -> Iterator[Analysis]:
    """The XMP in a file that has no reader."""
    values = packet_values(path) if media_type != EMPTY else ()
    if values:
        yield Analysis(kind_of(media_type), media_type, values=values)


def _no_reader(media_type: str) -> Unreadable:
    if media_type == EMPTY:
        return Unreadable("empty", "The file is empty; upload it again.")
    if media_type in _ENCRYPTED:
        return Unreadable("encrypted", "The file is encrypted; upload a copy without a password.")
    what = "of an unknown type" if media_type == UNKNOWN else f"of type {media_type}"
    return Unreadable(
        "unsupported",
        f"The file is {what}, which has no reader; it is kept, and found by its name only.",
    )


def _not_installed(media_type: str, error: ModuleNotFoundError) -> Failure:
    return Failure(
        "unsupported",
        f"Reading files of type {media_type} needs the package {error.name}, which is not "
        "installed: install magpie-content[documents] and read the file again.",
    )


def _failure_of(error: OSError) -> Failure:
    if isinstance(error, FileNotFoundError):
        return Failure("missing", "The file is no longer there; restore it or delete the record.")
    if isinstance(error, IsADirectoryError):
        return Failure("unsupported", "This is a folder, not a file; add the files in it.")
    if isinstance(error, PermissionError):
        return Failure("missing", "The file may not be read; change its permissions and retry.")
    if error.errno is not None:
        return Failure("missing", "The file cannot be read from its place; check it and retry.")
    return CORRUPT
