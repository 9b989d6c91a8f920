"""Opening the generation that answers when Magpie starts, whatever became of it meanwhile."""

from __future__ import annotations

import logging

from models.errors import LicenceError, UnknownModelError
from service.catalog.tables import Generation
from service.encoders import Encoders
from service.generations.ledger import Ledger
from service.generations.serving import Serving
from service.index.base import Generations, IndexDamaged, IndexUnavailable, Schema
from service.ingest.points import index_schema
from service.settings import Settings
from service.space_models import SpaceModels

_log = logging.getLogger(__name__)


def schema_of(encoders: Encoders) -> Schema:
    """What points hold that these models make."""
    text, visual = encoders.text_descriptor, encoders.visual_descriptor
    return index_schema(visual=visual.dimension, look=visual.look_dimension, text=text.dimension)


def models_of(encoders: Encoders) -> SpaceModels:
    """The models of the spaces."""
    return SpaceModels.of(text=encoders.text_descriptor, visual=encoders.visual_descriptor)


def encoders_of(generation: Generation, settings: Settings) -> Encoders:
    """The models that made the vectors of a generation.

    Raises:
        UnknownModelError, LicenceError: one is not there any more, or not permitted.
    """
    names = {
        "text_model": generation.text_model.rpartition("@")[0],
        "visual_model": generation.visual_model.rpartition("@")[0],
    }
    encoders = Encoders(settings.model_copy(update=names))
    if models_of(encoders) != SpaceModels(generation.text_model, generation.visual_model):
        raise UnknownModelError(
            f"The models of the index {generation.name} were replaced by newer revisions."
        )
    return encoders


def open_serving(settings: Settings, ledger: Ledger, generations: Generations) -> Serving:
    """The generation that answers.

    One that cannot be used any more, because its files or models are gone, is begun anew
    and filled from the catalog, which has all vectors.

    Raises:
        UnknownModelError, LicenceError: the settings name a model that cannot be used.
        IndexUnavailable: the generation is open in another process.
    """
    current = ledger.in_state("current")
    encoders = _usable(current, settings) if current is not None else None
    if current is None or encoders is None:
        return begin_serving(Encoders(settings), ledger, generations)
    ledger.renew_points()
    try:
        index = generations.open(current.name, schema_of(encoders))
        return Serving(current.name, models_of(encoders), encoders, index)
    except IndexDamaged as error:
        _log.warning("%s It is built again from the catalog now.", error)
        return begin_serving(encoders, ledger, generations)


def begin_serving(encoders: Encoders, ledger: Ledger, generations: Generations) -> Serving:
    """A new generation that answers while it is filled from the catalog."""
    models = models_of(encoders)
    name = ledger.begin_current(models)
    index = generations.create(name, schema_of(encoders))
    return Serving(name, models, encoders, index)


def drop_forgotten(ledger: Ledger, generations: Generations) -> None:
    """Delete generations that the catalog does not know any more."""
    known = {each.name for each in ledger.all()}
    try:
        for name in generations.names():
            if name not in known:
                generations.drop(name)
    except IndexUnavailable as error:
        _log.info("Old generations of the index stay for now: %s", error)


def _usable(generation: Generation, settings: Settings) -> Encoders | None:
    try:
        return encoders_of(generation, settings)
    except (UnknownModelError, LicenceError) as error:
        _log.warning("%s The index is built again with the models of the settings.", error)
        return None
