"""Words that the default text model knows as a whole: a small dictionary that is always there."""

from __future__ import annotations

import json
from functools import cache

from models.registry import TEXT_DEFAULT, get
from models.weights import locate


@cache
def known_words() -> frozenset[str]:
    """Some 20,000 words and names, mostly English, in lower case."""
    files = {file.role: file for file in get(TEXT_DEFAULT).files}
    tokenizer = json.loads(locate(files["tokenizer"]).read_text(encoding="utf-8"))
    return frozenset(
        piece for piece in tokenizer["model"]["vocab"] if len(piece) > 1 and piece.isalpha()
    )
