"""Filters by what a picture is like: people, writing, format, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import lexicon
from service.sentence.places import GOES_ON
from service.sentence.text import Hit, Text


def people(text: Text) -> Iterator[Hit]:
    """How many people show."""
    who = r"(?:people|persons?|humans?|menschen|personen|leuten?)"
    patterns = (
        (
            rf"\b(?:no|without(?:\sany)?|ohne|keine[nrms]?)\s{who}(?:\s(?:in\s(?:it|them)|visible|drauf|"
            r"darauf|im\sbild|zu\ssehen|auf\sdem\sbild))?(?!\w)|\b(?:nobody|menschenleere?[nrms]?|people-free|personenfreie?[nrms]?|no\sperson|keine\sperson|"
            r"no\sone)\s?(?:in\s(?:it|them)|visible)?(?!\w)",
            "people_count=0",
        ),
        (
            rf"\b(?:with|mit|showing|including)\s(?:any\s|some\s)?{who}(?!\w)(?!\s(?:in|on|at|walking|"
            r"who|die|der|am|im|auf|an|beim|sitting|running|dancing|shopping|\w+ing|\w+end))",
            "people_count>=1",
        ),
    )
    for pattern, condition in patterns:
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), (condition,)
    numbers = {
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "einer": 1,
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
    }
    bounded = re.compile(
        rf"\b(?:with\s|mit\s)?(?P<op>at\sleast|mindestens|more\sthan|mehr\sals|fewer\sthan|weniger\sals|"
        rf"up\sto|bis\szu|höchstens|at\smost)\s(?P<n>\d{{1,2}}|{'|'.join(numbers)})\s{who}(?!\w)"
    )
    signs = {
        "at least": ">=",
        "mindestens": ">=",
        "more than": ">",
        "mehr als": ">",
        "fewer than": "<",
        "weniger als": "<",
    }
    for match in bounded.finditer(text.lower):
        number = numbers.get(match["n"]) or int(match["n"])
        yield *match.span(), (f"people_count{signs.get(match['op'], '<=')}{number}",)
    exactly = re.compile(
        rf"\b(?:with|mit|showing)\s(?:exactly\s|genau\s)?(?P<n>\d|{'|'.join(numbers)})\s"
        rf"{who}(?:\s(?:in\sit|im\sbild|drauf))?(?!\w)|\b(?:exactly|genau)\s(?P<m>\d|"
        rf"{'|'.join(numbers)})\s{who}(?!\w)"
    )
    for match in exactly.finditer(text.lower):
        if not text.right(match.end()) or GOES_ON.match(text.right(match.end())):
            word = match["n"] or match["m"]
            yield *match.span(), (f"people_count={numbers.get(word) or int(word)}",)


def writing(text: Text) -> Iterator[Hit]:
    """Whether there is text in the picture."""
    has = (
        r"\b(?:with|mit|containing)\s(?:visible\s|sichtbarem\s)?(?:text|schrift|writing|lettering)"
    )
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
        "square": r"(?:im\s)?quadrat(?:ische[nrms]?|isch)|(?:im\s)?quadratformat",
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
