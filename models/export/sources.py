"""Where a model comes from, on what terms, and whether its files may be opened at all."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.descriptor import Commercial
from models.errors import ModelError, WeightsError

SENTENCES, CLIP = "sentence-transformers", "open_clip"

_NEEDED = ("torch", "torchvision", "onnx", "sentence_transformers", "open_clip")
_FREE = frozenset({"apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "cc0-1.0"})
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt"})
_SAFE = ".safetensors"
_HUB = "https://huggingface.co"
_HUB_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Terms:
    """The licence of a model's weights, and whether it allows commercial use."""

    licence: str
    commercial: Commercial


UNKNOWN = Terms("unknown: look at the model's page", "unclear")


def parse(spec: str) -> tuple[str, str]:
    """Library and model of ``sentence-transformers:MODEL`` or ``open_clip:MODEL``."""
    library, _, model = spec.partition(":")
    if library not in (SENTENCES, CLIP) or not model:
        raise ModelError(
            f"{spec!r} names no model: write {SENTENCES}:NAME_OR_FOLDER, {CLIP}:ARCH:WEIGHTS "
            f"(a tag or a file) or {CLIP}:FOLDER."
        )
    return library, model


def short_name(model: str) -> str:
    """What settings may call a model: its last part, in small letters, digits, - and dots."""
    parts = [part.rstrip("/").rpartition("/")[2] for part in model.split(":")]
    parts[-1] = re.sub(r"\.(safetensors|bin|pt|pth|ckpt)$", "", parts[-1])
    return re.sub(r"[^a-z0-9.]+", "-", "-".join(parts).lower()).strip("-.")


def require_torch() -> None:
    """Raise ModelError unless the extra ``torch`` is installed."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise ModelError(
            "Adding a model needs the extra `torch`: pip install 'magpie-content[torch]'. What is "
            "added then runs without it."
        )


def require_safe(path: Path) -> None:
    """Refuse weights that could run code when they are opened.

    Raises:
        WeightsError: a pickle of anything but tensors, or a file that is not weights.
    """
    if path.suffix == _SAFE:
        return
    if path.suffix not in _PICKLES:
        raise WeightsError(
            f"{path} is no file of weights that Magpie opens: give a .safetensors file."
        )
    import torch

    try:
        torch.load(path, map_location="meta", weights_only=True)
    except Exception as error:
        raise WeightsError(
            f"{path} is a pickle that holds more than tensors and could run code when opened, or "
            "is damaged: give the weights as .safetensors."
        ) from error


def require_safe_folder(folder: Path) -> None:
    """Refuse a folder with unsafe weights, unless safe ones stand beside them."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _PICKLES and not list(path.parent.glob(f"*{_SAFE}")):
            require_safe(path)


def terms_in(model: str) -> Terms:
    """The terms that the model card states: of a folder's README.md, or of a name's page."""
    from huggingface_hub import ModelCard

    card = Path(model) / "README.md"
    try:
        licence = ModelCard.load(card if Path(model).is_dir() else model).data.license
    except Exception:  # A card is written by hand: anything may be in it, or nothing.
        return UNKNOWN
    return terms_of(licence) if isinstance(licence, str) else UNKNOWN


def terms_of(licence: str) -> Terms:
    """What a licence identifier, as model cards write them, means for commercial use."""
    name = licence.lower()
    if name in _FREE:
        return Terms(licence, "yes")
    return Terms(licence, "no" if re.search(r"(^|-)nc(-|$)", name) else "unclear")


@contextlib.contextmanager
def fetching(model: str, way_out: str) -> Iterator[None]:
    """Turn whatever a library raises while it fetches and opens a model into one sentence."""
    if not Path(model).is_dir() and not _hub_answers():
        # The libraries would try again for minutes; what was fetched before they still find.
        os.environ["HF_HUB_OFFLINE"] = "1"
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0][:200].rstrip(".")
        raise ModelError(
            f"{model} could not be fetched or opened ({type(error).__name__}: {reason}): {way_out}"
        ) from error
    finally:
        logging.disable(level)


def _hub_answers() -> bool:
    import httpx

    try:
        httpx.head(os.environ.get("HF_ENDPOINT", _HUB), timeout=_HUB_SECONDS)
    except httpx.HTTPError:
        return False
    return True
