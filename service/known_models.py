"""The models that a home knows: what they are, their terms, whether they are there."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from models import licences, registry, weights
from models.descriptor import ModelDescriptor
from models.errors import WeightsError
from models.ocr.descriptor import PP_OCR
from models.speech.descriptor import WHISPER_TINY
from service.home import Home
from service.settings import Settings


class KnownModel(BaseModel):
    """A model as people choose it."""

    name: str
    task: str = Field(description="`text`, `visual`, `ocr` or `speech`.")
    dimension: int = Field(description="Length of its vectors; 0 for OCR and speech.")
    size: int = Field(description="Bytes of its files.")
    licence: str
    commercial: str = Field(description="Whether commercial use is allowed: yes, no, unclear.")
    permitted: bool = Field(description="Whether MAGPIE_LICENCE_POLICY lets it in.")
    installed: bool = Field(description="Whether its files are there.")
    in_use: bool
    source: str
    revision: str
    note: str


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where the owner's models stand."""
    return (Home(settings.home).models,)


def descriptors(settings: Settings) -> list[ModelDescriptor]:
    """All models, installed or not, in alphabetical order."""
    names = {PP_OCR.name, WHISPER_TINY.name, *registry.names(folders(settings))}
    return [registry.get(name, folders(settings)) for name in sorted(names)]


def known_models(settings: Settings, used: frozenset[str]) -> list[KnownModel]:
    """What is known about every model.

    Args:
        settings: of the home.
        used: names of the models in use.
    """
    return [
        KnownModel(
            name=each.name,
            task=each.task,
            dimension=each.dimension,
            size=sum(file.size for file in each.files),
            licence=each.licence,
            commercial=each.commercial,
            permitted=licences.allowed(each, settings.licence_policy),
            installed=_installed(each),
            in_use=each.name in used,
            source=each.source,
            revision=each.revision,
            note=each.note,
        )
        for each in descriptors(settings)
    ]


def _installed(descriptor: ModelDescriptor) -> bool:
    try:
        for file in descriptor.files:
            weights.locate(file)
    except WeightsError:
        return False
    return True
