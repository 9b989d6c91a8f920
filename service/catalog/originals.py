"""Where the bytes of assets lie: in the store, or still where they came from."""

from __future__ import annotations

from pathlib import Path

from service.blobs import BlobStore
from service.catalog.tables import Asset
from service.errors import NotFound
from service.ingest.moves import present


def original_of(asset: Asset, blobs: BlobStore) -> Path:
    """The file of an asset; raises NotFound where it is gone, or is another one by now.

    A file in place that has changed holds what nobody has read and no access rule has seen.
    """
    if asset.in_place:
        path = present(asset.origin or "", asset.missing_at)
        status = path.stat()
        if (status.st_size, status.st_mtime_ns) != (asset.size, asset.modified_ns):
            raise NotFound(f"{path.name} has changed since it was read; ingest it again.")
        return path
    return blobs.find(asset.sha256)
