"""How words become the numbers that a text network takes: plain data beside its weights."""

from __future__ import annotations

import dataclasses
import html
import json
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.errors import WeightsError

Cleaning = Literal["none", "strip", "lower", "whitespace", "canonicalize"]


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """What to do with a text before and after the network.

    Attributes:
        max_tokens: longer texts are cut.
        pad_id: token that fills a batch.
        inputs: which of ``input_ids``, ``attention_mask`` and ``token_type_ids`` it takes.
        output: its output.
        pooled: whether the output is one vector a text; else one a token, to be averaged.
        fixed_length: whether every text is filled to ``max_tokens`` by the tokenizer file.
        cleaning: what is done to the characters first; see ``clean``.
        zeroed_id: token that becomes 0 (SigLIP's separator); None for none.
        query, document: put before a question and before a text that is searched.
    """

    max_tokens: int
    pad_id: int = 0
    inputs: tuple[str, ...] = ("input_ids", "attention_mask")
    output: str = "vectors"
    pooled: bool = True
    fixed_length: bool = False
    cleaning: Cleaning = "none"
    zeroed_id: int | None = None
    query: str = ""
    document: str = ""

    def write(self, path: Path) -> None:
        """Write the recipe as JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> TextRecipe:
        """The recipe in a JSON file; WeightsError where it is none."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**record, "inputs": tuple(record["inputs"])})
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{path} is no recipe of a text model: {error}.") from error


def clean(text: str, how: Cleaning) -> str:
    """The text as a model's own tokenizer cleans it.

    ``lower``, ``whitespace`` and ``canonicalize`` are those of open_clip: characters are
    mended (ftfy) and unescaped, runs of space become one, then letters become small, nothing
    more is done, or punctuation goes as well.
    """
    if how == "none":
        return text
    if how == "strip":
        return text.strip()
    import ftfy

    text = html.unescape(html.unescape(ftfy.fix_text(text)))
    if how == "canonicalize":
        text = text.strip().replace("_", " ").translate(_PUNCTUATION)
    text = " ".join(text.split())
    return text if how == "whitespace" else text.lower()


_PUNCTUATION = str.maketrans("", "", string.punctuation)
