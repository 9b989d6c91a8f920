"""The tags that a file would be given, without keeping anything."""

from __future__ import annotations

from pipelines.analysis import Analysis
from pipelines.tagging.measured import measured
from pipelines.tagging.signals import Signals
from pipelines.tagging.signals import Tag as Found
from service.tags import schemas
from service.tags.inputs import MOST_PICTURES, is_looked_at, keywords_in, telling_path
from service.tags.machine import said_of
from service.tags.names import label
from service.tags.overlap import one_of_each
from service.tags.taggers import Taggers


def would_be_tagged(found: Analysis, name: str, taggers: Taggers) -> schemas.AnalysedTags:
    """Tags by the vocabularies that are in force everywhere.

    Args:
        found: with vectors. Words are not read in its pictures, which would take long.
    """
    whole = Signals(
        keywords=keywords_in(found.values),
        path=telling_path(name),
        measured=measured(found.kind, found.values),
    )
    seen = [unit for unit in found.units if is_looked_at(found.kind, unit.kind)]
    pictures = [
        Signals(visual=unit.visual, look=unit.look, second=unit.start_s)
        for unit in seen[:MOST_PICTURES]
    ]
    by_vocabulary = {
        id_: taggers.by_id[id_].tags_of([[whole, *pictures]])[0] for id_ in taggers.everywhere
    }
    tags = [
        _shape(tag, id_, taggers) for id_, tag in one_of_each(by_vocabulary, taggers.vocabularies)
    ]
    tags.sort(key=lambda tag: (tag.state, -tag.confidence, tag.term))
    return schemas.AnalysedTags(kind=found.kind, tags=tags)


def _shape(tag: Found, vocabulary: str, taggers: Taggers) -> schemas.AssetTag:
    said = said_of(tag, taggers.model)
    labels = dict(taggers.by_id[vocabulary].vocabulary.by_id[tag.term].labels)
    return schemas.AssetTag(
        vocabulary=vocabulary,
        term=tag.term,
        label=label(labels, (vocabulary, tag.term)),
        labels=labels,
        state=said.state,  # type: ignore[arg-type]
        source=said.source,  # type: ignore[arg-type]
        model=said.model,
        confidence=said.confidence,
        evidence=[schemas.TagEvidence(**each) for each in said.evidence],
    )
