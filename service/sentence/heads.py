"""Filters by what is looked for: kinds, types, and where it stands in its life."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import lexicon
from service.sentence.places import ADJECTIVES, ASKS, GOES_ON, NOT_A_HEAD
from service.sentence.text import NO, Hit, Text

_SURE = frozenset(
    {
        "status:approved",
        "-status:approved",
        "-status:published",
        "status:in_review",
        "hold:yes",
        "hold:no",
    }
)
"""What is hardly ever said of anything but a record."""


def statuses(text: Text) -> Iterator[Hit]:
    """Where a record stands in its life, where it is said of what is looked for."""
    words = lexicon().statuses
    kinds, types = lexicon().kinds.pattern, lexicon().document_types.pattern
    heads = (
        rf"(?:{kinds}|{types}|assets?|files?|material|dateien|artwork|visuals?|motifs?|\w*motive?|layouts?|"
        rf"\w+(?:fotos|bilder|videos|aufnahmen|grafiken|verträge|rechnungen|berichte))"
    )
    for match in re.finditer(
        rf"(?<!\w)(?:that\s(?:are|is)\s|which\sare\s)?(?:(?P<no>{NO})\s(?:yet\s|noch\s)?)?"
        rf"(?P<w>{words.pattern})(?!\w)",
        text.lower,
    ):
        condition = words.means(match["w"])
        left, right = text.left(match.start()), text.right(match.end())
        strong = condition in _SURE or match[0].startswith(("that ", "which "))
        alone = not left or ADJECTIVES.match(left) is not None
        at_head = alone and (not right or re.match(heads, right) or GOES_ON.match(right))
        if match["w"] == "held" and not (re.search(heads, left) and not right):
            continue
        before_head = re.match(rf"(?:\w+\s){{0,2}}{heads}(?!\w)", right) is not None
        follows = re.search(
            rf"{heads}(?:\s(?:that|which|die)(?:\s(?:are|were|sind|wurden))?)?$", left
        )
        if strong and re.search(r"\b(?:was|were|by|has|wurde)$", left) and not follows:
            continue
        if condition.startswith("-") and match["no"]:
            continue
        if strong or at_head or before_head or follows:
            yield *match.span(), (f"{'-' if match['no'] else ''}{condition}",)


def heads(text: Text) -> Iterator[Hit]:
    """What is looked for: kinds, types of documents and of files, and what is not wanted."""
    words = lexicon()
    if ASKS.match(text.lower):
        return
    yield from _as_files(text)
    for each in (words.file_types, words.document_types, words.kinds):
        for match in re.finditer(
            rf"(?<![\w-])(?:(?P<no>{NO})\s)?(?P<w>{each.pattern})(?![\w-])", text.lower
        ):
            left, right = text.left(match.start()), text.right(match.end())
            if match["no"]:
                yield *match.span(), (f"-{each.means(match['w'])}",)
            elif _is_head(match["w"], left, right):
                yield *match.span(), (each.means(match["w"]),)


def _as_files(text: Text) -> Iterator[Hit]:
    """“As a PDF”, “als Word-Datei”: at the end of a part."""
    words = lexicon().file_types
    pattern = rf"\b(?:as|als|in|im)\s(?:an?\s|eine?\s)?(?P<w>{words.pattern})(?:\sformat)?(?![\w-])"
    for match in re.finditer(pattern, text.lower):
        right = text.right(match.end())
        if not right or GOES_ON.match(right):
            yield *match.span(), (words.means(match["w"]),)


def compounds(text: Text) -> Iterator[Hit]:
    """German words that end in what is looked for, such as Produktfotos."""
    words = lexicon().compounds
    if ASKS.match(text.lower):
        return
    for match in re.finditer(rf"(?<![\w-])\w{{3,}}?-?(?P<w>{words.pattern})(?![\w-])", text.lower):
        left, right = text.left(match.start()), text.right(match.end())
        if _is_head(match["w"], left, right):
            yield *match.span(), (words.means(match["w"]),)


def _is_head(word: str, left: str, right: str) -> bool:
    """Whether a word names what is looked for, by what stands around it."""
    first = not left or ADJECTIVES.match(left) is not None
    followed = not right or GOES_ON.match(right) is not None
    return (first and (followed or _is_plural(word))) or (followed and not NOT_A_HEAD.search(left))


def _is_plural(word: str) -> bool:
    return word.endswith(("s", "er", "en", "ern", "e")) or "footage" in word
