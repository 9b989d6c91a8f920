"""Duplicates among the videos of the catalog: saved again, trimmed, letterboxed."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from pipelines.duplicates.video_prints import VideoPrint
from pipelines.duplicates.video_task import from_bytes
from pipelines.duplicates.videos import candidates, match
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.originals import original_of
from service.catalog.tables import Asset
from service.duplicates.cache import PrintCache
from service.duplicates.links import Found, LinkStore
from service.duplicates.progress import Progress
from service.errors import NotFound
from service.media.pool import MediaPool

METHOD = "videos-1"
"""Written beside what was found; another number has all videos looked at anew."""

_PAIRS_AT_ONCE = 50
_FOR_GOOD = frozenset({"corrupt", "crashed", "out_of_memory", "timed_out", "too_large"})
"""Failures that come again, and cost much time."""


class VideoFinder:
    """Finds links among all videos and stores them.

    Args:
        media: the limited process that videos are decoded in.
    """

    def __init__(
        self, database: Database, blobs: BlobStore, cache: PrintCache, media: MediaPool
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._cache = cache
        self._media = media

    def find(self, store: LinkStore, progress: Progress) -> int:
        """Compare the videos that have frames in common; how many pairs were looked at."""
        prints = self._prints(progress)
        names = sorted(prints)
        listed = [prints[name] for name in names]
        known = store.known(METHOD)
        pairs = [
            (one, other)
            for one, other in sorted(candidates(listed))
            if (names[one], names[other]) not in known
        ]
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            progress("Comparing videos", start, len(pairs))
            found = []
            for one, other in pairs[start : start + _PAIRS_AT_ONCE]:
                verdict = match(listed[one], listed[other])
                if verdict is not None:
                    kind, score, evidence = verdict
                    found.append(Found(names[one], names[other], kind, score, asdict(evidence)))
            store.add(METHOD, found)
        return len(pairs)

    def _prints(self, progress: Progress) -> dict[str, VideoPrint]:
        wanted = (
            select(Asset)
            .where(Asset.kind == "video", Asset.state == "ready", Asset.trashed_at.is_(None))
            .order_by(Asset.sha256, Asset.id)
        )
        with self._database.read() as session:
            assets = {asset.sha256: asset for asset in session.scalars(wanted)}
        self._cache.forget_clips(assets)
        found: dict[str, VideoPrint] = {}
        for place, (sha256, asset) in enumerate(assets.items()):
            data = self._cache.clip(sha256, METHOD)
            if data is None:
                progress("Looking at videos", place, len(assets))
                data = self._made(asset)
                if data is None:
                    continue
                self._cache.keep_clip(sha256, METHOD, data)
            if data:
                found[sha256] = from_bytes(data)
        return found

    def _made(self, asset: Asset) -> bytes | None:
        """The print of a video; empty where it has no pictures, None where to try again."""
        try:
            path = original_of(asset, self._blobs)
        except (NotFound, OSError):
            return None
        seen = self._media.get().work(path, "video_print", name=asset.name)
        made = next((file.data for file in seen.files if file.kind == "print"), None)
        if made is None and seen.failure is not None and seen.failure.code not in _FOR_GOOD:
            return None
        return made or b""
