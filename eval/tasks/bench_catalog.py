"""How fast lists, filters and edits are over a catalog of very many records.

The records are nearly empty: a name, a size, dates, a campaign, a status and a rating. Lists
and filters are pages of 50 as people ask for them: from the beginning, from a place deep inside,
in several orders, with and without the words of a selection.

``list_p95_ms`` and ``filter_p95_ms`` are over all of these; ``edit_1000_s`` sets a field of 1,000
records, with history, events and undo data; ``ingest_rows_per_s`` is how fast records are written,
``count_p95_ms`` the exact number of a selection. With ``--postgresql URL`` (a database that may
be filled) the same figures follow with the prefix ``postgresql_``.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.registry import Figures

if TYPE_CHECKING:
    from service.catalog.database import Database

_CHUNK = 5_000
_EDITED = 1_000
_CAMPAIGNS = 400
_KINDS = ("image", "image", "image", "image", "document", "document", "video")
_STATUSES = ("draft", "draft", "in_review", "approved", "published")
_START = datetime(2020, 1, 1, tzinfo=UTC)
_QUESTIONS = (
    "",
    "kind:image",
    "status:approved",
    "campaign:campaign-7",
    "campaign:campaign-7 kind:document",
    "rating>=5 status:published",
    "added:2021-03",
    "campaign:campaign-1*",
    "-campaign:* kind:video",
    "campaign:none-of-that-name",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this task's options."""
    parser.add_argument("--records", type=int, default=100_000, help="how many records")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for")
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure too")


def run(options: argparse.Namespace) -> Figures:
    """Fill a catalog and ask it."""
    from service.catalog.database import sqlite_url

    with tempfile.TemporaryDirectory(prefix="magpie-bench-") as folder:
        figures = _measure(sqlite_url(Path(folder) / "catalog.sqlite3"), options)
    figures["records"] = float(options.records)
    if options.postgresql:
        beside = _measure(options.postgresql, options)
        figures |= {f"postgresql_{name}": value for name, value in beside.items()}
    return figures


def _measure(url: str, options: argparse.Namespace) -> dict[str, float]:
    from service.catalog.database import Database

    database = Database(url)
    try:
        database.migrate()
        started = time.perf_counter()
        _fill(database, options.records)
        seconds = time.perf_counter() - started
        figures = {"ingest_rows_per_s": options.records / seconds}
        figures |= _lists(database, options)
        figures["edit_1000_s"] = _edit(database, options.records)
        return figures
    finally:
        database.close()


def _fill(database: Database, records: int) -> None:
    from sqlalchemy import insert

    from service.catalog.tables import Asset, Version
    from service.records.tables import RecordTerm

    numbers = random.Random(7)
    for start in range(0, records, _CHUNK):
        rows = [_record(number, numbers) for number in range(start, min(start + _CHUNK, records))]
        with database.write() as session:
            session.execute(insert(Asset), [row for row, _ in rows])
            session.execute(insert(Version), [_version(row) for row, _ in rows])
            session.execute(insert(RecordTerm), [term for _, terms in rows for term in terms])
        sys.stderr.write(f"\r{start + len(rows):,} of {records:,} records")
    sys.stderr.write("\n")
    with database.engine.connect() as connection:
        # What a server does by itself within a minute.
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _record(number: int, numbers: random.Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    asset_id = _asset_id(number)
    made = _START + timedelta(minutes=3 * number)
    row = {
        "id": asset_id,
        "name": f"IMG_{numbers.randrange(10**7):07}.jpg",
        "sha256": f"{number:064x}",
        "size": numbers.randrange(10**4, 10**8),
        "kind": numbers.choice(_KINDS),
        "state": "ready",
        "status": numbers.choice(_STATUSES),
        "screened": f"{number:064x}",
        "created_at": made,
        "updated_at": made,
    }
    terms: list[dict[str, Any]] = []
    if numbers.random() < 0.8:
        campaign = f"campaign-{int(_CAMPAIGNS * numbers.random() ** 2)}"
        terms.append(_term(asset_id, "campaign", campaign, None))
    rating = numbers.randrange(0, 6)
    terms.append(_term(asset_id, "rating", str(rating), float(rating)))
    return row, terms


def _term(asset_id: str, name: str, text: str, number: float | None) -> dict[str, Any]:
    return {"asset_id": asset_id, "name": name, "language": "", "text": text, "number": number}


def _version(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "asset_id": row["id"],
        "number": 1,
        "sha256": row["sha256"],
        "size": row["size"],
        "name": row["name"],
    }


def _asset_id(number: int) -> str:
    return f"019a0000-0000-7000-8000-{number:012x}"


def _lists(database: Database, options: argparse.Namespace) -> dict[str, float]:
    from service import schemas
    from service.access.viewer import OWNER
    from service.catalog.assets import Assets
    from service.record.fieldset import built_in

    assets = Assets(database, built_in())
    plain: list[float] = []
    filtered: list[float] = []
    for where in _QUESTIONS:
        for sort in ("-created", "name", "-size"):
            query = schemas.AssetQuery(limit=50, sort=sort, where=where)
            times = filtered if where else plain
            for page in _pages(lambda asked: assets.page(OWNER, asked), query, options.rounds):
                times.append(page)
    return {
        "list_p95_ms": _p95(plain),
        "filter_p95_ms": _p95(filtered),
        "list_p50_ms": sorted(plain)[len(plain) // 2],
        "filter_p50_ms": sorted(filtered)[len(filtered) // 2],
    }


def _pages(ask: Callable[[Any], Any], query: Any, rounds: int) -> Iterator[float]:
    """Milliseconds of the first page, and of those that follow it."""
    for _ in range(rounds):
        started = time.perf_counter()
        answer = ask(query)
        yield (time.perf_counter() - started) * 1000
        query = query.model_copy(update={"cursor": answer.next_cursor})


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def _edit(database: Database, records: int) -> float:
    from service.access.viewer import OWNER
    from service.record.edits import parse_edit
    from service.record.fieldset import built_in
    from service.records.editor import RecordEditor

    fields = built_in()
    editor = RecordEditor(database, fields, OWNER)
    step = max(1, records // _EDITED)
    chosen = [_asset_id(number) for number in range(0, records, step)][:_EDITED]
    started = time.perf_counter()
    editor.edit_all(chosen, [parse_edit("credit=Slow Fox Coffee", fields)])
    return (time.perf_counter() - started) * (_EDITED / max(1, len(chosen)))
