"""What answers questions: one generation of the index with the models that belong to it.

Index and models change together, in one assignment. A question leases the whole for its
time, so none compares vectors of different models, and an index is closed only when the last
question that uses it is answered.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from models.pixels import Fit
from pipelines.stages import content_key
from service.encoders import Encoders
from service.index.base import VectorIndex
from service.space_models import SpaceModels


@dataclass(frozen=True, slots=True)
class Serving:
    """A generation that can answer.

    Attributes:
        name: of the generation.
        models: that made its vectors.
        encoders: the same models, for questions and new files.
        index: holds the vectors.
    """

    name: str
    models: SpaceModels
    encoders: Encoders
    index: VectorIndex

    @property
    def fit(self) -> Fit:
        """How the visual model takes pictures."""
        return self.encoders.fit

    @property
    def stage_key(self) -> str:
        """What marks contents that were read, and encoded by these models."""
        encoders = self.encoders
        return content_key(text=encoders.text_descriptor, visual=encoders.visual_descriptor)


class Switchboard:
    """Which generation answers. Thread safe."""

    def __init__(self, serving: Serving) -> None:
        self._lock = threading.Lock()
        self._serving = serving
        self._leases: dict[str, int] = {}
        self._retired: dict[str, Serving] = {}

    @property
    def serving(self) -> Serving:
        """The generation that answers now; may be closed at any time, unlike a leased one."""
        return self._serving

    @contextlib.contextmanager
    def lease(self) -> Iterator[Serving]:
        """The generation that answers, which stays open until the lease ends."""
        with self._lock:
            serving = self._serving
            self._leases[serving.name] = self._leases.get(serving.name, 0) + 1
        try:
            yield serving
        finally:
            with self._lock:
                self._leases[serving.name] -= 1
                unused = self._unused()
            _close(unused)

    def switch(self, serving: Serving) -> None:
        """Let another generation answer from now on; the old one is closed when unused."""
        with self._lock:
            self._retired[self._serving.name] = self._serving
            self._serving = serving
            unused = self._unused()
        _close(unused)

    def close(self) -> None:
        """Close every index."""
        with self._lock:
            everything = [*self._retired.values(), self._serving]
            self._retired.clear()
        _close(everything)

    def _unused(self) -> list[Serving]:
        names = [name for name in self._retired if not self._leases.get(name)]
        return [self._retired.pop(name) for name in names]


def _close(unused: list[Serving]) -> None:
    for serving in unused:
        serving.index.close()
