"""Fields of one document: candidates, ranked, checked, with evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.documents.fields.agreement import agreement, sureness
from pipelines.documents.fields.amounts import choose_amounts
from pipelines.documents.fields.candidates import Candidate, candidates
from pipelines.documents.fields.checks import EMBEDDED, check_fields
from pipelines.documents.fields.features import Describer
from pipelines.documents.fields.parties import party_key
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import Field, Schema
from pipelines.documents.fields.spelling import respell
from pipelines.documents.pages import View

_MOST_OPTIONS = 5
_LEAST_OPTION = 0.01


def extract(
    view: View, schema: Schema, rankers: Mapping[str, Ranker] | None = None
) -> tuple[Extracted, ...]:
    """The fields of a document in the order of the schema.

    Args:
        view: of the document.
        schema: which fields.
        rankers: by field; those that were not trained rest on labels and hints alone.
    """
    rankers = rankers or {}
    found = [extract_field(view, spec, rankers.get(spec.name, Ranker())) for spec in schema.fields]
    chosen = choose_amounts({each.name: each for each in found})
    return check_all(schema, list(chosen.values()))


def check_all(schema: Schema, found: Sequence[Extracted]) -> tuple[Extracted, ...]:
    """The fields with what validators and cross-checks say of their first values.

    What a value was compared with before, as embedded data are with the page, stays said.
    """
    firsts = {each.name: each.values[0] for each in found if each.values}
    types = {spec.name: spec.type for spec in schema.fields}
    plain = {name: each.value for name, each in firsts.items()}
    details = {name: each.detail for name, each in firsts.items()}
    checks = check_fields(types, plain, details)
    return tuple(
        replace(
            each,
            values=(
                replace(
                    each.values[0],
                    checks=(
                        *checks.get(each.name, ()),
                        *(check for check in each.values[0].checks if check.name == EMBEDDED),
                    ),
                ),
                *each.values[1:],
            ),
        )
        if each.values
        else each
        for each in found
    )


def extract_field(view: View, spec: Field, ranker: Ranker) -> Extracted:
    """One field."""
    found = candidates(view, spec)
    if not found:
        return Extracted(spec.name)
    describer = Describer(view, spec, found)
    features = [describer.describe(each) for each in found]
    scores = ranker.scores(spec, features)
    keys = [value_key(spec, each.value) for each in found]
    chances = ranker.chances(keys, scores, spec.many)
    best: dict[str, tuple[float, Candidate]] = {}
    for key, score, candidate in zip(keys, scores, found, strict=True):
        if key not in best or score > best[key][0]:
            best[key] = (score, candidate)
    ordered = sorted(chances, key=lambda key: -chances[key])
    made = [_found(view, best[key][1], chances[key], ranker.known) for key in ordered]
    if spec.many:
        taken = [each for each in made if each.confidence >= ranker.threshold]
    else:
        taken = [each for each in made[:1] if each.confidence >= ranker.threshold]
    rest = [each for each in made if each not in taken and each.confidence >= _LEAST_OPTION]
    if taken and ranker.agreement and not spec.many:
        _, figures = agreement(keys, features, chances, max(scores) - ranker.none)
        known = made[0].confidence / chances[ordered[0]]
        taken = [replace(made[0], confidence=round(known * sureness(ranker.agreement, figures), 4))]
    if spec.many:
        taken.sort(key=lambda each: each.evidence.start if each.evidence else 0)
    return Extracted(spec.name, tuple(taken), tuple(rest[:_MOST_OPTIONS]))


def value_key(spec: Field, value: str) -> str:
    """What candidates of one value share."""
    if spec.type == "party":
        return party_key(value)
    if spec.type == "money":
        return f"{Decimal(value):.2f}"
    return value


def _found(view: View, candidate: Candidate, chance: float, known: Mapping[str, int]) -> Found:
    evidence = view.evidence(candidate.start, candidate.end)
    sure = view.certainty(candidate.start, candidate.end)
    value = candidate.value
    if known and sure < 1:
        value = respell(value, known)
    return Found(value, round(chance * sure, 4), evidence, candidate.detail)
