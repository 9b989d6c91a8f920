"""Larger pictures of assets: drawn when they are first asked for, and kept for a while."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from pipelines.analysis import Analysis
from pipelines.pool import ReaderPool
from pipelines.video.keys import POSTER
from service import schemas
from service.blobs import storage_full_explained
from service.catalog.database import Database
from service.catalog.tables import Unit
from service.errors import NotFound

SIDE = 1024
"""Longest side of a preview in pixels."""

_MOST_BYTES = 512 * 2**20
_QUALITY = 85
_PICTURES = ("image", "scene", "page", "embedded_image")


class Previews:
    """A folder of JPEGs, named by the hash of the content and the page. Thread safe.

    It holds at most half a gigabyte; what was asked for longest ago goes first.
    """

    def __init__(self, folder: Path, database: Database, pool: ReaderPool) -> None:
        self._folder = folder
        self._database = database
        self._pool = pool
        self._lock = threading.Lock()
        self._drawing: dict[str, threading.Lock] = {}
        self._size: int | None = None

    def of(self, path: Path, asset: schemas.Asset, page: int) -> Path:
        """Where the preview of an asset lies, whose bytes lie at ``path``; raises NotFound."""
        return self._kept(asset.sha256, page, lambda: self._draw(path, asset, page))

    def of_file(self, path: Path, sha256: str, name: str) -> Path:
        """Where the preview of a picture lies that was not read; raises NotFound."""
        return self._kept(sha256, 1, lambda: self._close_up(path, "image", name))

    def _kept(self, sha256: str, page: int, draw: Callable[[], bytes]) -> Path:
        target = self._folder / sha256[:2] / f"{sha256}-{page}.jpg"
        if not _touched(target):
            # Asked for twice at once, it is drawn once.
            with self._only_one(target.name):
                if not _touched(target):
                    self._keep(target, draw())
        return target

    def forget(self, sha256: str) -> None:
        """Remove every preview of some content."""
        for file in (self._folder / sha256[:2]).glob(f"{sha256}-*.jpg"):
            file.unlink(missing_ok=True)

    def _draw(self, path: Path, asset: schemas.Asset, page: int) -> bytes:
        if asset.media_type == "application/pdf":
            drawn = self._pool.draw_page(path, page, side=SIDE)
            if drawn.preview is not None:
                return drawn.preview.thumbnail
            raise _cannot_be_drawn(drawn)
        key = POSTER if asset.kind == "video" else self._picture(asset.sha256, page)
        return self._close_up(path, key, asset.name)

    def _close_up(self, path: Path, key: str, name: str) -> bytes:
        seen = self._pool.close_ups(path, [key], side=SIDE, name=name)
        if not seen.units or seen.units[0].picture is None or seen.units[0].picture.pixels is None:
            raise _cannot_be_drawn(seen)
        return _jpeg(seen.units[0].picture.pixels)

    def _picture(self, sha256: str, page: int) -> str:
        """The key of the unit that shows a page, or of the first picture."""
        pictures = (
            select(Unit.key)
            .where(Unit.sha256 == sha256, Unit.kind.in_(_PICTURES), Unit.width.is_not(None))
            .order_by(Unit.id)
            .limit(1)
        )
        if page > 1:
            pictures = pictures.where(Unit.page == page)
        with self._database.read() as session:
            key = session.scalar(pictures)
        if key is None:
            raise NotFound("There is no picture to show of this asset or page.")
        return key

    def _keep(self, target: Path, data: bytes) -> None:
        with storage_full_explained():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{uuid.uuid4().hex}.partial")
            try:
                partial.write_bytes(data)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        with self._lock:
            if self._size is None:
                self._size = sum(size for _, size, _ in self._files())
            else:
                self._size += len(data)
            if self._size > _MOST_BYTES:
                self._size = self._shrink()

    def _shrink(self) -> int:
        """Remove what was asked for longest ago until three quarters are left; what is left."""
        files = sorted(self._files())
        size = sum(each[1] for each in files)
        for _, bytes_, file in files:
            if size <= _MOST_BYTES * 3 // 4:
                break
            file.unlink(missing_ok=True)
            size -= bytes_
        return size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for file in self._folder.glob("*/*"):
            try:
                status = file.stat()
            except FileNotFoundError:
                continue
            yield status.st_mtime, status.st_size, file

    @contextmanager
    def _only_one(self, name: str) -> Iterator[None]:
        with self._lock:
            drawing = self._drawing.setdefault(name, threading.Lock())
        try:
            with drawing:
                yield
        finally:
            with self._lock:
                self._drawing.pop(name, None)


def _touched(file: Path) -> bool:
    """Note that a file is asked for; whether it is there."""
    try:
        os.utime(file)
    except FileNotFoundError:
        return False
    return True


def _cannot_be_drawn(seen: Analysis) -> NotFound:
    if seen.failure is not None:
        return NotFound(f"There is no preview: {seen.failure.reason}")
    return NotFound("There is no picture to show of this asset or page.")


def _jpeg(pixels: object) -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY)  # type: ignore[arg-type]
    return buffer.getvalue()
