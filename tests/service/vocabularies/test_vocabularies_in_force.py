"""Which vocabularies are in force, for which collections, and how a change is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.vocabulary.as_json import packed, unpacked
from pipelines.vocabulary.terms import Term
from service.access.viewer import OWNER
from service.catalog.database import Database, sqlite_url
from service.collections.schemas import NewCollection
from service.collections.store import Collections
from service.ids import new_id
from service.vocabularies.in_force import Vocabularies
from service.vocabularies.stored import shipped
from service.vocabularies.tables import VocabularyCollection, VocabularyRow, VocabularyTerm


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    yield opened
    opened.close()


def _keep(database: Database, id_: str, *terms: Term, scope: str = "everywhere") -> None:
    with database.write() as session:
        session.add(VocabularyRow(id=id_, names={}, base="", scope=scope, revision=new_id()))
        session.flush()
        session.add_all(
            VocabularyTerm(vocabulary_id=id_, id=term.id, position=place, content=packed(term))
            for place, term in enumerate(terms)
        )


def test_the_general_vocabulary_is_there_from_the_first_minute(database: Database) -> None:
    (general,) = Vocabularies(database).in_force()
    assert general.id == "general"
    dog = general.find("Hund")
    assert dog is not None
    assert dog.labels["en"] == "dog"


def test_every_shipped_term_is_kept_and_read_back_equal() -> None:
    for term in shipped()["general"].terms:
        assert unpacked(packed(term)) == term


def test_a_vocabulary_is_in_force_where_it_is_used(database: Database) -> None:
    collections = Collections(database, OWNER)
    around = collections.create(NewCollection(name="Brand")).id
    inside = collections.create(NewCollection(name="2026", parent_id=around)).id
    _keep(database, "brand", Term("hero", {"en": "hero shot"}), scope="collections")
    _keep(database, "old", Term("tin", {"en": "tin"}), scope="off")
    with database.write() as session:
        session.add(VocabularyCollection(vocabulary_id="brand", collection_id=around))
    known = Vocabularies(database)
    assert [each.id for each in known.in_force()] == ["general"]
    assert [each.id for each in known.in_force([inside])] == ["brand", "general"]
    assert known.digest([inside]) == known.digest([around]) != known.digest()
    collections.delete(around, recursive=True)
    assert [each.id for each in known.in_force([around])] == ["general"]


def test_a_change_by_another_process_changes_the_digest(database: Database) -> None:
    known = Vocabularies(database)
    before = known.digest()
    _keep(database, "brand", Term("hero", {"en": "hero shot"}))
    assert known.digest() != before
    assert [each.id for each in known.in_force()] == ["brand", "general"]


def test_the_house_changes_terms_of_a_shipped_vocabulary_and_adds_its_own(
    database: Database,
) -> None:
    known = Vocabularies(database)
    before = known.digest()
    dog = shipped()["general"].by_id["dog"]
    _keep(
        database,
        "general",
        Term("dog", {**dog.labels, "fr": "chien"}, broader=dog.broader, related=("dropped",)),
        Term("our_dog", {"en": "our dog"}, broader=("dog", "dropped")),
    )
    (general,) = known.in_force()
    assert known.digest() != before
    found = general.find("chien")
    assert found is not None
    assert (found.id, found.related) == ("dog", ())
    assert general.by_id["our_dog"].broader == ("dog",)
    assert general.by_id["cat"] == shipped()["general"].by_id["cat"]
