"""Questions to a mixed library, as a person asks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from service import schemas
from service.errors import BadRequest
from service.hub import Hub


def ask(hub: Hub, words: str, **options: object) -> list[schemas.SearchHit]:
    return hub.search(schemas.SearchRequest(words=words, **options)).hits  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("a cat looking at you", "IMG_0001.png"),
        ("a cup of coffee on a table", "IMG_0002.png"),
        ("which law governs the agreement", "nda.txt"),
        ("how much may a hotel cost", "travel-policy.md"),
        ("launch day", "launch day.jpg"),
    ],
)
def test_first_answer_is_the_right_one(hub: Hub, words: str, name: str) -> None:
    assert ask(hub, words)[0].asset.name == name


def test_words_in_a_text_are_quoted_and_highlighted(hub: Hub) -> None:
    reason = ask(hub, "governed by the laws of Switzerland")[0].reasons[0]
    assert reason.snippet is not None
    marked = [reason.snippet[span.start : span.end] for span in reason.highlights]
    assert "Switzerland" in marked
    assert "governed" in marked


def test_a_question_about_nothing_here_finds_nothing_and_says_so(hub: Hub) -> None:
    answer = hub.search(schemas.SearchRequest(words="quarterly semiconductor export statistics"))
    assert answer.hits == []
    assert answer.message is not None
    assert "Nothing good found" in answer.message


def test_kind_filter_leaves_out_other_kinds(hub: Hub) -> None:
    hits = ask(hub, "a night in a hotel", kinds=["image"])
    assert all(hit.asset.kind == "image" for hit in hits)


def test_relevance_falls_down_the_list(hub: Hub) -> None:
    relevances = [hit.relevance for hit in ask(hub, "coffee")]
    assert relevances == sorted(relevances, reverse=True)


def test_an_edited_copy_finds_its_original(hub: Hub, library: Path, tmp_path: Path) -> None:
    from PIL import Image

    with Image.open(library / "photos" / "IMG_0001.png") as photo:
        photo.convert("RGB").resize((200, 133)).save(tmp_path / "small.jpg", quality=60)
    answer = hub.search_by_file(schemas.SearchRequest(), tmp_path / "small.jpg", "small.jpg")
    assert answer.hits[0].asset.name == "IMG_0001.png"
    assert answer.hits[0].reasons[0].leg == "look"


def test_similar_leaves_out_the_asset_itself(hub: Hub) -> None:
    asset = ask(hub, "a cat")[0].asset
    assert asset.id not in {hit.asset.id for hit in hub.similar(asset.id).hits}


def test_an_example_without_content_is_refused_with_a_reason(hub: Hub, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    with pytest.raises(BadRequest, match="cannot be used"):
        hub.search_by_file(schemas.SearchRequest(), empty, "empty.jpg")


def test_a_question_without_words_or_example_is_refused(hub: Hub) -> None:
    with pytest.raises(BadRequest, match="words"):
        hub.search(schemas.SearchRequest())


def test_words_and_an_example_must_both_be_met(hub: Hub, library: Path) -> None:
    cat = ask(hub, "a cat")[0].asset
    both = hub.search(schemas.SearchRequest(words="the courts of Zurich", like=cat.id))
    assert both.hits == []
    photo = library / "photos" / "IMG_0001.png"
    found = hub.search_by_file(schemas.SearchRequest(words="a cat"), photo, photo.name)
    assert [hit.asset.id for hit in found.hits] == [cat.id]


def test_a_document_is_an_example_beside_words_too(hub: Hub, library: Path) -> None:
    nda = library / "texts" / "nda.txt"
    foreign = hub.search_by_file(schemas.SearchRequest(words="a night in a hotel"), nda, "mine.txt")
    assert foreign.hits == []
    own = hub.search_by_file(schemas.SearchRequest(words="confidentiality"), nda, "mine.txt")
    assert [hit.asset.name for hit in own.hits] == ["nda.txt"]
    assert {reason.leg for reason in own.hits[0].reasons} >= {"gist"}
