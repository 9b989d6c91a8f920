"""What a long document is made of: its headings, and the key clauses of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.documents.page_texts import PartText
from pipelines.documents.summary.sentences import Sentence

MOST_HEADINGS = 200
_LONGEST = 90
_MOST_SKIPPED = 2
_NUMBERED = re.compile(
    r"^[ \t]*(?P<number>(?:Article|Section|Clause|Artikel|Abschnitt|Chapter|Part)\s+[\dIVXLC]+[.:]?"
    r"|§\s*\d+[a-z]?|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[IVX]{1,5}\.)"
    r"[ \t]+(?P<title>[A-ZÄÖÜ“\"][^\n]{2,88})$",
    re.MULTILINE,
)
_TITLE_END = re.compile(r"^(?P<title>[^.:;]{3,70}?)[.:](?=\s|$)")
_MOST_TITLE_WORDS = 9
_MOST_WORDS_BELOW = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        text: with its number.
        page: from 1; None where the file has no pages.
        level: from 1; how deep its number goes.
    """

    text: str
    page: int | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Clause:
    """The sentence of a contract that says most of a matter, such as its term."""

    matter: str
    sentence: Sentence


def outline(parts: Iterable[PartText]) -> tuple[Heading, ...]:
    """Headings in their order: those that the file marks as such, else numbered lines."""
    marked: dict[str, Heading] = {}
    numbered: dict[str, Heading] = {}
    reached = 0
    for part in parts:
        page = part.page or None
        for unit in part.units:
            title = " ".join(unit.section.split())
            if title and len(title) <= _LONGEST:
                marked.setdefault(title, Heading(title, page))
        for match in _NUMBERED.finditer(part.text):
            heading = _numbered(match, page)
            first = int(re.match(r"\d*", match["number"])[0] or reached)  # type: ignore[index]
            # Other numbers at the beginning of a line are those of houses and quantities.
            if heading is not None and reached <= first <= reached + _MOST_SKIPPED:
                numbered.setdefault(heading.text, heading)
                reached = first
        if len(numbered) >= MOST_HEADINGS:
            break
    # One name over all, as attachments and mails have it, is no outline.
    found = marked if len(marked) > 1 or not numbered else numbered
    return tuple(found.values())[:MOST_HEADINGS]


def _numbered(match: re.Match[str], page: int | None) -> Heading | None:
    number, title = " ".join(match["number"].split()), " ".join(match["title"].split())
    ended = _TITLE_END.match(title)
    title = ended["title"] if ended else title
    words = title.split()
    level = 1 + number.rstrip(".)").count(".")
    # What is numbered more deeply is mostly a sentence of a contract.
    most = _MOST_TITLE_WORDS if level == 1 else _MOST_WORDS_BELOW
    if len(words) > most or not any(map(str.isalpha, title)):
        return None
    return Heading(f"{number} {title}", page, level)


_MATTERS = {
    "parties": r"\b(?:by and (?:between|among)|(?:made|entered into)\b.{0,80}\bbetween|"
    r"zwischen\b.{3,200}\bund\b)",
    "subject": r"\b(?:purpose of this|subject matter|gegenstand (?:des|dieses) vertrags)",
    "term": r"\b(?:initial term|term of this|shall (?:remain|continue) in (?:full force|effect|"
    r"force)|for a (?:period|term) of|laufzeit|vertragsdauer|befristet)\b",
    "renewal": r"\b(?:automatically (?:be )?(?:renew|extend)\w*|renew(?:s|ed)? automatically|"
    r"renewal term|verlängert sich)\b",
    "termination": r"\b(?:may (?:be )?terminat\w+|terminate this|right to terminate|kündig\w+)\b",
    "notice": r"\b(?:(?:days|months|weeks)['’]? (?:prior )?(?:written )?notice|notice period|"
    r"kündigungsfrist)\b",
    "payment": r"\b(?:shall pay|payment terms|fees? (?:of|shall)|purchase price|rent of|salary of|"
    r"vergütung|zahlbar|miete beträgt)\b",
    "confidentiality": r"\b(?:(?:keep|hold|maintain)\b.{0,60}\b(?:confiden\w+|secret)|shall not "
    r"disclose|vertraulich\w*|geheim\w*)\b",
    "liability": r"\b(?:(?:shall|will|be|is|are) (?:not )?liable|limitation of liability|"
    r"haftung|haftet)\b",
    "indemnity": r"\b(?:indemnif\w+|hold harmless|freistell\w+)\b",
    "assignment": r"\b(?:assign(?:ed|s)? (?:this|its|any)|may not (?:be )?assign\w*|abtret\w+)\b",
    "governing law": r"\b(?:governed by|governing law|laws of the|recht der bundesrepublik|"
    r"unterliegt dem\b.{0,30}\brecht)\b",
    "jurisdiction": r"\b(?:jurisdiction of|courts? (?:of|in)|arbitration|gerichtsstand)\b",
}
_PATTERNS = {matter: re.compile(each, re.IGNORECASE) for matter, each in _MATTERS.items()}
_LEAST_WORDS, _MOST_WORDS = 6, 120


def key_clauses(sentences: Sequence[Sentence]) -> tuple[Clause, ...]:
    """For each matter the sentence of a contract that says most of it, in their order there.

    The first of those under a heading that names the matter counts most, then the first.
    Long sentences are kept whole: half a clause may say the opposite.
    """
    found: dict[str, Sentence] = {}
    headed: set[str] = set()
    for sentence in sentences:
        if not _LEAST_WORDS <= len(sentence.text.split()) <= _MOST_WORDS:
            continue
        for matter, pattern in _PATTERNS.items():
            if matter in headed or not pattern.search(sentence.text):
                continue
            under = matter in sentence.section.lower()
            if under or matter not in found:
                found[matter] = sentence
            if under:
                headed.add(matter)
    clauses = [Clause(matter, sentence) for matter, sentence in found.items()]
    order = {sentence: number for number, sentence in enumerate(sentences)}
    return tuple(sorted(clauses, key=lambda each: order[each.sentence]))
