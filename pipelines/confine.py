"""Take from this process what reading a file does not need. For reader processes only.

None of it can be undone within the process. Memory, written bytes and processor time are
limited by the kernel where it can; network, new programs and new processes are refused by
an audit hook (PEP 578), LibreOffice being the one exception, and on Linux the process also
moves into an empty network namespace where the system lets it.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import sys
import time
from functools import cache
from pathlib import Path

from pipelines.limits import Limits

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "pty.spawn",
    "urllib.Request",
    "webbrowser.open",
)
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def confine(limits: Limits) -> None:
    """Limit this process for the rest of its life; call it before starting any thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    office_program()
    _leave_network()
    sys.addaudithook(_refuse)
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        # Not RLIMIT_AS: mapped files and the address space that allocators reserve count there.
        (resource.RLIMIT_DATA, limits.memory_bytes),
    ):
        _lower(kind, most)


def limit_processor_time(seconds: float) -> None:
    """End this process once it has used so many more seconds of processor time."""
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time() + seconds)
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lower(kind: int, most: int) -> None:
    """Set a soft and hard limit, or the hard limit in force where that is lower."""
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(kind, (most, most))


def _leave_network() -> None:
    """Move into a network namespace without interfaces, where Linux permits it.

    Alone first: a new user namespace, which makes it possible for ordinary users, would take
    from the root user the right to read other people's files.
    """
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0 and os.geteuid() != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


@cache
def office_program() -> str:
    """The full path of LibreOffice, the one program that may be started; empty without it."""
    found = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), "")
    return str(Path(found).absolute()) if found else ""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen" and arguments[0] == office_program():
        return
    if event.startswith(_REFUSED):
        raise PermissionError(f"a reader process may not do this: {event}")
