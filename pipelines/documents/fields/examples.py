"""Examples for rankers of fields, from documents whose values are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from pipelines.documents.fields.candidates import candidates
from pipelines.documents.fields.extract import value_key
from pipelines.documents.fields.features import Describer
from pipelines.documents.fields.learn import Example, Scored, calibrate, fit
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.same import letters, normal
from pipelines.documents.fields.schema import Field
from pipelines.documents.fields.spelling import known_words
from pipelines.documents.pages import View

_NEAR = 0.85
_LENGTHS_APART = 10
_FUZZY = frozenset({"heading", "address"})


def example(view: View, spec: Field, expected: Sequence[str]) -> Example:
    """The candidates of a field with those marked that have an expected value.

    Of headings and addresses, where people put slips right, the most alike counts if it is
    alike enough.
    """
    found = candidates(view, spec)
    describer = Describer(view, spec, found)
    wanted = {normal(spec.type, each) for each in expected}
    right = [normal(spec.type, each.value) in wanted for each in found]
    if expected and not any(right) and spec.type in _FUZZY:
        alike = [_alike(letters(each.value), letters(expected[0])) for each in found]
        best = max(alike, default=0.0)
        right = [each == best >= _NEAR for each in alike]
    return Example(
        [value_key(spec, each.value) for each in found],
        [describer.describe(each) for each in found],
        right,
        missed=bool(expected) and not any(right),
    )


def fit_field(
    spec: Field,
    examples: Sequence[Example],
    expected: Sequence[Sequence[str]],
    *,
    folds: int = 5,
) -> Ranker:
    """A ranker trained on all examples, its confidence fitted on folds that it had not seen."""
    scored = []
    for fold in range(folds):
        train = [each for number, each in enumerate(examples) if number % folds != fold]
        ranker = fit(spec, train)
        scored += [
            Scored(each, ranker.scores(spec, each.features), ranker.none)
            for each in examples[fold::folds]
            if each.values
        ]
    made = calibrate(spec, fit(spec, examples), scored)
    if spec.type == "address":
        made.known = known_words(value for values in expected for value in values)
    return made


def fit_all(
    specs: Sequence[Field],
    views: Sequence[View],
    expected: Sequence[Mapping[str, Sequence[str]]],
    *,
    folds: int = 5,
) -> dict[str, Ranker]:
    """Rankers by field for documents and their values by field."""
    made = {}
    for spec in specs:
        values = [each.get(spec.name, ()) for each in expected]
        if not any(values):
            continue
        examples = [example(view, spec, given) for view, given in zip(views, values, strict=True)]
        made[spec.name] = fit_field(spec, examples, values, folds=folds)
    return made


def _alike(first: str, second: str) -> float:
    if abs(len(first) - len(second)) > _LENGTHS_APART:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
