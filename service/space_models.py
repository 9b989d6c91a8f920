"""Which model, in which revision, stands behind each vector space."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from models.descriptor import ModelDescriptor


@dataclass(frozen=True, slots=True)
class SpaceModels:
    """Names with revisions (``name@revision``), written beside every vector.

    Vectors of different revisions must never be compared.
    """

    text: str
    visual: str

    @classmethod
    def of(cls, *, text: ModelDescriptor, visual: ModelDescriptor) -> SpaceModels:
        """The names of two models."""
        return cls(f"{text.name}@{text.revision}", f"{visual.name}@{visual.revision}")

    def of_space(self, space: str) -> str:
        """The model behind a space: ``text``, ``visual`` or ``look``."""
        return self.text if space == "text" else self.visual

    @property
    def digest(self) -> str:
        """What the names of generations with these models' vectors begin with."""
        return hashlib.sha256(f"{self.text} {self.visual}".encode()).hexdigest()[:16]
