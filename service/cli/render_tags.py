"""What people see of tags in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from service.cli.render import console
from service.tags import schemas

_SHOWN = 5
_KINDS = {
    "arrival": "files arrived",
    "refresh": "vocabulary, model or lessons changed",
    "batch": "tagged again",
    "person": "decided",
    "learn": "learned",
    "undo": "taken back",
}
_SIGNALS = {
    "picture": "looks like it",
    "examples": "looks like accepted ones",
    "pixels": "measured",
    "keywords": "keyword",
    "name": "file name",
    "words": "words in the picture",
    "narrower": "follows from",
}


def tags(found: schemas.AssetTags) -> None:
    """The tags of an asset, with their reasons."""
    if not found.tags:
        console.print("No tags. `magpie tag` tags again; `magpie tags add` gives one by hand.")
        return
    table = Table("Tag", "State", "Sure", "By", "Why", box=None, header_style="dim")
    for tag in found.tags:
        table.add_row(
            Text(tag.label, style="dim" if tag.state != "accepted" else ""),
            tag.state,
            f"{tag.confidence:.0%}",
            "a person" if tag.source == "human" else "Magpie",
            Text("; ".join(_why(each) for each in tag.evidence[:3])),
        )
    console.print(table)


def learned(made: schemas.Learned) -> None:
    """What was learned of each term, with figures of before and after."""
    if not made.terms:
        console.print("Nothing to learn from yet: accept a term on at least 5 pictures.")
        return
    table = Table(
        "Term", "Accepted", "Rejected", "Before", "After", "Used", box=None, header_style="dim"
    )
    for each in made.terms:
        table.add_row(
            each.label,
            str(each.examples),
            str(each.rejected),
            f"{each.before:.2f}",
            f"{each.after:.2f}",
            "yes" if each.used else "no",
        )
    console.print(table)
    for each in made.terms:
        if not each.used:
            console.print(Text(f"{each.label}: {each.reason}", style="dim"))
    if any(each.used for each in made.terms):
        console.print(f"Take it back: magpie tags undo {made.run_id}", soft_wrap=True)


def runs(page: schemas.RunPage) -> None:
    """Work that changed tags."""
    if not page.runs:
        console.print("No run has changed tags yet.")
        return
    for run in page.runs:
        what = _KINDS[run.kind] + (f": {run.about}" if run.about else "")
        counts = f"{run.given} given, {run.suggested} suggested, {run.taken} taken away"
        console.print(
            Text.assemble(
                (run.id, "bold"),
                f"  {run.started_at:%Y-%m-%d %H:%M}  {what}",
                (" (undone)" if run.undone else "", "yellow"),
                (f"\n    {run.assets} assets: {counts}", "dim"),
            ),
            soft_wrap=True,
        )
    if page.next_cursor:
        console.print(f"More: magpie tags runs --cursor {page.next_cursor}", soft_wrap=True)


def done(made: schemas.Tagged, *, others_too: bool = False) -> None:
    """What a run did, or would do.

    Args:
        others_too: whether Magpie may have done the same in the background meanwhile.
    """
    if made.remark:
        _say(made.remark)
    if not made.changed and others_too:
        console.print(f"{made.matched} looked at; what changed since: magpie tags runs")
        return
    if not made.changed:
        console.print(f"{made.matched} looked at; nothing to change.")
        return
    said = f"{made.changed} of {made.total} assets"
    console.print(f"Changed tags of {said}." if made.batch_id else f"Would change tags of {said}.")
    if made.given or made.suggested or made.taken:
        console.print(
            f"{made.given} given, {made.suggested} suggested, {made.taken} taken away.", style="dim"
        )
    for example in made.examples[:_SHOWN]:
        before, after = (_listed(side.get("tags")) for side in (example.before, example.after))
        console.print(Text.assemble((f"  {example.name}: ", "bold"), (before, "dim"), " → ", after))
    if made.batch_id:
        console.print(f"Take it back: magpie tags undo {made.batch_id}", soft_wrap=True)


def _listed(tags: object) -> str:
    return ", ".join(map(str, tags)) if isinstance(tags, list) and tags else "nothing"


def _why(evidence: schemas.TagEvidence) -> str:
    said = _SIGNALS.get(evidence.signal, evidence.signal)
    detail = f" {evidence.detail}" if evidence.detail else ""
    second = f" at {evidence.second:.0f} s" if evidence.second is not None else ""
    return f"{said}{detail}{second} ({evidence.probability:.0%})"


def report(found: schemas.TagReport) -> None:
    """The state of the tags."""
    _say(
        f"{found.tags} tags of {found.terms} terms on {found.assets} assets; "
        f"{found.untagged} have none."
    )
    _say(f"Most used: {_counts(found.most_used)}.")
    _say(f"On one asset alone ({found.singletons_total}): {_counts(found.singletons)}.")
    for pair in found.near_synonyms:
        one, other = pair.terms
        _say(
            f"Perhaps the same: {one.label} ({one.assets}) and {other.label} ({other.assets}), "
            f"{pair.likeness:.0%} alike, together on {pair.together:.0%}."
        )
    for asked in found.asked_for:
        _say(f"Searched for without a tag: {asked.word}, {asked.asked} times.")
    if found.near_synonyms:
        _say("`magpie terms merge ID --into ID` joins two terms.")


def _counts(terms: Sequence[schemas.TermCount]) -> str:
    return ", ".join(f"{each.label} {each.assets}" for each in terms) or "none"


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False)
