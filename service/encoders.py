"""The models of a running Magpie: chosen by settings, loaded when first needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from models import licences, registry, runtime
from models.base import TextEncoder, VisualEncoder
from models.calibration import Calibration, calibration
from models.descriptor import ModelDescriptor
from models.pixels import DEFAULT_FIT, Fit
from service.home import Home
from service.settings import Settings


class Encoders:
    """One text and one visual model. Making this checks licences and loads nothing.

    Raises:
        UnknownModelError, LicenceError: a model that is not there, or not permitted.
        ModelError: the device that was asked for is not there.
    """

    def __init__(self, settings: Settings) -> None:
        runtime.use_device(settings.device)
        self._threads = settings.encoder_threads
        self._folders = (Home(settings.home).models,)
        self.text_descriptor = _permitted(settings.text_model, settings, self._folders)
        self.visual_descriptor = _permitted(settings.visual_model, settings, self._folders)

    @property
    def fit(self) -> Fit:
        """How the visual model takes pictures."""
        return self.visual_descriptor.fit or DEFAULT_FIT

    @cached_property
    def calibration(self) -> Calibration:
        """What the visual model's cosines mean."""
        return calibration(self.visual_descriptor)

    def text(self) -> TextEncoder:
        """The encoder of the space ``text``."""
        from models.load import load_text

        return load_text(self.text_descriptor.name, threads=self._threads, folders=self._folders)

    def visual(self) -> VisualEncoder:
        """The encoder of the spaces ``visual`` and ``look``."""
        from models.load import load_visual

        return load_visual(
            self.visual_descriptor.name, threads=self._threads, folders=self._folders
        )


def _permitted(name: str, settings: Settings, folders: tuple[Path, ...]) -> ModelDescriptor:
    descriptor = registry.get(name, folders)
    licences.require(descriptor, settings.licence_policy)
    return descriptor
