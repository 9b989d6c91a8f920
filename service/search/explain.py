"""Why an asset is among the answers, in words that a person can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from models.bm25 import Bm25Encoder
from pipelines.video.clock import clock
from service import schemas
from service.catalog.assets import Assets, FoundUnit
from service.media.timeline import unit_thumbnail
from service.search.judge import Judged
from service.search.snippets import snippet

_WORTH_SAYING = 0.1
"""Evidence less probable than this explains nothing; the strongest is said all the same."""


_MOST_TAGS = 5


class Explainer:
    """Turns evidence into reasons, with quotations and pages."""

    def __init__(self, assets: Assets, bm25: Bm25Encoder) -> None:
        self._assets = assets
        self._bm25 = bm25

    def explain(
        self,
        words: str,
        evidence: Mapping[str, Sequence[Judged]],
        records: Mapping[str, schemas.Asset],
    ) -> dict[str, list[schemas.Reason]]:
        """The reasons of each asset, strongest first; ``records`` are those of the assets."""
        said = {
            asset_id: [
                judged
                for rank, judged in enumerate(judgeds)
                if rank == 0 or judged.probability >= _WORTH_SAYING
            ]
            for asset_id, judgeds in evidence.items()
        }
        wanted = [
            (judged.candidate.asset_id, judged.candidate.unit)
            for judgeds in said.values()
            for judged in judgeds
        ]
        units = self._assets.units(wanted)
        named = {
            judged.candidate.asset_id
            for judgeds in said.values()
            for judged in judgeds
            if judged.candidate.unit_kind == "record"
        }
        tags = self._assets.tag_words(sorted(named)) if named else {}
        terms = {term for term, _, _ in self._bm25.tokens(words)} if words else set()
        return {
            asset_id: [
                self._reason(
                    judged,
                    units.get((asset_id, judged.candidate.unit)),
                    records[asset_id],
                    self._tags_asked_for(tags.get(asset_id, ()), records[asset_id], terms),
                    terms,
                )
                for judged in judgeds
            ]
            for asset_id, judgeds in said.items()
        }

    def _reason(
        self,
        judged: Judged,
        unit: FoundUnit | None,
        record: schemas.Asset,
        tags: Sequence[str],
        terms: Set[str],
    ) -> schemas.Reason:
        reason = schemas.Reason(
            leg=judged.leg,
            text=_sentence(judged, unit, tags),
            score=round(judged.score, 4),
            unit=judged.candidate.unit,
            page=unit.page if unit else None,
            start_s=unit.start_s if unit else None,
            end_s=unit.end_s if unit else None,
        )
        if unit and unit.thumbnail and unit.start_s is not None:
            reason.thumbnail = unit_thumbnail(
                judged.candidate.asset_id, judged.candidate.unit, unit.thumbnail
            )
        of_record = judged.candidate.unit_kind == "record"
        text = record.name if of_record else (unit.text if unit else "")
        if text:
            quoted = snippet(text, terms, self._bm25)
            reason.snippet = quoted.text
            reason.highlights = [
                schemas.Span(start=start, end=end) for start, end in quoted.highlights
            ]
        return reason

    def _tags_asked_for(
        self, tags: Sequence[str], record: schemas.Asset, terms: Set[str]
    ) -> list[str]:
        """Tags that words of the question name, and the name of the asset does not."""
        named = self._terms(f"{record.name} {record.title or ''}")
        return [tag for tag in tags if (self._terms(tag) & terms) - named]

    def _terms(self, text: str) -> set[str]:
        return {term for term, _, _ in self._bm25.tokens(text)}


def _sentence(judged: Judged, unit: FoundUnit | None, tags: Sequence[str]) -> str:
    place = _place(unit)
    if judged.candidate.unit_kind == "transcript":
        said = "These words are said" if judged.leg == "bm25" else "The same is said in other words"
        return f"{said}{place}"
    match judged.leg, judged.candidate.unit_kind:
        case _, "record" if tags:
            return f"Tagged: {', '.join(tags[:_MOST_TAGS])}"
        case _, "record":
            return "Its name or description says so"
        case "look", "embedded_image":
            return f"A picture{place} looks like the example"
        case "look", _:
            return f"Looks like the example{place}"
        case "gist", _:
            return f"Says what the example says{place}"
        case "visual", "embedded_image":
            return f"A picture{place} shows this"
        case "visual", "page":
            return f"Page {unit.page} looks like this" if unit else "A page looks like this"
        case "visual", _:
            return f"The picture{place} shows this"
        case "bm25", _ if unit and unit.model and unit.page is None:
            return f"These words stand in the picture{place}"
        case "bm25", _:
            return f"These words stand{place}" if place else "These words stand in it"
        case _:
            return f"The same is said in other words{place}"


def _place(unit: FoundUnit | None) -> str:
    """Where in a document, video or sound a unit stands; empty where that is not known."""
    if unit is None:
        return ""
    if unit.start_s is not None:
        return f" at {clock(unit.start_s)}"
    return f" on page {unit.page}" if unit.page else ""
