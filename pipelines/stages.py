"""Keys that tell whether a stage has to run again.

A key covers everything that a result depends on: the bytes, the stage's version, its model
and its settings. Raise a version whenever the stage's results change for the same input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Literal

from models.descriptor import ModelDescriptor

Stage = Literal["read", "words", "pictures", "ocr", "scenes", "speech", "proxy"]

VERSIONS: Mapping[Stage, int] = {
    "read": 4,
    "words": 1,
    "pictures": 2,
    "ocr": 1,
    "scenes": 1,
    "speech": 1,
    "proxy": 1,
}

Settings = Mapping[str, str | int | float | bool | None]


def stage_key(
    content_sha256: str,
    stage: Stage,
    model: ModelDescriptor | None = None,
    settings: Settings | None = None,
) -> str:
    """The key of one stage's result for some bytes: 64 hex digits.

    Args:
        content_sha256: of the file; empty for a key that is the same for all files.
        stage: whose version counts.
        model: the model that it runs, if any.
        settings: what else changes the result.
    """
    return _digest(
        [
            content_sha256,
            stage,
            VERSIONS[stage],
            [model.name, model.revision] if model else [],
            dict(sorted((settings or {}).items())),
        ]
    )


def content_key(
    *, text: ModelDescriptor, visual: ModelDescriptor, settings: Settings | None = None
) -> str:
    """The key of a whole analysis, the same for all files: 64 hex digits.

    Content analysed under another key has to be analysed again.
    """
    return _digest(
        [
            stage_key("", "read", settings=settings),
            stage_key("", "words", text),
            stage_key("", "pictures", visual),
        ]
    )


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
