"""The values of a record: what its bytes say, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pipelines.analysis import Value
from pipelines.sidecars import with_sidecar
from service.catalog.tables import Asset, AssetValue, ContentValue


def values_of(session: Session, asset: Asset) -> tuple[Value, ...]:
    """All values of an asset in one order, what counts most first."""
    return values_of_all(session, [asset])[asset.id]


def values_of_all(session: Session, assets: Sequence[Asset]) -> dict[str, tuple[Value, ...]]:
    """The same of many assets at once, by their ids."""
    embedded: dict[str, list[Value]] = {}
    for stored in session.scalars(
        select(ContentValue)
        .where(ContentValue.sha256.in_({asset.sha256 for asset in assets}))
        .order_by(ContentValue.id)
    ):
        embedded.setdefault(stored.sha256, []).append(_value(stored))
    beside: dict[str, list[Value]] = {}
    for added in session.scalars(
        select(AssetValue)
        .where(AssetValue.asset_id.in_([asset.id for asset in assets]))
        .order_by(AssetValue.id)
    ):
        beside.setdefault(added.asset_id, []).append(_value(added))
    found: dict[str, tuple[Value, ...]] = {}
    for asset in assets:
        own = tuple(embedded.get(asset.sha256, ()))
        found[asset.id] = with_sidecar(own, beside[asset.id]) if asset.id in beside else own
    return found


def title_of(values: Sequence[Value]) -> str | None:
    """The first title among some values."""
    return next((str(value.value) for value in values if value.name == "title"), None)


def replace_asset_values(session: Session, asset_id: str, values: Sequence[Value]) -> None:
    """Let an asset have these values beside those of its bytes, and no others."""
    session.execute(delete(AssetValue).where(AssetValue.asset_id == asset_id))
    if values:
        session.execute(
            insert(AssetValue), [{"asset_id": asset_id, **row(value)} for value in values]
        )


def row(value: Value) -> dict[str, Any]:
    """A value as the columns that both tables of values share."""
    return {
        "name": value.name,
        "value": value.value,
        "source": value.source,
        "model": value.model,
        "confidence": value.confidence,
        "evidence": value.evidence,
    }


def _value(stored: ContentValue | AssetValue) -> Value:
    value = stored.value
    return Value(
        stored.name,
        tuple(value) if isinstance(value, list) else value,
        stored.source,  # type: ignore[arg-type]
        stored.model,
        stored.confidence,
        stored.evidence,
    )
