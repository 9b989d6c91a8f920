"""Changes of the tags of many assets, some in one transaction, told step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.generations.in_use import ModelsInUse
from service.schemas import EditExample
from service.tags.listing import named
from service.tags.rows import Changes
from service.tags.schemas import Tagged
from service.tags.state import alone_with

_CHUNK = 64
_EXAMPLES = 10

Step = Callable[[Session, Sequence[str], Tagged], None]
"""Changes some assets, and adds to what was done."""


def in_steps(
    database: Database,
    models: ModelsInUse,
    viewer: Viewer,
    asset_ids: Sequence[str],
    step: Step,
    *,
    batch_id: str,
) -> Iterator[Tagged]:
    """Do something with many assets; tells before the first and after each transaction.

    What the viewer may not see, or is gone, is left out.

    Args:
        batch_id: of the run; empty to write nothing.
    """
    done = Tagged(batch_id=batch_id, total=len(asset_ids), matched=0, changed=0)
    yield done
    for start in range(0, len(asset_ids), _CHUNK):
        chunk = asset_ids[start : start + _CHUNK]
        with models.use(), database.write() if batch_id else database.read() as session:
            if batch_id:
                alone_with(session, chunk)
            seen = select(Asset.id).where(Asset.id.in_(chunk), *seen_assets(viewer))
            step(session, session.scalars(seen.order_by(Asset.id)).all(), done)
        done.matched += len(chunk)
        yield done


def told(steps: Iterable[Tagged], on_change: Callable[[], None]) -> Iterator[Tagged]:
    """Copies of the steps; the last one, told twice, says that it is the last."""
    done: Tagged | None = None
    for done in steps:
        if done.changed and done.batch_id:
            on_change()
        yield done.model_copy(update={"finished": False}, deep=True)
    assert done is not None
    yield done


def count(session: Session, done: Tagged, changes: Changes) -> None:
    """Add changes to what was done."""
    counts = changes.counts
    done.changed += len(changes.assets)
    done.given += counts["given"]
    done.suggested += counts["suggested"]
    done.taken += counts["taken"]
    wanted = sorted(changes.assets)[: max(_EXAMPLES - len(done.examples), 0)]
    if wanted:
        done.examples.extend(_examples(session, wanted, changes))


def _examples(
    session: Session, asset_ids: Sequence[str], changes: Changes
) -> Iterator[EditExample]:
    keys = [row.key for row in changes.ended] + [key for _, key, _ in changes.said]
    labels = named(session, keys)
    rows = select(Asset.id, Asset.name).where(Asset.id.in_(asset_ids)).order_by(Asset.id)
    for asset in session.execute(rows):
        before = [_worded(labels[r.key], r.state) for r in changes.ended if r.asset_id == asset.id]
        after = [
            _worded(labels[key], said.state) for id_, key, said in changes.said if id_ == asset.id
        ]
        yield EditExample(name=asset.name, before={"tags": before}, after={"tags": after})


def _worded(label: str, state: str) -> str:
    return label if state == "accepted" else f"{label} ({state})"
