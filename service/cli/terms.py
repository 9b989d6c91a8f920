"""Commands about the terms of vocabularies."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.vocabularies import schemas

_Vocabulary = Annotated[str, typer.Option("--vocabulary", help="Id of a vocabulary.")]
_Proposal = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Id of a proposal.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    made = typer.Typer(help="Terms: the single words of vocabularies.", no_args_is_help=True)
    for command in (find, merge, propose, proposals, accept, reject):
        made.command()(command)
    app.add_typer(made, name="terms")


def find(
    name: Annotated[str, typer.Argument(help="What a name begins with, in any language.")] = "",
    vocabulary: Annotated[str | None, typer.Option(help="Only of this vocabulary.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find terms by a name, a synonym, or the beginning of one."""
    with opened() as hub:
        page = hub.desk.terms.find(name, vocabulary_id=vocabulary, limit=limit)
    if as_json:
        print_json(page)
        return
    if not page.terms:
        console.print("No term goes by that; `magpie terms propose` asks for one.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("term", "vocabulary", "labels", "synonyms", "under"):
        table.add_column(heading, overflow="fold")
    for term in page.terms:
        table.add_row(*map(Text, _cells(term)))
    console.print(table)
    if page.total > len(page.terms):
        console.print(f"{page.total - len(page.terms)} more; --limit shows them.")


def merge(
    term: Annotated[str, typer.Argument(help="Id of the term that gives way.")],
    into: Annotated[str, typer.Option("--into", help="Id of the term to use instead.")],
    vocabulary: _Vocabulary = "general",
    as_json: AsJson = False,
) -> None:
    """Let a term give way to another, which takes over its names and tags."""
    said = checked(schemas.TermMerge, vocabulary=vocabulary, term=term, into=into)
    with opened() as hub:
        _show(hub.desk.terms.merge(said), as_json)


def propose(
    label: Annotated[str, typer.Argument(help="The word that should become a term.")],
    vocabulary: _Vocabulary = "general",
    language: Annotated[str, typer.Option(help="Of the word: en, de, pt-BR.")] = "en",
    under: Annotated[list[str] | None, typer.Option(help="Id of a broader term; repeatable.")] = (
        None
    ),
    reason: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask for a new term."""
    new = checked(
        schemas.NewProposal,
        vocabulary=vocabulary,
        label=label,
        language=language,
        broader=under or [],
        reason=reason,
    )
    with opened() as hub:
        made = hub.desk.proposals.propose(new)
    if as_json:
        print_json(made)
    else:
        console.print(f"Proposed {made.label}: {made.id}", markup=False, highlight=False)


def proposals(
    gather: Annotated[
        bool, typer.Option("--gather", help="First look for keywords that no term covers.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List words that were proposed as terms, the most used first."""
    with opened() as hub:
        if gather:
            hub.desk.proposals.gather()
        page = hub.desk.proposals.all(limit=limit)
    if as_json:
        print_json(page)
        return
    if not page.proposals:
        console.print("Nothing is proposed; --gather looks at the keywords of the records.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("word", "vocabulary", "records", "reason", "id"):
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for each in page.proposals:
        word = f"{each.label} ({each.language})"
        uses = str(each.uses or "")
        table.add_row(*map(Text, (word, each.vocabulary, uses, each.reason, each.id)))
    console.print(table)


def accept(
    proposal_id: _Proposal,
    under: Annotated[list[str] | None, typer.Option(help="Id of a broader term; repeatable.")] = (
        None
    ),
    synonym_of: Annotated[
        str | None, typer.Option(help="Make it a synonym of this term instead.")
    ] = None,
    vocabulary: Annotated[str | None, typer.Option(help="Another than proposed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a proposal a term."""
    how = checked(
        schemas.ProposalAcceptance, vocabulary=vocabulary, broader=under, synonym_of=synonym_of
    )
    with opened() as hub:
        _show(hub.desk.proposals.accept(proposal_id, how), as_json)


def reject(proposal_id: _Proposal, as_json: AsJson = False) -> None:
    """Refuse a proposal."""
    with opened() as hub:
        refused = hub.desk.proposals.reject(proposal_id)
    if as_json:
        print_json(refused)
    else:
        console.print(f"Refused {refused.label}.", markup=False, highlight=False)


def _cells(term: schemas.Term) -> tuple[str, str, str, str, str]:
    labels = ", ".join(f"{name} ({language})" for language, name in term.labels.items())
    synonyms = ", ".join(name for names in term.synonyms.values() for name in names)
    return term.id, term.vocabulary, labels, synonyms, ", ".join(term.broader)


def _show(term: schemas.Term, as_json: bool) -> None:
    if as_json:
        print_json(term)
    else:
        id_, vocabulary, labels, synonyms, _ = _cells(term)
        also = f"; also {synonyms}" if synonyms else ""
        console.print(f"{vocabulary}/{id_}: {labels}{also}", markup=False, highlight=False)
