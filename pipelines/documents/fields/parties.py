"""Names of companies and people, as contracts and invoices write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.documents.fields.party_context import DESCRIPTION, ROLE

_FORMS = {
    "incorporated": "Inc.", "inc": "Inc.", "corporation": "Corporation", "corp": "Corp.",
    "company": "Company", "co": "Co.", "limited": "Ltd.", "ltd": "Ltd.", "llc": "LLC",
    "l.l.c": "LLC", "lp": "LP", "l.p": "LP", "llp": "LLP", "l.l.p": "LLP", "plc": "PLC",
    "p.l.c": "PLC", "gmbh": "GmbH", "ag": "AG", "se": "SE", "kg": "KG", "ohg": "OHG", "ug": "UG",
    "e.k": "e.K.", "b.v": "B.V.", "bv": "BV", "n.v": "N.V.", "nv": "NV", "s.a": "S.A.",
    "sa": "SA", "sarl": "SARL", "s.a.r.l": "S.à r.l.", "s.r.l": "S.r.l.", "srl": "SRL",
    "s.p.a": "S.p.A.", "spa": "SpA", "a/s": "A/S", "aps": "ApS", "ab": "AB", "oy": "Oy",
    "oyj": "Oyj", "asa": "ASA", "s.l": "S.L.", "sdn. bhd": "Sdn. Bhd.",
    "sdn bhd": "Sdn. Bhd.", "pte ltd": "Pte Ltd.", "pte. ltd": "Pte Ltd.", "pty ltd": "Pty Ltd.",
    "n.a": "N.A.", "trust": "Trust", "partners": "Partners", "bank": "Bank",
}  # fmt: skip
_WORD = r"(?:[A-Z0-9][\w.'’&/\-¢]*|&|I{1,3}\b)"
_JOIN = r"(?:(?:of|and|the|de|for|van|von|&)[^\S\t]+)?"
_SUFFIX = "|".join(
    sorted((re.escape(form).replace(r"\ ", r"\s+") for form in _FORMS), key=len, reverse=True)
)
_COMPANY = re.compile(
    rf"(?<![\w.&])(?P<name>{_WORD}(?:,?[^\S\t]+{_JOIN}{_WORD}){{0,7}}?)(?P<mid>,?[^\S\t]+)"
    rf"(?P<form>(?i:{_SUFFIX}))(?P<more>(?:,?[^\S\t]+(?i:{_SUFFIX}))*)(?P<dot>\.?)(?![\w/])"
)
_ROLE = r"[\"“”'‘’]\s*(?:the[^\S\t]+)?[A-Z][\w &.\-]{1,40}[\"“”'‘’]"
_DEFINED = re.compile(
    rf"(?<![\w.])(?P<name>{_WORD}(?:,?[^\S\t]+{_JOIN}{_WORD}){{0,7}})\s*,?\s*"
    rf"(?=\((?:[^()]{{0,60}}[\s,])?(?:the[^\S\t]+|each[^\S\t]+)?{_ROLE})"
)
_DESCRIBED = re.compile(
    rf"(?<![\w.])(?P<name>(?!\d){_WORD}(?:[^\S\t]+{_JOIN}{_WORD}){{0,7}})"
    rf"(?=\s*,\s*{DESCRIPTION}|\s*{ROLE})"
)
_PERSON_WORD = r"(?:[A-Z][a-zé’'\-]+(?:[A-Z][a-z]+)?|[A-Z][A-ZÉ’'\-]+|(?:[A-Z]\.){1,2}|[A-Z]\b)"
_PERSON = re.compile(
    rf"(?<![\w.])(?P<name>{_PERSON_WORD}(?:\s{_PERSON_WORD}){{1,3}}"
    r"(?:,?\s(?:Jr|Sr|II|III|IV)\b\.?)?)(?![\w])"
)
_LEAD = re.compile(
    r"^(?:(?:by and|between|among|and|the|by|this|of|to|with|from|attention|attn|dear|re|name|"
    r"title|date|mr|mrs|ms|dr|its|for|whereas|if|in)\b[.:,]?\s+)+", re.IGNORECASE,
)  # fmt: skip
_NO_NAMES = """
agreement confidentiality confidential information disclosure nondisclosure non-disclosure party
parties recipient disclosing receiving section article exhibit dear sincerely very truly yours
effective whereas witness therefore state county court courts law laws avenue street suite road
drive floor chief officer president vice director secretary chairman general counsel executive
manager board january february march april may june july august september october november
december company employee employer purchaser seller buyer contractor consultant representatives
affiliates evaluation material letter terms notices attention telephone facsimile email date title
name signature page form city united states securities exchange act commission new york delaware
california texas trade secrets covenant employment services transaction proposed governing mutual
this that the and for such any all each either its your our we you not will shall must in by of to
no on as or business subsidiaries
"""
_NOT_NAMES = frozenset(_NO_NAMES.split())
_HOW = {"form": _COMPANY, "defined": _DEFINED, "described": _DESCRIBED, "person": _PERSON}
_BY_TEXT = frozenset({"defined", "described"})


class FoundParty(NamedTuple):
    """A name in a text: its characters, as it is written usually, how it was recognised."""

    start: int
    end: int
    name: str
    how: str


def find_parties(text: str) -> Iterator[FoundParty]:
    """Names of companies (by legal form, definition or description) and people (by capitals)."""
    taken: list[tuple[int, int]] = []
    for how, pattern in _HOW.items():
        for match in pattern.finditer(text):
            start = match.start("name")
            raw = text[start : match.end() if how == "form" else match.end("name")]
            lead = _LEAD.match(raw)
            # "The Hershey Company" is called so; only definitions drop what stands before.
            if lead is not None and not raw.lower().startswith("the "):
                start += lead.end()
                raw = raw[lead.end() :]
            raw = raw.rstrip(" ,")
            end = start + len(raw)
            if len(raw) < 3 or any(start < high and end > low for low, high in taken):
                continue
            words = [word.strip(".,'’\"").lower() for word in raw.split()]
            odd = sum(word in _NOT_NAMES for word in words)
            if (how == "person" and odd) or (how in _BY_TEXT and 2 * odd >= len(words)):
                continue
            if how == "form" and all(_is_no_name(word) for word in words):
                continue
            taken.append((start, end))
            yield FoundParty(start, end, party_name(raw), how)


def _is_no_name(word: str) -> bool:
    """Whether a word cannot be what a company is called by: weights such as ``24 kg`` have none."""
    return word in _NOT_NAMES or word in _FORMS or not any(map(str.isalpha, word))


def party_name(text: str) -> str:
    """A name as records keep it: ``Leggett and Platt Inc.``, capitals only where usual."""
    joined = " ".join(text.replace("&", " and ").replace("\t", " ").split())
    joined = re.sub(r"\s*,\s*", " ", joined)
    found = re.search(rf"\s(?P<form>{_SUFFIX})\.?$", joined, re.IGNORECASE)
    if found:
        head = joined[: found.start()]
        tail = _FORMS[" ".join(found["form"].lower().rstrip(".").split())]
        return f"{_usual_case(head)} {tail}"
    return _usual_case(joined)


def party_key(text: str) -> str:
    """What two spellings of one name share: letters and digits of its usual form."""
    key = re.sub(r"[^a-z0-9]", "", party_name(text).casefold())
    return key.removeprefix("the")


def _usual_case(text: str) -> str:
    return text.title() if text.isupper() and len(text) > 5 else text
