"""Whether anything is lost when the server or one of its processes is killed at any moment.

A real server takes uploads, folders and edits; at a random moment the server, a reader
process or the index process is killed, or the server interrupted. It is started again, and
when its jobs are done:

- ``lost``: acknowledged uploads, files and edits that are not there.
- ``half_visible``: assets that the catalog has and a search does not find, or that nobody
  will ever read.
- ``disagreements``: points too many or too few in the index, files that are missing or have
  other bytes, double records, work that stays; looked for now and then, and at the end.
- ``killed_NAME``: how often each was killed.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.registry import Figures

if TYPE_CHECKING:
    import httpx

    from eval.crashes.traffic import Traffic

_FAULTS = ("lost", "half_visible", "disagreements")
_LONGEST_S = 1.5
_STORES_EVERY = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--runs", type=int, default=50, help="kills (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the random choices")


def run(options: argparse.Namespace) -> Figures:
    """Kill and compare."""
    if options.runs < 1:
        raise EvalError("--runs must be at least 1.")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="magpie-crash-") as name:
        counts = _crash(Path(name), options.runs, random.Random(options.seed))
    figures: dict[str, float] = {fault: counts.pop(fault, 0) for fault in _FAULTS}
    return figures | {
        "runs": options.runs,
        "seconds": round(time.monotonic() - started, 1),
        **dict(sorted(counts.items())),
    }


def _crash(root: Path, runs: int, dice: random.Random) -> Counter[str]:
    from eval.crashes.check import check_promises, check_stores, wait_until_done
    from eval.crashes.server import TARGETS, Server
    from eval.crashes.traffic import Traffic

    home = root / "home"
    counts: Counter[str] = Counter()
    with Server(home) as server:
        paths = server.client.get("/v1/openapi.json").json()["paths"]
        can_edit = "patch" in paths["/v1/assets/{asset_id}"]
        traffic = Traffic(root / "files", dice, can_edit=can_edit)
        for number in range(1, runs + 1):
            target = dice.choice(TARGETS)
            moment = dice.uniform(0, _LONGEST_S)
            with _under(traffic, server.client):
                time.sleep(moment)
                counts[f"killed_{target}"] += server.kill(target, dice)
            if not server.is_running():
                server.start()
            wait_until_done(server.client)
            faults = check_promises(server.client, home, traffic.promises)
            if number % _STORES_EVERY == 0 or number == runs:
                server.stop()
                faults += check_stores(home)
                server.start()
            # What is lost once stays so, and is told once.
            counts |= faults
            told = " ".join(f"{fault} {faults[fault]}" for fault in _FAULTS)
            print(f"Run {number} of {runs}: {target}: {told}", file=sys.stderr)
        counts["assets"] = len(traffic.promises.uploads) + len(traffic.promises.files)
    return counts


@contextlib.contextmanager
def _under(traffic: Traffic, client: httpx.Client) -> Iterator[None]:
    """Requests go on in another thread until the end, or until the server is dead."""
    import httpx

    ended = threading.Event()

    def send() -> None:
        with contextlib.suppress(httpx.HTTPError):
            while not ended.is_set():
                traffic.send(client)

    thread = threading.Thread(target=send, name="traffic", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
