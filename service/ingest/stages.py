"""Later stages: work that makes a file better known after it can already be found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from pipelines.analysis import Analysis


class LaterStage(Protocol):
    """A stage that adds units to an analysis, such as text recognition.

    Attributes:
        name: short; its units' keys start with ``name:``.
        key: changes whenever its results would, for the same targets.
        enabled: whether settings let it run; what is wanted is noted all the same.
    """

    name: str
    key: str
    enabled: bool

    def targets(self, analysis: Analysis) -> Sequence[Any]:
        """What in an analysis wants this stage, as JSON values; empty where nothing does."""

    def run(self, path: Path, name: str, targets: Sequence[Any]) -> Analysis:
        """The units (without vectors) that the stage finds in some targets of a file."""


class CannotRun(Exception):
    """A stage cannot run on a file, now or later; the message says why."""
