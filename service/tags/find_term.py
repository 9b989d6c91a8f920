"""Terms as people name them."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.vocabulary.terms import Term
from service.errors import BadRequest, NotFound
from service.tags.rows import Key
from service.tags.schemas import Decision, TagChanges
from service.vocabularies.in_force import Kept


def find_term(vocabularies: Sequence[Kept], name: str, vocabulary: str | None = None) -> Key:
    """The term of an id or a name in any language; what replaced it, where it is deprecated.

    Where several vocabularies have one, that of the house counts before that of Magpie, and one
    that is in use before one that is off.

    Args:
        vocabularies: those that the person sees.

    Raises:
        NotFound: no vocabulary has it.
        BadRequest: the name is empty.
    """
    if not name.strip():
        raise BadRequest("Say which term, such as dog.")
    kept = [each for each in vocabularies if vocabulary in {None, each.vocabulary.id}]
    if not kept:
        raise NotFound(
            f"There is no vocabulary {vocabulary}; `magpie vocabularies list` shows them."
        )
    for each in sorted(kept, key=lambda each: each.scope == "off"):
        term = _in(each, name)
        if term is not None:
            return each.vocabulary.id, term.id
    raise NotFound(
        f"No vocabulary has a term “{name[:80]}”; `magpie terms find` looks for one, "
        "`magpie terms propose` asks for a new one."
    )


def decisions_in(changes: TagChanges, vocabularies: Sequence[Kept]) -> dict[Key, Decision]:
    """What is decided of which term.

    Raises:
        NotFound: as ``find_term``.
        BadRequest: nothing, or two things are said of a term.
    """
    found: dict[Key, Decision] = {}
    named: tuple[tuple[Decision, list[str]], ...] = (
        ("accept", changes.accept),
        ("reject", changes.reject),
        ("reset", changes.reset),
    )
    for decision, names in named:
        for name in names:
            key = find_term(vocabularies, name, changes.vocabulary)
            if found.setdefault(key, decision) != decision:
                raise BadRequest(f"Say one thing of “{name[:80]}”, not two.")
    if not found:
        raise BadRequest("Say which terms to accept, reject or reset.")
    return found


def _in(kept: Kept, name: str) -> Term | None:
    vocabulary = kept.vocabulary
    current = vocabulary.current(name)
    return vocabulary.by_id[current] if current is not None else vocabulary.find(name)
