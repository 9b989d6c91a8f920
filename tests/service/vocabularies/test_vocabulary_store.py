"""Vocabularies and terms as people bring, change, merge and propose them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.vocabulary.limited import read_limited
from pipelines.vocabulary.terms import Vocabulary
from service.access.viewer import OWNER, Viewer
from service.catalog.database import Database, sqlite_url
from service.catalog.tables import Asset
from service.collections.schemas import NewCollection
from service.collections.store import Collections
from service.errors import BadRequest, Conflict, Forbidden, NotFound
from service.events.listing import Events
from service.records.tables import RecordTerm
from service.vocabularies.errors import InvalidVocabulary
from service.vocabularies.in_force import Merge, Vocabularies
from service.vocabularies.proposals import Proposals
from service.vocabularies.schemas import (
    NewProposal,
    NewTerm,
    ProposalAcceptance,
    TermChange,
    TermMerge,
    VocabularyChange,
)
from service.vocabularies.store import VocabularyStore
from service.vocabularies.terms import Terms

_EDITOR = Viewer("e", "editor", frozenset({"legal"}), "write")
_OUTSIDER = Viewer("o", "editor", frozenset(), "write")

_BRAND = b"""vocabulary: {id: brand, language: en, name: {en: Brand}}
terms:
  shot: {de: Aufnahme}
  hero_shot: {en: [hero shot, key visual], de: Hauptmotiv, under: shot}
  ad_tech: {en: [ad tech, advertising technology]}
  adtech: {en: adtech}
  bidding: {under: ad_tech}
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def known(database: Database) -> Vocabularies:
    found = Vocabularies(database)
    VocabularyStore(database, found, OWNER).create(_BRAND, "yaml", source="brand.yaml")
    return found


def _store(database: Database, known: Vocabularies, viewer: Viewer = OWNER) -> VocabularyStore:
    return VocabularyStore(database, known, viewer)


def _brand(known: Vocabularies) -> Vocabulary:
    return next(each.vocabulary for each in known.all() if each.vocabulary.id == "brand")


@pytest.mark.parametrize("format_", ["yaml", "ttl", "csv"])
def test_what_is_exported_comes_back_the_same(
    database: Database, known: Vocabularies, format_: str
) -> None:
    store = _store(database, known)
    before = {term.id: term for term in _brand(known).terms}
    written = store.export("brand", format_)  # type: ignore[arg-type]
    store.delete("brand")
    store.create(written.text.encode(), format_, vocabulary_id="brand")  # type: ignore[arg-type]
    after = {term.id: term for term in _brand(known).terms}
    assert after.keys() == before.keys()
    for id_, term in after.items():
        assert term.labels == before[id_].labels
        assert {k: set(v) for k, v in term.synonyms.items()} == {
            k: set(v) for k, v in before[id_].synonyms.items()
        }
        assert term.broader == before[id_].broader


def test_faults_are_named_by_file_and_line(database: Database, known: Vocabularies) -> None:
    wrong = _BRAND.replace(b"brand", b"other").replace(b"under: shot", b"under: photo")
    with pytest.raises(InvalidVocabulary, match=r"other\.yaml, line 4: .*'photo'"):
        _store(database, known).create(wrong, "yaml", source="other.yaml")
    assert [each.vocabulary.id for each in known.all()] == ["brand", "general"]


def test_turtle_that_would_never_end_is_given_up() -> None:
    nested = b"<a> <b> " + b"[ <c> " * 200_000
    with pytest.raises(ValueError, match=r"Turtle|too large"):
        read_limited(nested, "ttl", "x", seconds=20)
    many = b"".join(b"<urn:x:%d> a <urn:y> .\n" % number for number in range(300_000))
    with pytest.raises(ValueError, match="too large or too tangled"):
        read_limited(many, "ttl", "x", seconds=1)


def test_only_admins_change_vocabularies(database: Database, known: Vocabularies) -> None:
    store, terms = _store(database, known, _EDITOR), Terms(database, known, _EDITOR)
    merge = TermMerge(vocabulary="brand", term="ad_tech", into="adtech")
    for change in (
        lambda: store.create(_BRAND, "yaml"),
        lambda: store.delete("brand"),
        lambda: store.use("brand", VocabularyChange(scope="off")),
        lambda: terms.add(NewTerm(vocabulary="brand", labels={"en": "packshot"})),
        lambda: terms.change("brand", "shot", TermChange(note="x")),
        lambda: terms.merge(merge),
        lambda: terms.remove("brand", "shot"),
        lambda: Proposals(database, known, _EDITOR).gather(),
    ):
        with pytest.raises(Forbidden):
            change()


def test_the_shipped_one_is_neither_replaced_nor_removed(
    database: Database, known: Vocabularies
) -> None:
    store = _store(database, known)
    for deed in (
        lambda: store.delete("general"),
        lambda: store.replace("general", _BRAND, "yaml"),
        lambda: store.create(_BRAND, "yaml", vocabulary_id="general"),
    ):
        with pytest.raises(Conflict, match="comes with Magpie"):
            deed()
    store.use("general", VocabularyChange(scope="off"))
    assert [each.id for each in known.in_force()] == ["brand"]


def test_a_vocabulary_of_a_hidden_collection_is_hidden(
    database: Database, known: Vocabularies
) -> None:
    from service.access.accounts import Accounts

    Accounts(database, OWNER).add_group("legal")
    collections = Collections(database, OWNER)
    secret = collections.create(NewCollection(name="Deal", groups=["legal"])).id
    change = VocabularyChange(scope="collections", collections=[secret])
    _store(database, known).use("brand", change)
    assert _store(database, known, _EDITOR).get("brand").collections == [secret]
    outside = _store(database, known, _OUTSIDER)
    assert [each.id for each in outside.all().vocabularies] == ["general"]
    with pytest.raises(NotFound):
        outside.export("brand", "csv")
    assert Terms(database, known, _OUTSIDER).find("hero shot").total == 0
    assert Terms(database, known, _EDITOR).find("hero shot").total == 1
    with pytest.raises(NotFound):
        Proposals(database, known, _OUTSIDER).propose(NewProposal(vocabulary="brand", label="x"))


def test_terms_are_found_by_any_name_in_any_language(
    database: Database, known: Vocabularies
) -> None:
    terms = Terms(database, known, OWNER)
    assert terms.find("hund").terms[0].id == "dog"
    assert terms.find("key vis").terms[0].id == "hero_shot"
    assert terms.find("VISUAL").terms[0].id == "hero_shot"
    first = terms.find(vocabulary_id="general", limit=3)
    second = terms.find(vocabulary_id="general", limit=3, cursor=first.next_cursor)
    assert len({each.id for each in (*first.terms, *second.terms)}) == 6
    with pytest.raises(BadRequest):
        terms.find(cursor="x")


def test_a_term_is_added_changed_and_taken_back(database: Database, known: Vocabularies) -> None:
    terms = Terms(database, known, OWNER)
    added = terms.add(NewTerm(vocabulary="general", labels={"en": "our packaging 2026"}))
    assert added.id == "our_packaging_2026"
    with pytest.raises(InvalidVocabulary, match="names both"):
        terms.add(NewTerm(vocabulary="general", labels={"de": "Hund"}))
    changed = terms.change("general", "dog", TermChange(auto="suggest"))
    assert (changed.auto, changed.labels["de"]) == ("suggest", "Hund")
    terms.remove("general", "dog")
    assert terms.get("general", "dog").auto == "always"
    with pytest.raises(Conflict):
        terms.remove("general", "dog")
    terms.remove("general", "our_packaging_2026")
    with pytest.raises(NotFound):
        terms.get("general", "our_packaging_2026")
    with pytest.raises(InvalidVocabulary, match="shot"):
        terms.remove("brand", "shot")


def test_a_merged_term_hands_on_names_children_and_tags(
    database: Database, known: Vocabularies
) -> None:
    followed: list[Merge] = []
    told: list[str] = []
    known.on_merge(lambda _session, merge: followed.append(merge))
    known.on_change(lambda: told.append(known.digest()))
    before = known.digest()
    terms = Terms(database, known, OWNER)
    kept = terms.merge(TermMerge(vocabulary="brand", term="ad_tech", into="adtech"))
    assert kept.synonyms["en"] == ["ad tech", "advertising technology"]
    assert kept.narrower == ["bidding"]
    assert terms.get("brand", "ad_tech").replaced_by == "adtech"
    assert terms.find("advertising tech").terms[0].id == "adtech"
    assert followed == [Merge("brand", "ad_tech", "adtech", "owner")]
    assert told == [known.digest()] != [before]
    events = Events(database, OWNER).page(limit=5, kind="term.merged").events
    assert [event.subject_id for event in events] == ["brand"]
    with pytest.raises(BadRequest):
        terms.merge(TermMerge(vocabulary="brand", term="adtech", into="ad_tech"))


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_any_merge_of_the_general_vocabulary_leaves_it_in_order(data: st.DataObject) -> None:
    import tempfile

    from pipelines.vocabulary.check import check
    from service.vocabularies.stored import shipped

    ids = [term.id for term in shipped()["general"].active()]
    old = data.draw(st.sampled_from(ids))
    relatives = [*shipped()["general"].broader(old), *shipped()["general"].narrower(old)]
    new = data.draw(st.sampled_from([*relatives, *ids]).filter(lambda each: each != old))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "catalog.sqlite3"))
        database.migrate()
        known = Vocabularies(database)
        Terms(database, known, OWNER).merge(TermMerge(vocabulary="general", term=old, into=new))
        (after,) = known.in_force()
        assert check(after) == []
        assert after.current(old) == new
        database.close()


def test_a_proposal_becomes_a_term_or_a_synonym(database: Database, known: Vocabularies) -> None:
    asking, deciding = Proposals(database, known, _EDITOR), Proposals(database, known, OWNER)
    packshot = asking.propose(NewProposal(vocabulary="brand", label="packshot", broader=["shot"]))
    with pytest.raises(Conflict):
        asking.propose(NewProposal(vocabulary="brand", label="PACKSHOT"))
    with pytest.raises(Conflict):
        asking.propose(NewProposal(vocabulary="brand", label="Hero Shot"))
    beauty = asking.propose(NewProposal(vocabulary="brand", label="beauty shot"))
    assert Proposals(database, known, _OUTSIDER).all().total == 0
    assert asking.all().total == deciding.all().total == 2
    assert deciding.accept(packshot.id, ProposalAcceptance()).broader == ["shot"]
    term = deciding.accept(beauty.id, ProposalAcceptance(synonym_of="hero_shot"))
    assert "beauty shot" in term.synonyms["en"]
    assert deciding.all().total == 0
    with pytest.raises(NotFound):
        deciding.accept(beauty.id, ProposalAcceptance())


def test_keywords_of_many_records_are_proposed_once(
    database: Database, known: Vocabularies
) -> None:
    with database.write() as session:
        for number in range(4):
            session.add(Asset(id=str(number), name="x", sha256=str(number), size=1, state="ready"))
            session.flush()
            session.add_all(
                RecordTerm(asset_id=str(number), name="keywords", text=text)
                for text in ("trade fair 2026", "dog", *(["rare"] if number < 2 else []))
            )
    proposals = Proposals(database, known, OWNER)
    assert proposals.gather().proposed == 1
    assert proposals.gather().proposed == 0
    (found,) = proposals.all().proposals
    assert (found.label, found.uses, found.source) == ("trade fair 2026", 4, "records")
    proposals.reject(found.id)
    assert proposals.gather().proposed == 0
