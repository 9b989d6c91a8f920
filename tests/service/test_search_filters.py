"""Searching among selected records, and facets of what was found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from service.access.accounts import Accounts
from service.access.viewer import OWNER, Viewer
from service.collections.schemas import MemberChange, NewCollection
from service.errors import BadRequest
from service.hub import Hub
from service.schemas import AssetQuery, Facet, SearchRequest
from service.search import narrow
from service.selection.language import InvalidSelection
from service.settings import Settings
from service.tags.schemas import TagDecision

_NOTES = 60
_OUTSIDER = Viewer("o", "reader", frozenset(), "read")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes that all answer the same question, and two pictures."""
    folder = tmp_path_factory.mktemp("filtered")
    for number in range(_NOTES):
        kind = "invoice" if number % 10 == 0 else "letter"
        text = f"The harbour ferry timetable, copy {number}. This one is the {kind}."
        (folder / f"{kind}{number:02}.txt").write_text(text, encoding="utf-8")
    for name, shade in (("a", "#c81e1e"), ("b", "#1e50b4")):
        image = Image.new("RGB", (200, 160), "white")
        ImageDraw.Draw(image).ellipse((40, 30, 160, 130), fill=shade)
        image.save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Iterator[Hub]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), offline=True, ocr="off")
    with Hub(settings) as opened:
        assert opened.ingest([library]).failed == 0
        yield opened


def _names(hub: Hub, **said: Any) -> set[str]:
    request = SearchRequest(words="harbour ferry timetable", **said)
    return {hit.asset.name for hit in hub.search(request).hits}


def _counts(facet: Facet) -> dict[str, int]:
    return {each.value: each.count for each in facet.values}


@pytest.mark.parametrize("named", [narrow.MOST_NAMED, 0])
def test_a_filtered_search_finds_as_many_as_there_are(
    hub: Hub, named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrow, "MOST_NAMED", named)
    invoices = {f"invoice{number:02}.txt" for number in range(0, _NOTES, 10)}
    assert _names(hub, where="name:invoice*", limit=50) == invoices
    assert _names(hub, where="name:invoice* -name:invoice00.txt", limit=3) < invoices
    assert len(_names(hub, where="kind:document", limit=200)) == _NOTES
    assert _names(hub, where="kind:image", limit=50) == set()


def test_what_cannot_be_understood_is_refused(hub: Hub) -> None:
    with pytest.raises(InvalidSelection):
        _names(hub, where="no_such_field:x")
    with pytest.raises(BadRequest, match="no facet"):
        hub.listed(AssetQuery(facets=["no_such_field"]))
    answer = hub.search(SearchRequest(words="ferry", where="name:nothing"))
    assert "filters" in (answer.message or "")


def test_facets_count_all_that_is_relevant_not_the_page(hub: Hub) -> None:
    request = SearchRequest(words="harbour ferry timetable", limit=5, facets=["kind", "status"])
    answer = hub.search(request)
    assert len(answer.hits) == 5
    kinds, status = answer.facets
    assert _counts(kinds)["document"] == _NOTES
    assert _counts(status)["draft"] >= _NOTES


def test_facets_of_lists_and_of_fields(hub: Hub) -> None:
    page = hub.listed(AssetQuery(limit=1, facets=["kind", "colour"]))
    kinds, colours = page.facets
    assert _counts(kinds) == {"document": _NOTES, "image": 2}
    assert (colours.name, _counts(colours)) == ("colours", {"blue": 1, "red": 1})
    assert hub.listed(AssetQuery()).facets == []
    (narrowed,) = hub.listed(AssetQuery(where="colour:red", facets=["kind"])).facets
    assert _counts(narrowed) == {"image": 1}


def test_tags_are_facets_by_label_and_filters(hub: Hub) -> None:
    letters = [each.id for each in hub.listed(AssetQuery(where="name:letter0*")).assets]
    decision = TagDecision(action="accept", term="boat", asset_ids=letters)
    *_, done = hub.desk.tags.decide(decision)
    assert done
    request = SearchRequest(words="harbour ferry", where="tag:boat", facets=["tags"], limit=50)
    answer = hub.search(request.model_copy(update={"language": "de"}))
    assert {hit.asset.id for hit in answer.hits} == set(letters)
    (tags,) = answer.facets
    boat = next(each for each in tags.values if each.value == "boat")
    assert (boat.count, boat.vocabulary) == (len(letters), "general")
    assert boat.label != "boat"


def test_what_somebody_may_not_see_is_not_counted(hub: Hub) -> None:
    Accounts(hub._database, OWNER).add_group("legal")
    secret = hub.desk.collections.create(NewCollection(name="Secret", groups=["legal"])).id
    ids = [each.id for each in hub.listed(AssetQuery(where="name:invoice*")).assets]
    hub.desk.members.change(secret, MemberChange(add=ids))
    outside = hub.seen_by(_OUTSIDER)
    (kinds,) = outside.listed(AssetQuery(facets=["kind"])).facets
    assert _counts(kinds)["document"] == _NOTES - len(ids)
    request = SearchRequest(words="harbour ferry timetable", facets=["kind"])
    (found,) = outside.search(request).facets
    assert _counts(found)["document"] == _NOTES - len(ids)
    filtered = outside.search(request.model_copy(update={"where": "name:invoice*"}))
    assert filtered.hits == []
