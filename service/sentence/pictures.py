"""Filters by what a picture is like: people, writing, format, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import lexicon
from service.sentence.numbers import BOUND, COUNT, sign, value
from service.sentence.places import GOES_ON
from service.sentence.text import Hit, Text

_WHO = r"(?:people|persons?|humans?|anyone|anybody|menschen|personen|person|leuten?)"
_THERE = r"(?:\s(?:in\s(?:it|them)|visible|drauf|darauf|im\sbild|zu\ssehen|auf\sdem\sbild))?"
_NOBODY = (
    rf"\b(?:no|without(?:\sany)?|ohne|keine[nrms]?)\s{_WHO}{_THERE}(?!\w)"
    r"|\b(?:(?:auf|in)\sdenen\s)?(?:nobody|no\sone|niemand(?:en)?)\s?(?:is\s|ist\s)?(?:in\s(?:it|them)|visible|"
    r"zu\ssehen|drauf)(?:\sist)?(?!\w)"
    r"|\b(?:menschenleere?[nrms]?|people[- ]free|personenfreie?[nrms]?)(?!\w)"
)
_SOMEBODY = (
    rf"\b(?:with|mit|showing|including)\s(?:any\s|some\s)?{_WHO}(?!\w)(?!\s(?:in|on|at|walking|"
    r"who|die|der|am|im|auf|an|beim|sitting|running|dancing|shopping|\w+ing|\w+end))"
)


def people(text: Text) -> Iterator[Hit]:
    """How many people show."""
    for pattern, condition in ((_NOBODY, "people_count=0"), (_SOMEBODY, "people_count>=1")):
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), (condition,)
    bounded = rf"\b(?:with\s|mit\s)?(?P<op>{BOUND})\s(?P<n>{COUNT})\s{_WHO}(?!\w)"
    for match in re.finditer(bounded, text.lower):
        yield *match.span(), (f"people_count{sign(match['op'])}{value(match['n']):g}",)
    exactly = (
        rf"\b(?P<cue>with|mit|showing|exactly|genau)(?:\s(?:exactly|genau))?\s(?P<n>{COUNT})\s"
        rf"{_WHO}{_THERE}(?!\w)"
    )
    for match in re.finditer(exactly, text.lower):
        right = text.right(match.end())
        sure = match["cue"] in {"exactly", "genau"} or "exactly" in match[0] or "genau" in match[0]
        if sure or not right or GOES_ON.match(right):
            yield *match.span(), (f"people_count={value(match['n']):g}",)


def writing(text: Text) -> Iterator[Hit]:
    """Whether there is text in the picture."""
    has = (
        r"\b(?:with|mit|containing)\s(?:visible\s|sichtbarem\s)?(?:text|schrift|writing|lettering)"
    )
    for match in re.finditer(r"\b(?:text-free|textfreie?[nrms]?)(?!\w)", text.lower):
        yield *match.span(), ("has_text:no",)
    for match in re.finditer(
        r"\b(?:no|without(?:\sany)?|ohne|keine?[nrms]?)\s(?:text|schrift|writing|lettering|"
        r"beschriftung)(?:\s(?:on|in)\s(?:it|them)|\sdrauf|\sdarauf|\sim\sbild)?(?!\w)",
        text.lower,
    ):
        yield *match.span(), ("has_text:no",)
    for match in re.finditer(
        rf"{has}(?:\s(?:on|in)\s(?:it|them)|\sdrauf|\sdarauf|\sim\sbild)?(?!\w)", text.lower
    ):
        if not text.right(match.end()) or GOES_ON.match(text.right(match.end())):
            yield *match.span(), ("has_text:yes",)


def aspects(text: Text) -> Iterator[Hit]:
    """The format of pictures, where the format is clearly meant."""
    shapes = {
        "portrait": r"portrait|vertical|upright",
        "landscape": r"landscape|horizontal",
        "square": r"square",
    }
    what = r"(?:format|orientation|mode|aspect|ratio|aspect\sratio|crops?)"
    german = {
        "portrait": r"(?:im\s)?hochformat(?:ige[nrms]?)?|hochkant(?:e[nrms]?)?",
        "landscape": r"(?:im\s)?querformat(?:ige[nrms]?)?|quer",
        "square": r"quadratisch|(?:im\s)?quadrat(?:ische[nrms]?\s)?(?:format|es?\sformat)|"
        r"quadratische[nrms]?(?=\s(?:fotos?|bild|bilder|videos?|formate?|motive?|aufnahmen?))",
    }
    for aspect, words in shapes.items():
        clear = rf"\b(?:in\s(?:a\s)?)?(?:{words})[-\s]{what}\b"
        video = r"\bvertical\s(?=videos?|clips?|reels?)|\bhorizontal\s(?=videos?|clips?)"
        video += r"|\bvertical\s(?=photos?|pictures?|images?|shots)|\bhorizontal\s(?=photos?|"
        video += r"pictures?|images?|shots)|\bsquare\s(?=photos?|pictures?|images?|videos?|pics?)"
        for pattern in (clear, rf"\b(?:{german[aspect]})(?!\w)", video):
            for match in re.finditer(pattern, text.lower):
                if pattern is not video or match[0].split()[0] in words.split("|"):
                    yield match.start(), match.end(), (f"aspect:{aspect}",)
        for match in re.finditer(rf"(?:(?<=[,;])|^)\s*(?:{words})\s*(?=[,;]|$)", text.lower):
            if any(mark in text.lower for mark in ",;"):
                yield *match.span(), (f"aspect:{aspect}",)


def colours(text: Text) -> Iterator[Hit]:
    """Colours, where the colour of the whole is meant."""
    words = lexicon().colours
    grade = (
        r"(?:mostly|mainly|predominantly|primarily|überwiegend|hauptsächlich|vorwiegend|vor\sallem)"
    )
    patterns = (
        rf"\b{grade}\s(?P<c>{words.pattern})(?:\s(?:tones?|colou?rs?|töne))?(?!\w)",
        rf"\b(?:in\s|mit\s|with\s)?(?:shades\sof\s)?(?P<c>{words.pattern})[-\s]?(?:colou?r\s)?"
        r"(?:tones?|hues?|shades|tönen?|farbtönen?)(?!\w)",
        rf"\bin\sshades\sof\s(?P<c>{words.pattern})(?!\w)",
        rf"\b(?:colou?r|farbe)(?:\sis)?:?\s(?P<c>{words.pattern})(?!\w)",
        rf"\b(?:dominant(?:ly)?|main)\s(?:colou?r\s)?(?P<c>{words.pattern})(?!\w)",
    )
    yield from _black_and_white(text)
    for pattern in patterns:
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), (f"colour:{words.means(match['c'])}",)


_BLACK_AND_WHITE = (
    r"(?:black[-\s](?:and|&|n)[-\s]white|b\s?&\s?w|b/w|schwarz[-\s]?(?:und\s)?wei(?:ß|ss)(?:e[nrms]?)?|"
    r"s/w|monochrome?[nrms]?)"
)


def _black_and_white(text: Text) -> Iterator[Hit]:
    """Black and white, of pictures and not of what they show."""
    kinds = lexicon().kinds.pattern
    for pattern in (
        rf"\b(?:in\s)?{_BLACK_AND_WHITE}(?=[-\s]?(?:\w+\s)?{kinds}(?!\w))",
        rf"\bin\s{_BLACK_AND_WHITE}(?!\w)",
    ):
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), ("black_and_white:yes",)
    for match in re.finditer(rf"(?<!\w){_BLACK_AND_WHITE}(?!\w)", text.lower):
        if not text.right(match.end()):
            yield *match.span(), ("black_and_white:yes",)
