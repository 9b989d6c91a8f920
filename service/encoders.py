"""The models of a running Magpie: chosen by settings, loaded when first needed."""

from __future__ import annotations

from models import licences, registry
from models.base import TextEncoder, VisualEncoder
from models.descriptor import ModelDescriptor
from service.settings import Settings


class Encoders:
    """One text and one visual model. Making this checks licences and loads nothing."""

    def __init__(self, settings: Settings) -> None:
        self._threads = settings.encoder_threads
        self.text_descriptor = _permitted(settings.text_model, settings)
        self.visual_descriptor = _permitted(settings.visual_model, settings)

    def text(self) -> TextEncoder:
        """The encoder of the space ``text``."""
        from models.load import load_text

        return load_text(self.text_descriptor.name, threads=self._threads)

    def visual(self) -> VisualEncoder:
        """The encoder of the spaces ``visual`` and ``look``."""
        from models.load import load_visual

        return load_visual(self.visual_descriptor.name, threads=self._threads)


def _permitted(name: str, settings: Settings) -> ModelDescriptor:
    descriptor = registry.get(name)
    licences.require(descriptor, settings.licence_policy)
    return descriptor
