"""What machines say of assets, written so that a person's word always stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.tagging.signals import Evidence, Signals
from pipelines.tagging.signals import Tag as Found
from service.catalog.tables import Asset
from service.tags.inputs import signals_of
from service.tags.names import keep_names
from service.tags.overlap import one_of_each
from service.tags.rows import Changes, Key, Run, Said, standing, write
from service.tags.state import alone_with, held_among, note
from service.tags.tables import Tag
from service.tags.taggers import Taggers, in_force

_SOURCES = {"picture": "model", "examples": "model", "pixels": "rule", "keywords": "embedded"}
"""Who speaks, by the strongest reason; what follows from names, words and other terms is a
rule."""

_DIGITS = 4
_SAME = 0.002
"""Vectors that were encoded again differ by less."""


def tag_assets(session: Session, asset_ids: Sequence[str], taggers: Taggers, run: Run) -> Changes:
    """Let machines say anew what they think of some assets; only what changes is touched.

    What a person took back stays so.
    """
    alone_with(session, asset_ids)
    held = held_among(session, asset_ids)
    wanted = [asset_id for asset_id in asset_ids if asset_id not in held]
    changes = foresee(session, wanted, taggers)
    keep_names(session, taggers.kept)
    write(session, changes, run)
    note(session, asset_ids, taggers.digest)
    return changes


def foresee(
    session: Session,
    asset_ids: Sequence[str],
    taggers: Taggers,
    vocabulary: str | None = None,
) -> Changes:
    """What would change if machines said anew what they think; nothing is written.

    Args:
        vocabulary: the id of the only one that is asked; None for all in force.
    """
    assets = session.scalars(select(Asset).where(Asset.id.in_(asset_ids))).all()
    stands = standing(session, [asset.id for asset in assets])
    said = _say(session, assets, stands, taggers, vocabulary)
    changes = Changes()
    for asset in assets:
        for key in stands[asset.id].keys() | said[asset.id].keys():
            old, new = stands[asset.id].get(key), said[asset.id].get(key)
            if old is not None and old.source == "human":
                continue
            if old is not None and vocabulary not in {None, key[0]}:
                continue
            if not _is_same(old, new):
                changes.replace(asset.id, key, old, new)
    return changes


def _say(
    session: Session,
    assets: Sequence[Asset],
    stands: Mapping[str, Mapping[Key, Tag]],
    taggers: Taggers,
    vocabulary: str | None,
) -> dict[str, dict[Key, Said]]:
    signals = signals_of(session, assets, taggers.model)
    found: dict[str, dict[str, Sequence[Found]]] = {asset.id: {} for asset in assets}
    places = in_force(session, taggers, [asset.id for asset in assets])
    for id_, tagger in taggers.by_id.items():
        if vocabulary not in {None, id_}:
            continue
        here = [asset.id for asset in assets if id_ in places[asset.id]]
        files = [_decided(signals[asset_id], stands[asset_id], id_) for asset_id in here]
        for asset_id, tags in zip(here, tagger.tags_of(files), strict=True):
            found[asset_id][id_] = tags
    return {
        asset_id: {
            (id_, tag.term): said_of(tag, taggers.model)
            for id_, tag in one_of_each(
                tags, taggers.vocabularies, _settled(stands[asset_id], vocabulary)
            )
        }
        for asset_id, tags in found.items()
    }


def _settled(stands: Mapping[Key, Tag], vocabulary: str | None) -> list[Key]:
    """Terms of which what is said stays: by people, or of vocabularies that are not asked."""
    return [
        key
        for key, row in stands.items()
        if row.source == "human" or vocabulary not in {None, key[0]}
    ]


def said_of(tag: Found, model: str) -> Said:
    """What a tagger found, as it is kept."""
    strongest = tag.evidence[0]
    source = _SOURCES.get(strongest.signal, "rule")
    return Said(
        state="accepted" if tag.given else "suggested",
        source=source,
        model=model if source == "model" else strongest.signal,
        confidence=round(tag.probability, _DIGITS),
        evidence=[packed(each) for each in tag.evidence],
    )


def packed(evidence: Evidence) -> dict[str, Any]:
    """A reason as JSON; what is empty is left out."""
    return {
        "signal": evidence.signal,
        "probability": round(evidence.probability, _DIGITS),
        **({"detail": evidence.detail} if evidence.detail else {}),
        **({"second": round(evidence.second, 2)} if evidence.second is not None else {}),
    }


def _decided(
    signals: Sequence[Signals], stands: Mapping[Key, Tag], vocabulary: str
) -> tuple[Signals, ...]:
    """The signals of an asset with what people decided."""
    by_state: dict[str, set[str]] = {"accepted": set(), "rejected": set()}
    for (id_, term), row in stands.items():
        if id_ == vocabulary and row.source == "human":
            by_state[row.state].add(term)
    whole = replace(
        signals[0],
        accepted=frozenset(by_state["accepted"]),
        rejected=frozenset(by_state["rejected"]),
    )
    return (whole, *signals[1:])


def _is_same(old: Tag | None, new: Said | None) -> bool:
    if old is None or new is None:
        return old is None and new is None
    return (
        (old.state, old.source, old.model) == (new.state, new.source, new.model)
        and abs(old.confidence - new.confidence) <= _SAME
        and [_reason(each) for each in old.evidence] == [_reason(each) for each in new.evidence]
    )


def _reason(evidence: Mapping[str, Any]) -> tuple[Any, ...]:
    return evidence["signal"], evidence.get("detail"), evidence.get("second")
