"""The tokenizers of open_clip as one JSON file of the library ``tokenizers``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import ModelError
from models.recipes import Cleaning, TextRecipe

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_END_OF_WORD = "</w>"
_START, _END = "<start_of_text>", "<end_of_text>"
_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
"""What open_clip's SimpleTokenizer takes for a word (Radford et al. 2021)."""

_CLEANINGS: Mapping[str, Cleaning] = {
    "_clean_lower": "lower",
    "_clean_whitespace": "whitespace",
    "_clean_canonicalize": "canonicalize",
}


def write(tokenizer: Any, path: Path) -> TextRecipe:
    """Write an open_clip tokenizer; the recipe says what belongs to it.

    Raises:
        ModelError: it is of a kind that cannot be written so.
    """
    cleaning = _CLEANINGS.get(getattr(tokenizer.clean_fn, "__name__", ""))
    if cleaning is None or getattr(tokenizer, "reduction_fn", None) is not None:
        raise _unfit()
    zeroed, pad_id = None, 0
    if hasattr(tokenizer, "bpe_ranks"):
        made = _byte_pairs(tokenizer)
        made.enable_truncation(tokenizer.context_length)
        made.enable_padding(length=tokenizer.context_length)
    else:
        fast: Any = getattr(tokenizer, "tokenizer", None)
        if not getattr(fast, "is_fast", False) or tokenizer.tokenizer_mode:
            raise _unfit()
        made = _as_it_is(fast, tokenizer.context_length)
        pad_id = fast.pad_token_id
        if tokenizer.strip_sep_token:
            zeroed = fast.sep_token_id
    made.save(str(path))
    return TextRecipe(
        max_tokens=tokenizer.context_length,
        pad_id=pad_id,
        inputs=("input_ids",),
        output="query",
        fixed_length=True,
        cleaning=cleaning,
        zeroed_id=zeroed,
    )


def _byte_pairs(tokenizer: Any) -> Tokenizer:
    from tokenizers import AddedToken, Regex, Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
    from tokenizers.processors import TemplateProcessing

    made = Tokenizer(
        BPE(
            vocab=tokenizer.encoder,
            merges=list(tokenizer.bpe_ranks),
            end_of_word_suffix=_END_OF_WORD,
        )
    )
    words = Split(Regex(f"(?i:{_WORDS})"), behavior="removed", invert=True)
    made.pre_tokenizer = Sequence([words, ByteLevel(add_prefix_space=False, use_regex=False)])
    made.add_special_tokens([AddedToken(token, special=True) for token in (_START, _END)])
    ends = [(_START, tokenizer.sot_token_id), (_END, tokenizer.eot_token_id)]
    made.post_processor = TemplateProcessing(single=f"{_START} $A {_END}", special_tokens=ends)
    return made


def _as_it_is(fast: Any, length: int) -> Tokenizer:
    """A fast tokenizer of transformers, set to fill and cut as open_clip calls it."""
    made: Tokenizer = fast.backend_tokenizer
    made.enable_truncation(length, direction=fast.truncation_side)
    made.enable_padding(
        length=length,
        pad_id=fast.pad_token_id,
        pad_token=fast.pad_token,
        direction=fast.padding_side,
    )
    return made


def _unfit() -> ModelError:
    return ModelError(
        "This model's tokenizer needs Python code of its own: choose another open_clip model."
    )
