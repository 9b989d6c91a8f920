"""Commands about tags: let machines tag, decide, learn, take back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from service.cli import render_edits, render_tags
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.tags import schemas

AssetIds = Annotated[list[str] | None, typer.Argument(metavar="[ID]...")]
Where = Annotated[
    str | None,
    typer.Option("--where", help="Which assets, such as `tag_suggested:dog kind:image`."),
]
Term = Annotated[str, typer.Argument(help="Id of the term, or a name of it in any language.")]
InVocabulary = Annotated[
    str | None, typer.Option("--vocabulary", help="Only terms of this vocabulary.")
]

group = typer.Typer(
    help="Tags of assets: see, accept, reject, learn, take back.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(tag)
    group.command(name="list")(list_tags)
    for command in (accept, add, reject, reset, learn, undo, runs, report):
        group.command()(command)
    app.add_typer(group, name="tags")


def tag(
    asset_ids: AssetIds = None,
    where: Where = None,
    vocabulary: InVocabulary = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tag again what is in the catalog; only what changes is touched, and people's tags never."""
    request = checked(
        schemas.TagRequest,
        asset_ids=asset_ids or [],
        where=where,
        vocabulary=vocabulary,
        dry_run=dry_run,
    )
    with opened() as hub:
        _say(_follow(hub.desk.tags.tag(request), "Tagging", as_json), as_json)


def list_tags(
    asset_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False
) -> None:
    """Show the tags of an asset, and why it has them."""
    with opened() as hub:
        found = hub.desk.tags.of(asset_id)
    if as_json:
        print_json(found)
    else:
        render_tags.tags(found)


def accept(
    term: Term,
    asset_ids: AssetIds = None,
    where: Where = None,
    vocabulary: InVocabulary = None,
    as_json: AsJson = False,
) -> None:
    """Accept a suggested tag, or give one, on many assets at once."""
    _decide("accept", term, asset_ids, where, vocabulary, as_json)


def add(
    term: Term,
    asset_ids: AssetIds = None,
    where: Where = None,
    vocabulary: InVocabulary = None,
    as_json: AsJson = False,
) -> None:
    """Give assets a tag by hand; the same as to accept it."""
    _decide("accept", term, asset_ids, where, vocabulary, as_json)


def reject(
    term: Term,
    asset_ids: AssetIds = None,
    where: Where = None,
    vocabulary: InVocabulary = None,
    as_json: AsJson = False,
) -> None:
    """Take a tag off; no machine gives it again."""
    _decide("reject", term, asset_ids, where, vocabulary, as_json)


def reset(
    term: Term,
    asset_ids: AssetIds = None,
    where: Where = None,
    vocabulary: InVocabulary = None,
    as_json: AsJson = False,
) -> None:
    """Forget what was decided by hand; machines speak again."""
    _decide("reset", term, asset_ids, where, vocabulary, as_json)


def learn(
    term: Annotated[
        str | None, typer.Option("--term", help="Only this one; else all with examples enough.")
    ] = None,
    vocabulary: InVocabulary = None,
    as_json: AsJson = False,
) -> None:
    """Learn terms from what was accepted and rejected, then tag the library by them."""
    request = checked(schemas.LearnRequest, term=term, vocabulary=vocabulary)
    with opened() as hub:
        learned = hub.desk.tags.learn(request)
        if as_json:
            print_json(learned)
        else:
            render_tags.learned(learned)
        if any(each.used for each in learned.terms):
            done = _follow(hub.desk.tags.tag(schemas.TagRequest()), "Tagging", as_json)
            if not as_json:
                render_tags.done(done, others_too=True)


def undo(
    run: Annotated[str, typer.Argument(help="As `magpie tags runs` lists them.")],
    as_json: AsJson = False,
) -> None:
    """Take back what a run did to tags; what somebody said since stays."""
    with opened() as hub:
        done = _follow(hub.desk.tags.undo(run), "Undoing", as_json)
        if not done.total:
            # Lessons touch no asset by themselves: what machines said by them goes now.
            done = _follow(hub.desk.tags.tag(schemas.TagRequest()), "Tagging", as_json)
            if not as_json:
                render_tags.done(done, others_too=True)
                return
        _say(done, as_json)


def runs(
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the work that changed tags, newest first."""
    with opened() as hub:
        page = hub.desk.tags.runs(limit=limit, cursor=cursor)
    if as_json:
        print_json(page)
    else:
        render_tags.runs(page)


def report(
    most: Annotated[int, typer.Option(min=1, max=200, help="Entries of each list.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show which tags are used, hardly used, mean the same, or are missing."""
    with opened() as hub:
        found = hub.tag_report(most=most)
    if as_json:
        print_json(found)
    else:
        render_tags.report(found)


def _decide(
    action: schemas.Decision,
    term: str,
    asset_ids: list[str] | None,
    where: str | None,
    vocabulary: str | None,
    as_json: bool,
) -> None:
    request = checked(
        schemas.TagDecision,
        action=action,
        term=term,
        vocabulary=vocabulary,
        where=where,
        asset_ids=asset_ids or [],
    )
    with opened() as hub:
        _say(_follow(hub.desk.tags.decide(request), "Deciding", as_json), as_json)


def _follow(steps: Iterator[schemas.Tagged], what: str, as_json: bool) -> schemas.Tagged:
    step: schemas.Tagged | None = None
    try:
        with render_edits.progress(what, visible=not as_json) as show:
            for step in steps:
                show(step)
    except KeyboardInterrupt as interrupt:
        if step is not None and step.batch_id and step.changed:
            print(
                f"\nStopped after {step.matched} of {step.total}; give the command again to go "
                f"on, or take it back with `magpie tags undo {step.batch_id}`.",
                file=sys.stderr,
            )
            raise typer.Exit(130) from interrupt
        raise
    assert step is not None
    return step


def _say(done: schemas.Tagged, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    render_tags.done(done)
    if done.kept:
        console.print(f"{done.kept} left alone: somebody decided there since.")
