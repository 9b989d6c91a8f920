"""What people ask of the index: other models, back again, build it anew, how it is."""

from __future__ import annotations

from models import registry
from models.descriptor import ModelDescriptor
from service import schemas
from service.catalog.tables import Generation
from service.encoders import Encoders
from service.errors import BadRequest
from service.generations.building import Builder
from service.generations.keeper import Keeper
from service.generations.ledger import Ledger
from service.generations.opening import models_of
from service.generations.serving import Switchboard
from service.home import Home
from service.index.base import Filter, IndexUnavailable
from service.settings import Settings


class IndexControl:
    """Starts what the keeper then does, and tells how far it is. Thread safe."""

    def __init__(
        self,
        *,
        settings: Settings,
        ledger: Ledger,
        board: Switchboard,
        builder: Builder,
        keeper: Keeper,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._board = board
        self._builder = builder
        self._keeper = keeper

    def use(self, name: str, role: schemas.ModelRole | None = None) -> schemas.Index:
        """Build the index for another model in the background, and switch to it then.

        Raises:
            UnknownModelError, LicenceError: there is none of that name, or it is not permitted.
            BadRequest: it is in use already, of another role, or a setting stands against it.
        """
        descriptor = registry.get(name, (Home(self._settings.home).models,))
        _check_role(descriptor, role)
        wanted = self._names() | {f"{descriptor.task}_model": name}
        self._check_settings(wanted)
        encoders = Encoders(self._settings.model_copy(update=wanted))
        if models_of(encoders) == self._board.serving.models:
            raise BadRequest(f"The model {name} is in use already.")
        self._ledger.begin(models_of(encoders))
        self._keeper.wake()
        return self.status()

    def follow_settings(self) -> None:
        """Begin to build for models that the settings name and the index has not."""
        wanted = self._names() | self._overrides()
        encoders = Encoders(self._settings.model_copy(update=wanted))
        models = models_of(encoders)
        building = self._ledger.in_state("building")
        known = building is not None and _made_by(building) == (models.text, models.visual)
        if models != self._board.serving.models and not known:
            self._ledger.begin(models)

    def rollback(self) -> schemas.Index:
        """Go back at once to the models before; what came in since is caught up after that.

        Raises:
            BadRequest: there is nothing to go back to, or a setting stands against it.
            IndexUnavailable, ModelError: the models or the index before are gone.
        """
        kept = self._ledger.in_state("kept")
        if kept is None:
            raise BadRequest(
                "There are no earlier models to go back to; `magpie models use` changes them."
            )
        text, visual = (model.rpartition("@")[0] for model in _made_by(kept))
        self._check_settings({"text_model": text, "visual_model": visual})
        self._builder.go_back(kept)
        self._keeper.wake()
        return self.status()

    def rebuild(self) -> schemas.Index:
        """Build the index anew from the catalog; what is half built already goes on."""
        models = self._board.serving.models
        building = self._ledger.in_state("building")
        if building is None or _made_by(building) != (models.text, models.visual):
            self._ledger.begin(models)
        else:
            self._ledger.explain(building.name, None)
        self._keeper.wake()
        return self.status()

    def forget_purged(self) -> None:
        """Let nothing of deleted points stay on the disk: what was kept goes, the rest anew.

        The index marks points as deleted and drops their vectors only when it is written
        anew, which goes on in the background.
        """
        kept = self._ledger.in_state("kept")
        if kept is not None:
            self._ledger.forget(kept.name)
        self._ledger.begin(self._board.serving.models)
        self._keeper.wake()

    def stop(self) -> schemas.Index:
        """Give up what is being built; what answers stays as it is."""
        building = self._ledger.in_state("building")
        if building is not None:
            self._ledger.forget(building.name)
        return self.status()

    def status(self) -> schemas.Index:
        """How the index is, and how far the next one."""
        with self._board.lease() as serving:
            points, message = None, None
            try:
                points = serving.index.count(Filter())
            except IndexUnavailable as error:
                message = str(error)
            waiting = self._ledger.outbox_size() + self._ledger.backlog_size(serving.name)
        building, kept = self._ledger.in_state("building"), self._ledger.in_state("kept")
        return schemas.Index(
            generation=serving.name,
            text_model=serving.models.text,
            visual_model=serving.models.visual,
            points=points,
            message=message,
            waiting=waiting,
            faults=self._ledger.faults(),
            next=self._next(building) if building is not None else None,
            kept=_models(kept) if kept is not None else None,
        )

    def _next(self, building: Generation) -> schemas.NextIndex:
        left = self._ledger.backlog_size(building.name)
        return schemas.NextIndex(
            generation=building.name,
            text_model=building.text_model,
            visual_model=building.visual_model,
            total=max(building.total, left),
            done=max(building.total, left) - left,
            problem=building.reason,
        )

    def _names(self) -> dict[str, str]:
        encoders = self._board.serving.encoders
        return {
            "text_model": encoders.text_descriptor.name,
            "visual_model": encoders.visual_descriptor.name,
        }

    def _overrides(self) -> dict[str, str]:
        """Models that the settings name themselves, rather than by default."""
        chosen = self._settings.model_fields_set & {"text_model", "visual_model"}
        return {name: str(getattr(self._settings, name)) for name in chosen}

    def _check_settings(self, wanted: dict[str, str]) -> None:
        for name, model in self._overrides().items():
            if wanted[name] != model:
                raise BadRequest(
                    f"MAGPIE_{name.upper()} asks for {model}; change or remove that setting first."
                )


def _check_role(descriptor: ModelDescriptor, role: schemas.ModelRole | None) -> None:
    if descriptor.task not in ("text", "visual"):
        raise BadRequest(f"{descriptor.name} makes no vectors; MAGPIE_OCR chooses who reads text.")
    if role is not None and role != descriptor.task:
        raise BadRequest(f"{descriptor.name} is a {descriptor.task} model, not a {role} model.")


def _made_by(generation: Generation) -> tuple[str, str]:
    return generation.text_model, generation.visual_model


def _models(generation: Generation) -> schemas.KeptIndex:
    return schemas.KeptIndex(
        generation=generation.name,
        text_model=generation.text_model,
        visual_model=generation.visual_model,
    )
