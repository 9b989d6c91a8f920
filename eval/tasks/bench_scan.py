"""How fast copies on disk are found, beside rmlint, fdupes and jdupes on the same files.

The files are made up: sizes spread as those of photos and documents are, three in ten with a
copy elsewhere, and some that share size and ends with another and still differ. Each program
runs once to warm the page cache and then so many times, in turn; figures are medians.
``ratio_fastest`` is our time over that of the fastest of the others that are installed;
``missed`` and ``false`` count copies against what was planted.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from eval.errors import EvalError
from eval.registry import Figures

_GIB = 2**30
_MEDIAN_SIZE = 1.5e6
_COPIED = 0.3
_LOOK_ALIKE = 0.02
_FOLDERS = 200
_END = 65_536

_PEERS: dict[str, list[str]] = {
    "rmlint": ["rmlint", "-T", "df", "-o", "json:/dev/null", "--hidden"],
    "fdupes": ["fdupes", "-r", "-q"],
    "jdupes": ["jdupes", "-r", "-q"],
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--gib", type=float, default=2.0, help="how much to make, default 2")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="default 3")
    parser.add_argument(
        "--folder", type=Path, default=None, metavar="DIR", help="where to make it; emptied after"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    if options.gib <= 0 or options.runs < 1:
        raise EvalError("Give --gib above 0 and --runs 1 or more.")
    size = int(options.gib * _GIB)
    with tempfile.TemporaryDirectory(prefix="magpie-eval-", dir=options.folder) as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < size * 1.1:
            raise EvalError(f"{folder} has no room for {options.gib} GiB; choose another --folder.")
        print(f"Writing {options.gib} GiB of files ...", file=sys.stderr)
        planted = _make(folder / "files", size)
        return _measure(folder, planted, options.runs)


def _measure(folder: Path, planted: set[frozenset[str]], runs: int) -> Figures:
    files = folder / "files"
    peers = {name: [*how, str(files)] for name, how in _PEERS.items() if shutil.which(name)}
    times: dict[str, list[float]] = {"magpie": [], **{name: [] for name in peers}}
    for number in range(runs + 1):
        for name, taken in times.items():
            print(f"Run {number} of {runs}: {name} ...", file=sys.stderr)
            started = time.perf_counter()
            if name == "magpie":
                report = _ours(folder, number)
            else:
                subprocess.run(peers[name], stdout=subprocess.DEVNULL, check=False, cwd=folder)
            if number:
                taken.append(time.perf_counter() - started)
    found = {frozenset(each) for each in report}
    figures: dict[str, float] = {
        "files": sum(1 for each in files.rglob("*") if each.is_file()),
        "groups": len(planted),
        "missed": len(planted - found),
        "false": len(found - planted),
        **{f"seconds_{name}": round(statistics.median(each), 2) for name, each in times.items()},
    }
    if peers:
        fastest = min(statistics.median(times[name]) for name in peers)
        figures["ratio_fastest"] = round(statistics.median(times["magpie"]) / fastest, 2)
    return figures


def _ours(folder: Path, number: int) -> list[list[str]]:
    """The command as people give it, with nothing remembered from runs before."""
    import json

    report = folder / f"home-{number}" / "scan.json"
    command = [sys.executable, "-m", "service.cli.main", "--home", str(report.parent)]
    command += ["duplicates", "scan", str(folder / "files"), "--report", str(report)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    groups = json.loads(report.read_text())["groups"]
    return [[copy["paths"][0] for copy in (group["keep"], *group["others"])] for group in groups]


def _make(folder: Path, size: int) -> set[frozenset[str]]:
    """Write files of so many bytes in all; the groups of those that are the same."""
    random_ = random.Random(20)
    groups: set[frozenset[str]] = set()
    left, number = size, 0
    while left > 0:
        length = max(200, min(int(random_.lognormvariate(0, 1.3) * _MEDIAN_SIZE), left + 200))
        data = random_.randbytes(length)
        path = _write(folder, number, random_, data)
        left -= length
        number += 1
        if random_.random() < _COPIED:
            copies = [path]
            for _ in range(random_.choice((1, 1, 1, 2, 3))):
                copies.append(_write(folder, number, random_, data))
                left -= length
                number += 1
            groups.add(frozenset(copies))
        elif random_.random() < _LOOK_ALIKE and length > 3 * _END:
            middle = random_.randbytes(16)
            other = data[: length // 2] + middle + data[length // 2 + len(middle) :]
            _write(folder, number, random_, other)
            left -= length
            number += 1
    return groups


def _write(folder: Path, number: int, random_: random.Random, data: bytes) -> str:
    path = folder.resolve() / f"{random_.randrange(_FOLDERS):03}" / f"{number:06}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)
