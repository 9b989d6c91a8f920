"""What a request needs to be allowed: to read, to change things, or to administer.

An address that is not written down here is for admins alone, so that a new one cannot be
forgotten.
"""

from __future__ import annotations

from service.access.viewer import Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_SHARED = frozenset(
    {
        "/v1/analyze",
        "/v1/assets",
        "/v1/collections",
        "/v1/documents",
        "/v1/downloads",
        "/v1/duplicates",
        "/v1/edits",
        "/v1/events",
        "/v1/export",
        "/v1/fields",
        "/v1/import",
        "/v1/jobs",
        "/v1/me",
        "/v1/merges",
        "/v1/openapi.json",
        "/v1/presets",
        "/v1/search",
        "/v1/terms",
        "/v1/tags",
        "/v1/uploads",
        "/v1/vocabularies",
        # The pages for people.
        "/",
        "/assets",
        "/examples",
    }
)
"""Areas where readers read and editors change; what they see of them is the hub's business."""

_QUESTIONS = frozenset(
    {
        "/examples",
        "/v1/analyze/classify",
        "/v1/analyze/summarize",
        "/v1/analyze/tags",
        "/v1/assets/check",
        "/v1/analyze/extract",
        "/v1/downloads",
        "/v1/search",
        "/v1/search/by-file",
    }
)
"""Posts that change nothing."""


def needed(method: str, path: str) -> Scope:
    """The right that a request needs, by its method and path."""
    if _area(path) not in _SHARED:
        return "admin"
    if method in SAFE_METHODS or (method == "POST" and path in _QUESTIONS):
        return "read"
    return "write"


def _area(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:3] if parts[1:2] == ["v1"] else parts[:2])
