"""The models in use, for everything but searches: what new files are encoded with."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from models.base import TextEncoder, VisualEncoder
from models.descriptor import ModelDescriptor
from models.pixels import Fit
from service.errors import Unavailable
from service.generations.serving import Switchboard

_LOOK_S = 0.2


class ModelsInUse:
    """The models of the generation that answers. Thread safe.

    What is read for a model is encoded and saved under its name some time later, so models
    change only between such uses.
    """

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._changed = threading.Condition()
        self._uses = 0
        self._changing = False

    def text(self) -> TextEncoder:
        """The encoder of the space ``text``."""
        return self._board.serving.encoders.text()

    def visual(self) -> VisualEncoder:
        """The encoder of the spaces ``visual`` and ``look``."""
        return self._board.serving.encoders.visual()

    @property
    def visual_descriptor(self) -> ModelDescriptor:
        """What is known about the visual model, without loading it."""
        return self._board.serving.encoders.visual_descriptor

    @property
    def fit(self) -> Fit:
        """How the visual model takes pictures."""
        return self._board.serving.fit

    def of_space(self, space: str) -> str:
        """The model behind a space, as ``name@revision``."""
        return self._board.serving.models.of_space(space)

    @property
    def stage_key(self) -> str:
        """What marks contents that were read, and encoded by these models."""
        return self._board.serving.stage_key

    def begin_use(self) -> None:
        """Before reading for them: the models stay until ``end_use``; waits while they change."""
        with self._changed:
            self._changed.wait_for(lambda: not self._changing)
            self._uses += 1

    def end_use(self, uses: int = 1) -> None:
        """After what was encoded is saved, or given up."""
        with self._changed:
            self._uses -= uses
            self._changed.notify_all()

    @contextlib.contextmanager
    def use(self) -> Iterator[None]:
        """Encode and save in here."""
        self.begin_use()
        try:
            yield
        finally:
            self.end_use()

    @contextlib.contextmanager
    def between_uses(self, stopped: Callable[[], bool]) -> Iterator[None]:
        """Change the models in here: nothing is read or encoded that is not saved.

        Raises:
            Unavailable: ``stopped`` while waiting for others to save.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._changing)
            self._changing = True
        try:
            with self._changed:
                while not self._changed.wait_for(lambda: not self._uses, timeout=_LOOK_S):
                    if stopped():
                        raise Unavailable("Magpie is closing; the models stay as they are.")
            yield
        finally:
            with self._changed:
                self._changing = False
                self._changed.notify_all()
