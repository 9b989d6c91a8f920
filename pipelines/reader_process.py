"""One reader process, seen from the pool: started, asked, watched, ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from pipelines.analysis import Analysis, Failure
from pipelines.limits import Limits
from pipelines.reader_protocol import Request, receive_reply, send
from pipelines.readers.base import CRASHED, NOTHING, OUT_OF_MEMORY, TIMED_OUT, join

OnPart = Callable[[Analysis], None]

_START_SECONDS = 120.0
_EXIT_SECONDS = 5.0
_PASSED_ON = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TMP",
    "TEMP",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
)
_PIPE_BYTES = 1024 * 1024


class ReaderPoolError(RuntimeError):
    """Reader processes cannot be started, or the pool is closed; no fault of the file."""


class ReaderProcess:
    """A process that reads one file at a time. Used by one thread, watched by another."""

    def __init__(self, limits: Limits) -> None:
        self.files = 0
        self._limits = limits
        self._deadline = time.monotonic() + _START_SECONDS
        self._ready = False
        self._ended = False
        self._ended_for: Failure | None = None
        # What a file leaves behind when its reader is killed goes with the process.
        self._folder = tempfile.mkdtemp(prefix="magpie-reader-")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "pipelines.reader_child",
                str(limits.memory_bytes),
                str(limits.written_bytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment() | {"TMPDIR": self._folder},
            # Ctrl-C in a terminal ends the program, not the file being read.
            start_new_session=True,
        )
        self._requests = cast(BinaryIO, self._process.stdin)
        self._replies = cast(BinaryIO, self._process.stdout)
        _widen(self._replies)

    def read(self, request: Request, on_part: OnPart | None = None) -> Analysis:
        """Ask for a file and wait. Ended for a limit or by a crash, it gives what it had found.

        Raises:
            ReaderPoolError: the process could not start.
        """
        self._wait_until_ready()
        self.files += 1
        self._deadline = time.monotonic() + request.limits.wall_s
        parts: list[Analysis] = []
        try:
            send(self._requests, request)
            while (reply := receive_reply(self._replies)) is not None:
                if reply.part is None:
                    return join(parts, NOTHING)
                parts.append(reply.part)
                if on_part is not None:
                    on_part(reply.part)
        except OSError:
            pass
        except BaseException:
            # The rest of the replies would be taken for those to the next request.
            self.end()
            raise
        finally:
            self._deadline = float("inf")
        found = join(parts, NOTHING)
        last = Analysis(found.kind, found.media_type, failure=self._why_it_ended())
        return join([last], found)

    def watch(self) -> None:
        """End the process if it is over time or memory. Called by the watching thread."""
        if time.monotonic() > self._deadline:
            self.end(TIMED_OUT)
        elif self.memory() > self._limits.memory_bytes:
            self.end(OUT_OF_MEMORY)

    def is_alive(self) -> bool:
        """Whether it can take a request."""
        return not self._ended and self._process.poll() is None

    def killed_from_outside(self) -> bool:
        """Whether the system (short of memory) or a person killed it, not the pool."""
        return (
            not self._ended and sys.platform != "win32" and self._process.poll() == -signal.SIGKILL
        )

    def is_used_up(self, most_files: int) -> bool:
        """Whether it should be replaced: dead, long in use, or holding on to memory."""
        return (
            not self.is_alive()
            or self.files >= most_files
            or self.memory() > self._limits.keep_bytes
        )

    def memory(self) -> int:
        """Memory of its own in bytes; see ``private_bytes``."""
        return private_bytes(self._process.pid)

    def end(self, reason: Failure | None = None) -> None:
        """Kill the process and what it started; harmless if it is dead."""
        self._ended = True
        self._ended_for = self._ended_for or reason
        self._process.kill()
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the process, let go of its pipes and remove its temporary files."""
        self.end()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        for stream in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                stream.close()

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        reply = receive_reply(self._replies)
        if reply is None or reply.kind != "ready":
            self.close()
            raise ReaderPoolError(
                "A reader process cannot start; run `python -m pipelines.reader_child "
                f"{self._limits.memory_bytes} {self._limits.written_bytes}` to see why."
            )
        self._ready = True

    def _why_it_ended(self) -> Failure:
        code = self._wait()
        if self._ended_for is not None:
            return self._ended_for
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            return TIMED_OUT
        return OUT_OF_MEMORY if self.killed_from_outside() else CRASHED

    def _wait(self) -> int:
        """The exit code; a process that closed its pipe and lives on is killed."""
        try:
            return self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            return self._process.wait()


def private_bytes(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where the system does not say.

    On Linux without mapped files and libraries, which can be dropped at any time.
    """
    if sys.platform == "linux":
        try:
            _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_bytes().split()
        except (OSError, ValueError):
            return 0
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False)
    return int(shown.stdout.strip() or 0) * 1024


def _environment() -> dict[str, str]:
    """No secrets of the service, this very code, and one thread for each library."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    here = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **threads, "PYTHONPATH": path}


def _widen(stream: BinaryIO) -> None:
    """Let a pipe hold a whole reply, which saves the two sides from taking turns."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
