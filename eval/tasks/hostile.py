"""Whether files made to hurt are contained: read or refused in bounded time and memory.

Files are read through the reader pool, as ingest does it, each beside a sound file that has
to be read at the same time.

- ``contained``: something was found or one reason given, within the limits, and the pool and
  the sound file beside it came through; a reader process that was ended counts as contained.
- ``crashed``: an error escaped from the pool, or it could read no more.
- ``timed_out``: ended for taking too long.
- ``killed``: died, or reached its limit of memory.
- ``peak_mb``: most memory of this process and its two reader processes together.
- ``encrypted``, ``opened_with_password``: files that ask for a password, and those of them
  that a ``--password`` opens.
- ``bombs``, ``bombs_contained``, ``bombs_peak_mb``: the same for files that the task makes
  itself (``eval.bombs``).
- ``pages_of_long_pdf``, ``progress_calls``, ``long_pdf_peak_mb``: pages read of a long PDF,
  how often progress was told meanwhile, and the memory that it took.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from eval.bombs import long_pdf, make_bombs
from eval.layouts import documents as layout
from eval.memory import MemoryWatch
from eval.registry import Figures
from pipelines.analysis import Analysis
from pipelines.limits import Limits

_GRACE_S = 15.0
_PASSWORDS = ("tika",)
_SOUND_PAGES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder with hostile files"
    )
    parser.add_argument(
        "--password",
        action="append",
        metavar="PASSWORD",
        help="tried on encrypted files; may be given more than once (default: tika)",
    )
    parser.add_argument(
        "--pages", type=int, default=2_000, help="of the long PDF (default: %(default)s)"
    )
    parser.add_argument("--without-bombs", action="store_true", help="read the folder only")
    parser.add_argument("--each", action="store_true", help="show a line for every file, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder, then bombs."""
    paths = [document.path for document in layout.read(options.data)]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="magpie-eval-") as name:
        folder = Path(name)
        print(f"Reading {len(paths):,} files ...", file=sys.stderr)
        with MemoryWatch() as memory, _Bench(folder, show=options.each) as bench:
            encrypted = bench.read_all(paths)
            passwords = options.password or _PASSWORDS
            opened = [path for path in encrypted if bench.opens(path, passwords)]
        figures |= {"files": len(paths), **bench.figures(), "peak_mb": round(memory.peak_mb, 1)}
        figures |= {"encrypted": len(encrypted), "opened_with_password": len(opened)}
        if options.without_bombs:
            return figures
        print("Making and reading bombs ...", file=sys.stderr)
        (folder / "bombs").mkdir()
        bombs = make_bombs(folder / "bombs")
        with MemoryWatch() as memory, _Bench(folder, show=options.each) as bench:
            bench.read_all(bombs)
        figures |= {"bombs": len(bombs)}
        figures |= {f"bombs_{name}": number for name, number in bench.figures().items()}
        figures["bombs_peak_mb"] = round(memory.peak_mb, 1)
        return figures | _long_pdf(folder / "long.pdf", options.pages)


class _Bench:
    """A pool of two reader processes and a sound file to read beside every hostile one."""

    def __init__(self, folder: Path, *, show: bool) -> None:
        from pipelines.pool import ReaderPool

        self._limits = Limits()
        self._pool = ReaderPool(2, self._limits)
        self._sound = folder / "sound.pdf"
        self._show = show
        self._counts: Counter[str] = Counter()
        long_pdf(self._sound, _SOUND_PAGES)

    def __enter__(self) -> _Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def figures(self) -> dict[str, float]:
        """The counts so far."""
        names = ("contained", "crashed", "timed_out", "killed")
        return {name: self._counts[name] for name in names}

    def read_all(self, paths: Iterable[Path]) -> list[Path]:
        """Read and count; those that ask for a password."""
        return [path for path in paths if self._read(path) == "encrypted"]

    def opens(self, path: Path, passwords: Iterable[str]) -> bool:
        """Whether one of the passwords opens a file."""
        readings = (self._pool.read(path, password=each) for each in passwords)
        return any(found.failure is None and found.units for found in readings)

    def _read(self, path: Path) -> str:
        """Read a file and count what happened; the code of its failure, empty for none."""
        start = time.monotonic()
        try:
            hostile, beside = self._pool.submit(path), self._pool.submit(self._sound)
            patience = self._limits.wall_s + _GRACE_S
            found = hostile.result(timeout=patience)
            taken = time.monotonic() - start
            sound = beside.result(timeout=patience)
        except Exception as error:
            # Whatever escapes is what this task is to find.
            self._counts["crashed"] += 1
            print(f"{path.name}: {error!r} escaped", file=sys.stderr)
            return "escaped"
        code = found.failure.code if found.failure is not None else ""
        is_contained = _is_told(found) and sound.failure is None and sound.pages == _SOUND_PAGES
        self._counts["contained"] += is_contained
        self._counts["timed_out"] += code == "timed_out"
        self._counts["killed"] += code in {"crashed", "out_of_memory"}
        if self._show or not is_contained:
            shown = "contained" if is_contained else "NOT CONTAINED"
            print(f"{path.name[:60]:60} {shown} {taken:7.2f} s {code}", file=sys.stderr)
        return code


def _is_told(found: Analysis) -> bool:
    if found.failure is not None:
        return bool(found.failure.reason)
    return bool(found.units or found.values or found.warnings or found.preview)


def _long_pdf(path: Path, pages: int) -> dict[str, float]:
    from pipelines.pool import ReaderPool

    long_pdf(path, pages)
    calls = 0

    def count(_: Analysis) -> None:
        nonlocal calls
        calls += 1

    with MemoryWatch() as memory, ReaderPool(1) as pool:
        found = pool.read(path, on_part=count)
    read = len({unit.page for unit in found.units if unit.page is not None})
    return {
        "pages_of_long_pdf": read,
        "progress_calls": calls,
        "long_pdf_peak_mb": round(memory.peak_mb, 1),
    }
