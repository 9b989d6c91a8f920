"""Tags in the product: given on arrival, decided by people, found, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tagging import guard
from pipelines.vocabulary.general import general
from service.errors import NotFound
from service.hub import Hub
from service.schemas import AssetQuery, SearchRequest
from service.settings import Settings
from service.tags.schemas import AssetTag, TagChanges, TagDecision, Tagged, TagRequest


def _ids(hub: Hub) -> dict[str, str]:
    return {asset.name: asset.id for asset in hub.assets().assets}


def _tags(hub: Hub, asset_id: str) -> dict[str, AssetTag]:
    return {tag.term: tag for tag in hub.desk.tags.of(asset_id).tags}


def _selected(hub: Hub, where: str) -> set[str]:
    return {asset.name for asset in hub.listed(AssetQuery(where=where)).assets}


def _tag(hub: Hub, **said: object) -> Tagged:
    return list(hub.desk.tags.tag(TagRequest.model_validate(said)))[-1]


def test_a_photo_has_tags_once_it_can_be_found(hub: Hub) -> None:
    cat = _tags(hub, _ids(hub)["IMG_0.png"])
    assert cat["cat"].state == "accepted"
    assert cat["cat"].source == "model"
    assert cat["cat"].model.startswith("magpie-lite2-alignment@")
    assert [each.signal for each in cat["cat"].evidence] == ["picture"]
    assert cat["animal"].evidence[0].detail in {"cat", "mammal", "pet"}
    shown = {tag.term for tag in hub.asset(_ids(hub)["IMG_0.png"]).tags}
    assert {"cat", "animal"} <= shown
    (run,) = hub.desk.tags.runs().runs
    assert (run.kind, run.assets) == ("arrival", 3)


def test_tags_select_by_any_name_and_are_words_to_search_by(hub: Hub) -> None:
    for where in ("tag:cat", "tag:Katze", "tag:KATZE", "tag:animal", "tag:mamm*"):
        assert _selected(hub, where) == {"IMG_0.png"}, where
    assert _selected(hub, "-tag:cat") == {"IMG_1.png", "IMG_2.png"}
    assert _selected(hub, "tag:dog") == set()
    answer = hub.search(SearchRequest(words="Katze"))
    assert answer.hits[0].asset.name == "IMG_0.png"
    assert "Tagged: Katze" in [reason.text for reason in answer.hits[0].reasons]


def test_a_persons_word_stands_and_machines_follow_it(hub: Hub) -> None:
    cat = _ids(hub)["IMG_0.png"]
    hub.desk.tags.change(cat, TagChanges(reject=["Katze"], accept=["Fahrrad"]))
    found = _tags(hub, cat)
    assert (found["cat"].state, found["cat"].source) == ("rejected", "human")
    assert (found["bicycle"].state, found["bicycle"].actor) == ("accepted", "owner")
    # What a bicycle is a kind of comes with it.
    for parent in general().broader("bicycle"):
        assert found[parent].state == "accepted"
        assert found[parent].evidence[0].detail
    assert _tag(hub).changed == 0
    assert _tags(hub, cat)["cat"].state == "rejected"
    (event,) = [
        each for each in hub.desk.events.history(cat, limit=10).events if each.kind == "asset.tags"
    ]
    assert event.after == {"general/cat": "rejected", "general/bicycle": "accepted"}
    hub.desk.tags.change(cat, TagChanges(reset=["cat", "bicycle"]))
    found = _tags(hub, cat)
    assert found["cat"].source == "model"
    assert "bicycle" not in found


def test_a_rerun_changes_nothing_and_a_dry_run_writes_nothing(hub: Hub) -> None:
    assert _tag(hub).changed == 0
    (run,) = hub.desk.tags.runs().runs
    assert list(hub.desk.tags.undo(run.id))[-1].changed == run.assets
    told = _tag(hub, dry_run=True)
    assert told.changed
    assert told.batch_id == ""
    assert all(not _tags(hub, asset_id) for asset_id in _ids(hub).values())


def test_what_was_taken_back_stays_away_until_a_person_asks(hub: Hub, album: Path) -> None:
    cat = _ids(hub)["IMG_0.png"]
    (run,) = hub.desk.tags.runs().runs
    hub.desk.tags.change(cat, TagChanges(accept=["pet"]))
    undone = list(hub.desk.tags.undo(run.id))[-1]
    assert undone.kept == 1
    found = _tags(hub, cat)
    assert found["pet"].source == "human"
    assert "cat" not in found
    hub.read_again(cat)
    assert "cat" not in _tags(hub, cat)
    assert _tag(hub, where="tag:pet").changed == 1
    assert _tags(hub, cat)["cat"].state == "accepted"
    assert [each.undone for each in hub.desk.tags.runs().runs if each.id == run.id] == [True]


def test_an_undo_can_be_undone(hub: Hub) -> None:
    cat = _ids(hub)["IMG_0.png"]
    before = _tags(hub, cat)
    (run,) = hub.desk.tags.runs().runs
    undo = list(hub.desk.tags.undo(run.id))[-1]
    list(hub.desk.tags.undo(undo.batch_id))
    after = _tags(hub, cat)
    assert {term: tag.state for term, tag in after.items()} == {
        term: tag.state for term, tag in before.items()
    }


def test_many_are_decided_at_once(hub: Hub) -> None:
    request = TagDecision(action="accept", term="still life", where="kind:image")
    with pytest.raises(NotFound, match="magpie terms find"):
        list(hub.desk.tags.decide(request.model_copy(update={"term": "no such thing"})))
    done = list(hub.desk.tags.decide(request.model_copy(update={"term": "bicycle"})))[-1]
    assert (done.total, done.changed) == (3, 3)
    assert len(_selected(hub, "tag:Fahrrad")) == 3
    assert list(hub.desk.tags.undo(done.batch_id))[-1].changed == 3
    assert not _selected(hub, "tag:Fahrrad")


def test_nothing_unkind_or_sensitive_by_itself(
    settings: Settings, tmp_path: Path, photos: Path
) -> None:
    """Neither keywords in the file nor its name bring a machine to say it."""
    folder = tmp_path / "ape, thief, muslim"
    folder.mkdir()
    (folder / "gorilla monkey disabled crime scene.png").write_bytes(
        (photos / "astronaut.png").read_bytes()
    )
    with Hub(settings) as hub:
        hub.ingest([folder])
        (asset,) = hub.assets().assets
        terms = [general().by_id[tag.term] for tag in hub.desk.tags.of(asset.id).tags]
        assert terms
        for term in terms:
            assert not guard.kept_from_people(term, general())
            assert guard.auto(term, general()) != "never"


_TERMS = ("cat", "dog", "animal", "pet", "coffee", "drink", "person", "vehicle", "bicycle")
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["accept", "reject", "reset"]), st.sampled_from(_TERMS)),
        st.just(("tag", "")),
        st.just(("undo machines", "")),
        st.just(("read", "")),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def one_cat(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("one")
    (home / "in").mkdir()
    (home / "in" / "IMG_0.png").write_bytes((photos / "chelsea.png").read_bytes())
    with Hub(Settings(home=home / "home", ocr="off", readers=1)) as hub:
        hub.ingest([home / "in"])
        yield hub


@hypothesis.settings(max_examples=15)
@given(_STEPS)
def test_what_people_say_survives_anything(one_cat: Hub, steps: list[tuple[str, str]]) -> None:
    hub = one_cat
    (asset_id,) = _ids(hub).values()
    hub.desk.tags.change(asset_id, TagChanges(reset=list(_TERMS)))
    said: dict[str, str] = {}
    for what, term in steps:
        if what == "tag":
            _tag(hub)
        elif what == "read":
            hub.read_again(asset_id)
        elif what == "undo machines":
            runs = [run for run in hub.desk.tags.runs().runs if run.kind != "person"]
            list(hub.desk.tags.undo(runs[0].id))
        else:
            hub.desk.tags.change(asset_id, TagChanges.model_validate({what: [term]}))
            said[term] = {"accept": "accepted", "reject": "rejected", "reset": ""}[what]
        found = _tags(hub, asset_id)
        human = {term: tag.state for term, tag in found.items() if tag.source == "human"}
        assert human == {term: state for term, state in said.items() if state}, json.dumps(steps)
    _tag(hub)
    found = _tags(hub, asset_id)
    given = {term for term, tag in found.items() if tag.state == "accepted"}
    for term in given:
        for parent in general().broader(term):
            if said.get(parent) != "rejected" and general().by_id[parent].auto == "always":
                assert parent in given
