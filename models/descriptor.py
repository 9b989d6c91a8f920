"""What is known about a model without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.pixels import Fit

Task = Literal["text", "visual", "ocr", "speech"]
Commercial = Literal["yes", "no", "unclear"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, and how to tell that it is the right one.

    Attributes:
        role: what the file is for (``encoder``, ``query``, ``tokenizer``, ``recipe``,
            ``calibration``).
        path: path inside ``package``; an absolute path where ``package`` is empty.
        package: import name of the package that carries the file.
        sha256: hexadecimal SHA-256 of its bytes.
        size: its length in bytes.
    """

    role: str
    path: str
    package: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelDescriptor:
    """A model as settings, licences and the index know it.

    Attributes:
        name: what settings call it.
        task: ``text``, ``visual``, ``ocr`` or ``speech``.
        dimension: length of the vectors it makes (space ``text`` or ``visual``); 0 for OCR and
            speech.
        look_dimension: length of the vectors of the space ``look``; 0 for text models.
        fit: how a picture becomes the pixels it takes; None for models that see none.
        source: where the weights come from, for a reader.
        revision: changes whenever the vectors change.
        files: what it is made of.
        licence: of the weights, and of the data behind them where that limits their use.
        commercial: whether that licence allows commercial use.
        note: one sentence on what it is good for.
    """

    name: str
    task: Task
    dimension: int
    look_dimension: int
    fit: Fit | None
    source: str
    revision: str
    files: tuple[ModelFile, ...]
    licence: str
    commercial: Commercial
    note: str

    def file(self, role: str) -> ModelFile:
        """The file with that role; KeyError where the model has none."""
        for file in self.files:
            if file.role == role:
                return file
        raise KeyError(role)
