"""What must hold after a crash: promises kept, and catalog, index and files agree."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx

from eval.crashes.traffic import Promises
from eval.errors import EvalError

_DONE_S = 120.0
_POLL_S = 0.1


def wait_until_done(client: httpx.Client) -> None:
    """Wait until no job goes on.

    Raises:
        EvalError: one goes on for ever.
    """
    deadline = time.monotonic() + _DONE_S
    while time.monotonic() < deadline:
        jobs = client.get("/v1/jobs", params={"limit": 200}).json()["jobs"]
        going = [job for job in jobs if job["state"] in ("queued", "running")]
        if not going:
            return
        time.sleep(_POLL_S)
    raise EvalError(f"After {_DONE_S:.0f} seconds these jobs still go on: {going[:3]}")


def check_promises(client: httpx.Client, home: Path, promises: Promises) -> Counter[str]:
    """Count what was lost, and what can be seen in the catalog or the index only.

    What is found wrong is told on standard error.
    """
    with _catalog(home) as catalog:
        hashes = dict(catalog.execute("SELECT id, sha256 FROM asset"))
        places = dict(catalog.execute("SELECT origin, sha256 FROM asset WHERE origin NOT NULL"))
        queued = [row[0] for row in catalog.execute("SELECT id FROM asset WHERE state = 'queued'")]
        doubles = catalog.execute(
            "SELECT count(*) - count(DISTINCT origin) FROM asset WHERE origin NOT NULL"
        ).fetchone()[0]
    lost = [f"upload {key}" for key, sha in promises.uploads.items() if hashes.get(key) != sha]
    lost += [f"file {path}" for path, sha in promises.files.items() if places.get(str(path)) != sha]
    lost += [
        f"title of {asset_id}"
        for asset_id, titles in promises.titles.items()
        if client.get(f"/v1/assets/{asset_id}").json().get("title") not in titles
    ]
    hidden = [f"{asset_id} is not read" for asset_id in queued]
    for asset_id, token in promises.tokens.items():
        hits = client.get("/v1/search", params={"words": token, "limit": 5}).json()["hits"]
        # A file that cannot be read is found by its name all the same.
        if asset_id not in {hit["asset"]["id"] for hit in hits}:
            hidden.append(f"{asset_id} is not found")
    for fault in (*lost, *hidden):
        print(f"  {fault}", file=sys.stderr)
    return Counter(lost=len(lost), half_visible=len(hidden), disagreements=doubles)


def check_stores(home: Path) -> Counter[str]:
    """Count where catalog, index and files of a home without a server disagree."""
    from service.hub import Hub
    from service.ids import point_id
    from service.index.base import Filter
    from service.settings import Settings

    faults: Counter[str] = Counter()
    with Hub(Settings(home=home), work=False) as hub:
        index = hub.engine._index
        stored, after = set(), None
        while some := index.scroll(Filter(), limit=1000, after=after):
            stored |= set(some)
            after = some[-1]
    with _catalog(home) as catalog:
        wanted = {
            point_id(asset_id, key)
            for asset_id, key in catalog.execute(
                "SELECT asset.id, unit.key FROM asset JOIN unit USING (sha256) "
                "UNION ALL SELECT id, 'record' FROM asset"
            )
        }
        kept = catalog.execute(
            "SELECT sha256 FROM asset WHERE NOT in_place UNION SELECT thumbnail FROM content "
            "WHERE thumbnail NOT NULL UNION SELECT thumbnail FROM unit WHERE thumbnail NOT NULL"
        ).fetchall()
        waiting = catalog.execute(
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM job_item "
            "WHERE state IN ('queued', 'running', 'paused'))"
        ).fetchone()[0]
    faults["disagreements"] += len(wanted ^ stored) + waiting
    blobs = home / "blobs"
    for (sha256,) in kept:
        path = blobs / sha256[:2] / sha256[2:4] / sha256
        sound = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        faults["disagreements"] += not sound
    faults["disagreements"] += len(list((blobs / "incoming").iterdir()))
    return faults


@contextlib.contextmanager
def _catalog(home: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{home / 'catalog.sqlite3'}?mode=ro", uri=True)
    with contextlib.closing(connection):
        yield connection
