"""The language of a text, told by its script and its commonest words.

Languages of the Latin script are told apart by short words that every text of them holds
(Grefenstette 1995); about twenty words of text are enough. What is none of the languages known
here is told to be none, rather than the nearest.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_COMMON = {
    "en": "the of and to in is that for it with as on be by this are was from or an at which "
    "have has not you we will shall their its",
    "de": "der die das und ist in den von zu mit sich des auf für nicht ein eine dem im als auch "
    "es an werden aus er hat dass sie nach wird bei einer",
    "fr": "le la les de des et est en un une du que qui dans pour pas au sur par il ne se ce avec "
    "plus sont aux cette ou",
    "es": "el la los las de y en que un una es por con para se del al lo su como más no fue son "
    "este esta pero sus o",
    "it": "il la le di e che un una è in per con non si del della dei da al come sono gli più nel "
    "lo alla anche delle i",
    "pt": "o a os as de e que um uma é em para com não se do da dos das no na por mais como ao foi "
    "são pela seu sua",
    "nl": "de het een en van is in dat op te voor met niet zijn aan er om ook als door bij naar "
    "worden deze wordt uit of",
    "sv": "och att det som en är på för av med den till inte har ett de om var i från eller kan "
    "ska sin",
    "da": "og at det som en er på for af med den til ikke har et de om var i fra eller kan skal "
    "blev hvor",
    "nb": "og å det som en er på for av med den til ikke har et de om var i fra eller kan skal "
    "ble hvor",
    "fi": "ja on ei että se oli hän mutta joka ovat tai kun myös niin sekä kuin mukaan ole olla "
    "voi tämä",
    "pl": "i w na z się do nie że jest to o jak za po przez od są dla oraz lub być jego które przy",
    "cs": "a v na se je že z do o s pro ve jako by za k jsou nebo podle být ale také po od které",
    "ro": "și în de la a cu pe din care este nu un o mai se pentru că sau prin fost sunt al ale",
    "hu": "a az és hogy nem is egy van meg ez de ha vagy volt mint csak már még el kell lehet",
    "tr": "ve bir bu için ile da de olarak olan çok daha gibi kadar sonra en ne ya veya her",
    "vi": "của và là có trong được cho các với không một những đã người này khi từ đến về để",
    "id": "yang dan di dengan untuk dari ini pada adalah itu dalam tidak oleh akan ke atau juga "
    "telah sebagai",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
"""Tried in this order: Japanese holds Chinese characters, Ukrainian letters of Russian."""

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_READ = 20_000
_LEAST_WORDS = 12
_LEAST_LETTERS = 12
_LEAST_SHARE = 0.12
"""Of the words that are common ones of the language; texts of it have .3 to .5. Tables and
lists of names have less, and are told to be of no language."""

_SCRIPT_SHARE = {"ja": 0.05, "uk": 0.02}
_USUAL_SCRIPT_SHARE = 0.3

STEMMERS = {
    "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "sv": "swedish", "da": "danish", "nb": "norwegian", "fi": "finnish",
    "ro": "romanian", "hu": "hungarian", "tr": "turkish", "ru": "russian",
}  # fmt: skip
"""What PyStemmer calls languages, but English, which stands in for all others."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a text seems to be in.

    Attributes:
        tag: BCP 47; empty where it is none that is known here.
        confidence: between 0 and 1: by how much it is ahead of the next; set by hand.
    """

    tag: str
    confidence: float


UNKNOWN = Language("", 0.0)


def language_of(text: str) -> Language:
    """The language of most of a text; unknown for a few words, numbers or mixtures."""
    text = text[:_READ]
    letters = len(_LETTER.findall(text))
    if letters < _LEAST_LETTERS:
        return UNKNOWN
    for tag, script in _SCRIPTS:
        share = len(script.findall(text)) / letters
        if share >= _SCRIPT_SHARE.get(tag, _USUAL_SCRIPT_SHARE):
            return Language(tag, 0.95)
    return _latin(text)


def _latin(text: str) -> Language:
    counts = Counter(_WORD.findall(text.lower()))
    total = counts.total()
    if total < _LEAST_WORDS:
        return UNKNOWN
    shares = {tag: sum(counts[word] for word in common) / total for tag, common in _WORDS.items()}
    first, second = sorted(shares, key=lambda tag: -shares[tag])[:2]
    if shares[first] < _LEAST_SHARE:
        return UNKNOWN
    lead = (shares[first] - shares[second]) / shares[first]
    return Language(first, round(min(0.99, 0.5 + lead), 2))
