"""Exports an open_clip model: its picture half, its text half, and how to prepare both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from models import torchvision_fix
from models.descriptor import ModelDescriptor
from models.errors import ModelError
from models.export import clip_words
from models.export.files import write_network
from models.export.sources import UNKNOWN, Terms, fetching, require_safe, terms_in
from models.pixels import Fit

if TYPE_CHECKING:
    from torch import nn

_FILES = {
    "encoder": "pictures.onnx",
    "query": "query.onnx",
    "tokenizer": "tokenizer.json",
    "recipe": "recipe.json",
}
_SHAPES: Mapping[str, Literal["squash", "crop", "pad"]] = {
    "shortest": "crop",
    "squash": "squash",
    "longest": "pad",
}
_WAY_OUT = (
    "download its weights on a machine that reaches the model hub, and give the file "
    "(open_clip:ARCH:FILE) or the folder with open_clip_config.json (open_clip:FOLDER)."
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An open_clip model with what prepares its inputs."""

    network: Any
    tokenizer: Any
    preparation: Mapping[str, Any]
    terms: Terms


def export(model: str, name: str, folder: Path) -> tuple[ModelDescriptor, dict[str, str]]:
    """Write the files of a visual model, all but its calibration.

    Args:
        model: ``ARCH:TAG``, ``ARCH:FILE`` or ``FOLDER`` (see ``load``).
        name: what settings will call it.
        folder: where the files go.

    Returns:
        The descriptor, without revision and files, and the file names by role.

    Raises:
        ModelError: it cannot be fetched, or is of a kind that cannot be exported.
        WeightsError: its weights could run code when opened.
    """
    loaded = load(model)
    how = fit_of(loaded.preparation)
    recipe = clip_words.write(loaded.tokenizer, folder / _FILES["tokenizer"])
    recipe.write(folder / _FILES["recipe"])
    try:
        dimension, look_dimension = _write_networks(loaded, how, folder)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"{model} is of a kind that cannot be exported to ONNX ({type(error).__name__}): "
            "choose another open_clip model."
        ) from error
    shown = [Path(part).name if Path(part).exists() else part for part in model.split(":", 1)]
    descriptor = ModelDescriptor(
        name=name,
        task="visual",
        dimension=dimension,
        look_dimension=look_dimension,
        fit=how,
        source=f"open_clip: {' '.join(shown)}",
        revision="",
        files=(),
        licence=loaded.terms.licence,
        commercial=loaded.terms.commercial,
        note="A model of pictures and words that the owner of this home added; its relevance is "
        "estimated, not fitted.",
    )
    return descriptor, dict(_FILES)


def load(model: str) -> Loaded:
    """Load ``ARCH:TAG`` (fetched), ``ARCH:FILE`` or a ``FOLDER`` with open_clip_config.json.

    Raises:
        ModelError, WeightsError: as for ``export``.
    """
    torchvision_fix.install()
    folder = Path(model)
    arch, _, weights = model.partition(":")
    if folder.is_dir():
        arch, weights, terms = f"local-dir:{model}", "", terms_in(model)
        for path in sorted(folder.iterdir()):
            if path.suffix in (".bin", ".pth") and not list(folder.glob("*.safetensors")):
                require_safe(path)
    elif not weights:
        raise ModelError(
            f"{model} names no weights: write open_clip:ARCH:TAG, open_clip:ARCH:FILE or "
            "open_clip:FOLDER."
        )
    else:
        terms = UNKNOWN
        if Path(weights).is_file():
            require_safe(Path(weights))
        _require_known(arch, weights)
    with fetching(model, _WAY_OUT):
        import open_clip

        given = _preparation(arch) if Path(weights).is_file() else None
        network = open_clip.create_model(
            arch, weights or None, require_pretrained=True, force_preprocess_cfg=given
        ).eval()
        tokenizer = open_clip.get_tokenizer(arch)
        return Loaded(network, tokenizer, network.visual.preprocess_cfg, terms)


def _require_known(arch: str, weights: str) -> None:
    """Raise ModelError for an architecture or a tag that open_clip does not have."""
    from open_clip import list_models
    from open_clip.pretrained import list_pretrained_tags_by_model

    if arch not in list_models():
        raise ModelError(
            f"open_clip has no architecture {arch!r}; it has {', '.join(list_models())}."
        )
    tags = list_pretrained_tags_by_model(arch)
    if weights not in tags and not Path(weights).is_file():
        raise ModelError(
            f"{weights!r} is neither a file nor weights of {arch}; there are "
            f"{', '.join(tags) or 'none published'}."
        )


def fit_of(preparation: Mapping[str, Any]) -> Fit:
    """How pictures are resized, from open_clip's preprocessing settings."""
    height, width = _pair(preparation["size"])
    if height != width:
        raise ModelError("This model takes pictures that are not square: choose another.")
    return Fit(
        side=height,
        shape=_SHAPES[preparation["resize_mode"]],
        resampling="bilinear" if preparation["interpolation"] == "bilinear" else "bicubic",
        fill=int(preparation["fill_color"]),
        reducing_gap=None,
    )


def _preparation(arch: str) -> dict[str, Any]:
    """How the published weights of an architecture prepare pictures.

    Raises:
        ModelError: not all in the same way.
    """
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    keys = ("mean", "std", "interpolation", "resize_mode")
    ways = {
        tuple(get_pretrained_cfg(arch, tag).get(key) for key in keys)
        for tag in list_pretrained_tags_by_model(arch)
    }
    if len(ways) > 1:
        raise ModelError(
            f"Weights of {arch} prepare pictures in different ways: give a folder with the "
            "weights and their open_clip_config.json (open_clip:FOLDER)."
        )
    return dict(zip(keys, ways.pop(), strict=True)) if ways else {}


def _write_networks(loaded: Loaded, how: Fit, folder: Path) -> tuple[int, int]:
    import torch

    from models.export.networks import PictureNetwork, QueryNetwork

    pictures: nn.Module = PictureNetwork(
        loaded.network.visual, loaded.preparation["mean"], loaded.preparation["std"]
    ).eval()
    pixels = torch.randint(0, 256, (2, how.side, how.side, 3), dtype=torch.uint8)
    with torch.inference_mode():
        visual, look = pictures(pixels)
    write_network(pictures, {"pixels": pixels}, ("visual", "look"), folder / _FILES["encoder"])
    ids = loaded.tokenizer(["a dog", "an invoice"])
    queries: nn.Module = QueryNetwork(loaded.network).eval()
    write_network(queries, {"input_ids": ids}, ("query",), folder / _FILES["query"])
    return int(visual.shape[1]), int(look.shape[1])


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
