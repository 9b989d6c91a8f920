"""Styles, scripts and drawings under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from fastapi import Response

from service.errors import NotFound

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """The files of one folder, kept in memory: they are few and small.

    All share one version, the hash of all of them, so that scripts may import each other
    by relative addresses and still be kept for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.name: (path.read_bytes(), _MEDIA_TYPES[path.suffix])
            for path in sorted(folder.iterdir())
            if path.suffix in _MEDIA_TYPES
        }
        digest = hashlib.sha256()
        for name, (content, _) in self._files.items():
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """The address of a file, for templates; raises KeyError for a name without one."""
        self._files[name]
        return f"/static/{self.version}/{name}"

    def response(self, version: str, name: str, *, zipped: bool) -> Response:
        """A file, for clients that take gzip in that. An older version gets today's content,
        which is not to be kept.

        Raises:
            NotFound: there is no such file.
        """
        if name not in self._files:
            raise NotFound(f"There is no file {name}; reload the page.")
        content, media_type = self._files[name]
        return Response(
            gzip.compress(content, mtime=0) if zipped else content,
            media_type=media_type,
            headers={
                "Vary": "Accept-Encoding",
                **({"Content-Encoding": "gzip"} if zipped else {}),
                "Cache-Control": _FOR_EVER if version == self.version else "no-cache",
                "X-Content-Type-Options": "nosniff",
            },
        )
