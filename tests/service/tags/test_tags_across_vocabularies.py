"""Several vocabularies at once: no two tags of one name, and collections that carry their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from pipelines.tagging.signals import Tag as Found
from pipelines.vocabulary.terms import Term, Vocabulary
from service.access.viewer import OWNER
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.collections.members import Members
from service.collections.schemas import CollectionChange, MemberChange, NewCollection
from service.collections.store import Collections
from service.hub import Hub
from service.tags.names import keep_names
from service.tags.overlap import one_of_each
from service.tags.schemas import TagChanges, TagRequest
from service.tags.state import AGAIN, any_to_tag_again, note
from service.tags.tables import TagState
from service.vocabularies.in_force import Vocabularies
from service.vocabularies.schemas import VocabularyChange
from service.vocabularies.store import VocabularyStore

_CATS = b"id,label_en\nour_cat,cat\n"


@pytest.fixture
def database(catalog_url: str) -> Iterator[Database]:
    opened = Database(catalog_url)
    opened.migrate()
    yield opened
    opened.close()


def _vocabulary(id_: str, *terms: Term) -> Vocabulary:
    return Vocabulary(id_, {}, terms)


def _tag(term: str, probability: float = 0.9, *, given: bool = True) -> Found:
    return Found(term, probability, given, ())


_HOUSE = _vocabulary("house", Term("our_dog", {"en": "hound"}, {"en": ("Dog",)}))
_OURS = _vocabulary("ours", Term("dog", {"en": "dog", "de": "Hund"}), Term("pet", {"en": "pet"}))
_KNOWN = {"house": _HOUSE, "ours": _OURS}


def test_of_terms_with_one_name_the_house_speaks() -> None:
    found = {"house": [_tag("our_dog", 0.7)], "ours": [_tag("dog"), _tag("pet")]}
    said = {(id_, tag.term) for id_, tag in one_of_each(found, _KNOWN)}
    assert said == {("house", "our_dog"), ("ours", "pet")}


def test_what_is_given_comes_before_what_is_suggested() -> None:
    found = {"house": [_tag("our_dog", 0.4, given=False)], "ours": [_tag("dog")]}
    assert [id_ for id_, _ in one_of_each(found, _KNOWN)] == ["ours"]


def test_what_people_decided_is_not_said_again_by_another_name() -> None:
    found = {"house": [_tag("our_dog")], "ours": [_tag("pet")]}
    said = {(id_, tag.term) for id_, tag in one_of_each(found, _KNOWN, [("ours", "dog")])}
    assert said == {("ours", "pet")}


def test_a_word_of_another_language_is_another_word() -> None:
    gifts = {
        "house": _vocabulary("house", Term("poison", {"de": "Gift"})),
        "ours": _vocabulary("ours", Term("gift", {"en": "gift"})),
    }
    found = {"house": [_tag("poison")], "ours": [_tag("gift")]}
    assert len(list(one_of_each(found, gifts))) == 2


def test_a_rejected_tag_does_not_come_back_from_a_new_vocabulary(hub: Hub) -> None:
    cat = next(asset.id for asset in hub.assets().assets if asset.name == "IMG_0.png")
    hub.desk.tags.change(cat, TagChanges(reject=["cat"]))
    hub.desk.vocabularies.create(_CATS, "csv", vocabulary_id="house")
    list(hub.desk.tags.tag(TagRequest()))
    assert "our_cat" not in {tag.term for tag in hub.desk.tags.of(cat).tags}


def _again(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(TagState.asset_id).where(TagState.digest == AGAIN)))


def _add(database: Database, *ids: str, state: str = "ready", held: bool = False) -> None:
    with database.write() as session:
        for id_ in ids:
            session.add(Asset(id=id_, name=id_, sha256=id_, size=1, state=state, screened=id_))
            session.flush()
            note(session, [id_], "some", held=held)


def test_assets_of_a_collection_that_moves_are_tagged_again(database: Database) -> None:
    _add(database, "a", "b", "c")
    collections = Collections(database, OWNER)
    brand = collections.create(NewCollection(name="Brand")).id
    spring = collections.create(NewCollection(name="Spring")).id
    shots = collections.create(NewCollection(name="Shots", parent_id=spring)).id
    members = Members(database, OWNER)
    members.change(spring, MemberChange(add=["a"]))
    members.change(shots, MemberChange(add=["b"]))
    with database.write() as session:
        note(session, ["a", "b", "c"], "some")
    collections.change(spring, CollectionChange(parent_id=brand))
    assert _again(database) == set(), "no vocabulary belongs to a collection"
    store = VocabularyStore(database, Vocabularies(database), OWNER)
    store.create(_CATS, "csv", vocabulary_id="house")
    store.use("house", VocabularyChange(scope="collections", collections=[brand]))
    collections.change(spring, CollectionChange(parent_id=None))
    assert _again(database) == {"a", "b"}
    with database.write() as session:
        note(session, ["a", "b", "c"], "some")
    collections.delete(shots)
    assert _again(database) == {"b"}


def test_what_cannot_be_tagged_keeps_nobody_busy(database: Database) -> None:
    _add(database, "broken", state="failed")
    _add(database, "quiet", held=True)
    with database.write() as session:
        note(session, ["broken", "quiet"], AGAIN)
    with database.read() as session:
        assert not any_to_tag_again(session)


def test_two_who_write_the_names_of_terms_do_not_wait_for_ever(database: Database) -> None:
    kept = Vocabularies(database).all()
    both = threading.Barrier(2, timeout=30)
    done: list[int] = []

    def write(number: int) -> None:
        both.wait()
        with database.write() as session:
            # A decision writes them down, and so do the machines that follow it.
            keep_names(session, kept)
            keep_names(session, kept)
        done.append(number)

    threads = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(done) == [0, 1]
