"""Clears up copies on disk: nothing goes before it was compared with the one that stays.

The copy that stays and the one that goes are compared byte for byte at that moment, whatever the
scan said, and what cannot be taken back is not done.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.copies.groups import is_under
from pipelines.copies.manifest import Deed, How, Manifest
from pipelines.copies.report import Report
from pipelines.copies.walk import QUARANTINE

_PIECE = 1024 * 1024
_MARK_SAYS = "Copies that were cleared away; scans for duplicates leave this folder out.\n"

Guard = Callable[[str], str | None]
"""Why a file must not go, such as a legal hold; None where it may."""


class Refused(Exception):
    """A copy stays where it is; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a copy that may go, and the copy that stays.

    Attributes:
        frees: bytes that come free with it, once all names of its file are gone.
    """

    path: str
    keep: str
    size: int
    modified_ns: int
    frees: int


@dataclass(slots=True)
class Outcome:
    """What became of copies.

    Attributes:
        done: those that went, or came back.
        freed: bytes that came free, or do once the quarantine is deleted.
        refused: those that stayed, with the reason.
    """

    done: list[str] = field(default_factory=list)
    freed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def steps(report: Report) -> Iterator[Step]:
    """What clearing up would take away; nothing of protected folders."""
    for group in report.groups:
        for copy in group.others:
            if copy.protected:
                continue
            for number, path in enumerate(copy.paths):
                frees = copy.frees if number == 0 else 0
                yield Step(path, group.keep.paths[0], copy.size, copy.modified_ns, frees)


def apply(
    wanted: Iterable[Step],
    manifest: Manifest,
    *,
    quarantine: Path | None,
    protected: Iterable[str] = (),
    guard: Guard = lambda _: None,
    tell: Callable[[Step], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Move copies into a quarantine folder, or make hard links of them.

    Args:
        manifest: is told before each.
        quarantine: a folder that keeps the copies under the paths that they had; None makes
            hard links.
        protected: absolute folders from which nothing may go.
        guard: asked for each.
        tell: told before each.
    """
    outcome = Outcome()
    folders = [os.path.realpath(each) for each in protected]
    for step in wanted:
        if stop():
            break
        tell(step)
        try:
            _check(step, folders, guard)
            if quarantine is None:
                _link(step, manifest)
            else:
                _move(step, quarantine, manifest)
        except Refused as refused:
            outcome.refused.append((step.path, str(refused)))
        except OSError as error:
            outcome.refused.append((step.path, f"{error.strerror or error}"))
        else:
            outcome.done.append(step.path)
            outcome.freed += step.frees
    return outcome


def _check(step: Step, protected: Iterable[str], guard: Guard) -> None:
    folder = os.path.realpath(Path(step.path).parent)
    if is_under(os.path.join(folder, Path(step.path).name), protected):  # noqa: PTH118
        raise Refused("it stands in a protected folder")
    if reason := guard(step.path):
        raise Refused(reason)
    goes = _status(step.path)
    if goes.st_size != step.size or goes.st_mtime_ns != step.modified_ns:
        raise Refused("it changed since the scan; scan again")
    try:
        stays = _status(step.keep)
    except OSError as error:
        raise Refused(f"the copy to keep is gone ({step.keep}); scan again") from error
    if os.path.samestat(goes, stays):
        raise Refused("it is the copy to keep, under another name")
    if not _same_bytes(step.path, step.keep):
        raise Refused(f"its bytes are no longer those of {step.keep}; scan again")


def _status(path: str) -> os.stat_result:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise Refused("it is no longer a plain file; scan again")
    return status


def _same_bytes(one: str, other: str) -> bool:
    with open(one, "rb", buffering=0) as a, open(other, "rb", buffering=0) as b:  # noqa: PTH123
        while True:
            left, right = a.read(_PIECE), b.read(_PIECE)
            if left != right:
                return False
            if not left:
                return True


def _deed(step: Step, how: How, moved_to: str) -> Deed:
    return Deed(
        how=how,
        path=step.path,
        keep=step.keep,
        moved_to=moved_to,
        size=step.size,
        modified_ns=step.modified_ns,
        mode=stat.S_IMODE(_status(step.path).st_mode),
    )


def _move(step: Step, quarantine: Path, manifest: Manifest) -> None:
    drive, rest = os.path.splitdrive(step.path)
    target = quarantine / drive.rstrip(":").lstrip("\\") / rest.lstrip("/\\")
    if os.path.lexists(target):
        raise Refused(f"the quarantine holds another file of that path ({target})")
    target.parent.mkdir(parents=True, exist_ok=True)
    (quarantine / QUARANTINE).write_text(_MARK_SAYS, "ascii")
    manifest.begin(_deed(step, "quarantine", str(target)))
    _shift(step.path, str(target))
    moved = _status(str(target))
    if moved.st_size != step.size or moved.st_mtime_ns != step.modified_ns:
        _shift(str(target), step.path)
        raise Refused("it changed at this moment; scan again")


def _shift(source: str, target: str) -> None:
    """Move a file to a place that is free, across file systems too.

    Raises:
        FileExistsError: the place is taken.
    """
    try:
        # A hard link does not replace what is there, as a rename would.
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        _copy_over(source, target)
    os.unlink(source)  # noqa: PTH108


def _copy_over(source: str, target: str) -> None:
    with open(source, "rb") as read, open(target, "xb") as write:  # noqa: PTH123
        try:
            shutil.copyfileobj(read, write, _PIECE)
            write.flush()
            os.fsync(write.fileno())
        except BaseException:
            os.unlink(target)  # noqa: PTH108
            raise
    shutil.copystat(source, target, follow_symlinks=False)
    if not _same_bytes(source, target):
        os.unlink(target)  # noqa: PTH108
        raise Refused("it could not be copied into the quarantine without a fault")


def _link(step: Step, manifest: Manifest) -> None:
    manifest.begin(_deed(step, "link", ""))
    beside = f"{step.path}.magpie-link"
    if os.path.lexists(beside):
        if not os.path.samestat(_status(beside), _status(step.keep)):
            raise Refused(f"another file stands where the link is made ({beside})")
        os.unlink(beside)  # noqa: PTH108  (left by one that was killed)
    try:
        os.link(step.keep, beside, follow_symlinks=False)
        # Somebody may have written to it since it was compared.
        now = _status(step.path)
        if now.st_size != step.size or now.st_mtime_ns != step.modified_ns:
            os.unlink(beside)  # noqa: PTH108
            raise Refused("it changed at this moment; scan again")
        os.replace(beside, step.path)  # noqa: PTH105
    except OSError as error:
        with suppress(FileNotFoundError):
            os.unlink(beside)  # noqa: PTH108
        raise Refused(f"no hard link can be made there ({error.strerror})") from error


def undo(done: Iterable[Deed]) -> Outcome:
    """Take back what a manifest says, the last first; what is taken back already stays so."""
    outcome = Outcome()
    for deed in reversed(list(done)):
        try:
            came_back = _moved_back(deed) if deed.how == "quarantine" else _parted(deed)
        except Refused as refused:
            outcome.refused.append((deed.path, str(refused)))
        except FileExistsError:
            outcome.refused.append((deed.path, "another file stands there now"))
        except OSError as error:
            outcome.refused.append((deed.path, f"{error.strerror or error}"))
        else:
            if came_back:
                outcome.done.append(deed.path)
    return outcome


def _moved_back(deed: Deed) -> bool:
    if not os.path.lexists(deed.moved_to):
        if os.path.lexists(deed.path):
            return False
        raise Refused(f"it is no longer in the quarantine ({deed.moved_to})")
    if os.path.lexists(deed.path) and Path(deed.path).samefile(deed.moved_to):
        # A move that was cut off half-way: both names are there.
        os.unlink(deed.moved_to)  # noqa: PTH108
        return True
    Path(deed.path).parent.mkdir(parents=True, exist_ok=True)
    _shift(deed.moved_to, deed.path)
    return True


def _parted(deed: Deed) -> bool:
    """Make a file of its own of a hard link."""
    if not os.path.samestat(_status(deed.path), _status(deed.keep)):
        return False
    beside = f"{deed.path}.magpie-copy"
    with suppress(FileNotFoundError):
        os.unlink(beside)  # noqa: PTH108
    _copy_over(deed.keep, beside)
    os.chmod(beside, deed.mode)  # noqa: PTH101
    os.utime(beside, ns=(deed.modified_ns, deed.modified_ns))
    os.replace(beside, deed.path)  # noqa: PTH105
    return True


def script(wanted: Iterable[Step], quarantine: Path) -> Iterator[str]:
    """A POSIX shell script that moves copies into a folder, each after a comparison, by lines."""
    yield "#!/bin/sh"
    yield "# Moves copies into a folder, each only if it still equals the one that stays."
    yield "# Read it, then run it with `sh`."
    yield "set -u"
    yield f"mkdir -p -- {shlex.quote(str(quarantine))} || exit 1"
    mark = shlex.quote(str(quarantine / QUARANTINE))
    yield f"echo {shlex.quote(_MARK_SAYS.strip())} > {mark}"
    yield "move() {"
    yield '  if [ -f "$1" ] && [ ! -L "$1" ] && [ ! "$1" -ef "$2" ] && [ ! -e "$3" ] &&'
    yield '      cmp -s -- "$1" "$2"; then'
    yield '    mkdir -p -- "$(dirname -- "$3")" && mv -- "$1" "$3"'
    yield "  else"
    yield '    echo "left as it is: $1" >&2'
    yield "  fi"
    yield "}"
    for step in wanted:
        target = quarantine / step.path.lstrip("/")
        yield f"move {shlex.quote(step.path)} {shlex.quote(step.keep)} {shlex.quote(str(target))}"
