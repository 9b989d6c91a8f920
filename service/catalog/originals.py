"""Where the bytes of assets lie: in the store, or still where they came from."""

from __future__ import annotations

from pathlib import Path

from service.blobs import BlobStore
from service.catalog.tables import Asset
from service.ingest.moves import present


def original_of(asset: Asset, blobs: BlobStore) -> Path:
    """The file of an asset; raises NotFound where it is gone."""
    if asset.in_place:
        return present(asset.origin or "", asset.missing_at)
    return blobs.find(asset.sha256)
