"""Adds a model of another project to a folder of models: exported once, checked, described."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from pathlib import Path

from models import registry
from models.descriptor import Commercial, ModelDescriptor
from models.errors import ModelError, UnknownModelError
from models.export.files import describe
from models.export.sources import CLIP, parse, require_torch, short_name
from models.weights import digest


def add(
    spec: str,
    folder: Path,
    *,
    name: str = "",
    licence: str = "",
    commercial: Commercial | None = None,
) -> ModelDescriptor:
    """Export a model into ``folder/NAME``; it appears there whole or not at all.

    Args:
        spec: ``sentence-transformers:NAME_OR_FOLDER``, ``open_clip:ARCH:TAG_OR_FILE`` or
            ``open_clip:FOLDER``.
        folder: of the owner's models.
        name: what settings will call it; made from ``spec`` where empty.
        licence, commercial: its terms, where its model card does not state them.

    Raises:
        ModelError: it cannot be fetched or exported, or the name is taken.
        WeightsError: its weights could run code when opened.
    """
    library, model = parse(spec)
    require_torch()
    name = short_name(name or model)
    _require_new(name, folder)
    partial = folder / f".{name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        descriptor, files = _export(library, model, name, partial)
        if licence:
            descriptor = dataclasses.replace(descriptor, licence=licence, commercial="unclear")
        if commercial is not None:
            descriptor = dataclasses.replace(descriptor, commercial=commercial)
        descriptor = dataclasses.replace(descriptor, revision=_revision(partial, files))
        written = describe(descriptor, partial, files)
        if library == CLIP:
            _calibrate(written, files)
            describe(descriptor, partial, files)
        partial.rename(folder / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return registry.get(name, (folder,))


def _require_new(name: str, folder: Path) -> None:
    try:
        registry.get(name, (folder,))
    except UnknownModelError:
        return
    raise ModelError(f"There is a model called {name} already: choose another with --name.")


def _export(
    library: str, model: str, name: str, folder: Path
) -> tuple[ModelDescriptor, dict[str, str]]:
    if library == CLIP:
        from models.export import clip

        return clip.export(model, name, folder)
    from models.export import sentences

    return sentences.export(model, name, folder)


def _revision(folder: Path, files: dict[str, str]) -> str:
    """Changes whenever a file does, and with it the vectors."""
    digests = "".join(digest(folder / files[role]) for role in sorted(files))
    return hashlib.sha256(digests.encode()).hexdigest()[:12]


def _calibrate(written: Path, files: dict[str, str]) -> None:
    """Write the calibration beside the descriptor, and name it among the files."""
    from models.export.background import estimate
    from models.load import load_text, load_visual
    from models.visual import visual_encoder

    encoder = visual_encoder(registry.read(written), load_text(), 0)
    try:
        files["calibration"] = "calibration.json"
        estimate(encoder, load_visual(), written.parent / files["calibration"])
    finally:
        encoder.close()
