"""Exports a text model of sentence-transformers: network, tokenizer and recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import torchvision_fix
from models.descriptor import ModelDescriptor
from models.errors import ModelError
from models.export.files import write_network
from models.export.sources import Terms, fetching, require_safe_folder, terms_in
from models.recipes import TextRecipe

if TYPE_CHECKING:
    from torch import nn

_LONGEST = 8192
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_FILES = {"encoder": "encoder.onnx", "tokenizer": "tokenizer.json", "recipe": "recipe.json"}
_EXAMPLES = ["A dog jumps over a fence.", "invoice"]
_WAY_OUT = (
    "download the model's folder on a machine that reaches the model hub, and give that folder "
    "in place of the name."
)


def export(model: str, name: str, folder: Path) -> tuple[ModelDescriptor, dict[str, str]]:
    """Write the files of a text model.

    Args:
        model: a name on the model hub, or a folder as sentence-transformers saves it.
        name: what settings will call it.
        folder: where the files go.

    Returns:
        The descriptor, without revision and files, and the file names by role.

    Raises:
        ModelError: it cannot be fetched, or is of a kind that cannot be exported.
        WeightsError: its weights could run code when opened.
    """
    import torch

    from models.export.networks import SentenceNetwork

    sentences, terms = _load(model)
    tokenizer = _fast_tokenizer(model, sentences)
    inputs = [each for each in _INPUTS if each in tokenizer.model_input_names]
    network: nn.Module = SentenceNetwork(sentences, inputs).eval()
    batch = tokenizer(_EXAMPLES, padding=True, return_tensors="pt")
    try:
        feeds = {each: batch[each] for each in inputs}
        with torch.inference_mode():
            dimension = int(network(*feeds.values()).shape[1])
        write_network(network, feeds, ("vectors",), folder / _FILES["encoder"], any_length=True)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"{model} is of a kind that cannot be exported to ONNX ({type(error).__name__}): "
            "choose another text model."
        ) from error
    tokenizer.backend_tokenizer.save(str(folder / _FILES["tokenizer"]))
    _recipe(sentences, tokenizer, inputs).write(folder / _FILES["recipe"])
    descriptor = ModelDescriptor(
        name=name,
        task="text",
        dimension=dimension,
        look_dimension=0,
        fit=None,
        source=f"sentence-transformers: {Path(model).name if Path(model).exists() else model}",
        revision="",
        files=(),
        licence=terms.licence,
        commercial=terms.commercial,
        note="A text model that the owner of this home added.",
    )
    return descriptor, dict(_FILES)


def _load(model: str) -> tuple[Any, Terms]:
    torchvision_fix.install()
    folder = Path(model)
    if folder.is_dir():
        require_safe_folder(folder)
    with fetching(model, _WAY_OUT):
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        sentences = SentenceTransformer(
            model,
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"attn_implementation": "eager", "dtype": "float32"},
        ).eval()
        return sentences, terms_in(model)


def _fast_tokenizer(model: str, sentences: Any) -> Any:
    tokenizer = getattr(sentences, "tokenizer", None)
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(
            f"{model} has no tokenizer that runs without Python code of its own: choose another "
            "text model."
        )
    if any(getattr(step, "include_prompt", True) is False for step in sentences):
        raise ModelError(
            f"{model} leaves its instructions out of the average, which Magpie does not do: "
            "choose another text model."
        )
    return tokenizer


def _recipe(sentences: Any, tokenizer: Any, inputs: Sequence[str]) -> TextRecipe:
    prompts: dict[str, str] = {key: text or "" for key, text in sentences.prompts.items()}
    usual = prompts.get(sentences.default_prompt_name or "", "")
    named = [prompts[key] for key in ("document", "passage", "corpus") if key in prompts]
    longest = sentences.max_seq_length or tokenizer.model_max_length
    return TextRecipe(
        max_tokens=min(int(longest), _LONGEST),
        pad_id=tokenizer.pad_token_id or 0,
        inputs=tuple(inputs),
        query=prompts.get("query", usual),
        document=named[0] if named else usual,
    )
