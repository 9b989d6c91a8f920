"""Another model is switched to without a dark hour."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import registry
from models.errors import UnknownModelError
from service import schemas
from service.errors import BadRequest
from service.generations.chosen import models_in_use
from service.hub import Hub
from service.settings import Settings

AddModel = Callable[[Path], str]
WaitFor = Callable[[Callable[[], bool]], None]
Uses = Callable[[Hub, str], bool]

LAW = schemas.SearchRequest(words="which courts decide about this contract", limit=3)
FERRY = schemas.SearchRequest(words="when does the boat to Gotland depart", limit=3)


@pytest.fixture
def reading(own_settings: Settings, library: Path) -> Iterator[Hub]:
    with Hub(own_settings) as hub:
        hub.ingest([library / "texts", library / "photos" / "IMG_0001.png"])
        yield hub


def best(hub: Hub, request: schemas.SearchRequest = LAW) -> tuple[str, float]:
    """The best answer and its relevance, to which the meaning of the words contributes."""
    hits = hub.search(request).hits
    return (hits[0].asset.name, hits[0].relevance) if hits else ("", 0.0)


def test_questions_are_answered_alike_all_the_while(
    reading: Hub, own_settings: Settings, add_turned: AddModel, wait_for: WaitFor, uses: Uses
) -> None:
    turned = add_turned(own_settings.home)
    before = best(reading)
    assert before[0] == "nda.txt"
    answers: list[tuple[str, float]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(best(reading))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        status = reading.index.use(turned)
        assert status.text_model.startswith(registry.TEXT_DEFAULT)
        reading.upload(io.BytesIO(b"The ferry to Gotland leaves at noon."), "ferry.txt")
        wait_for(lambda: uses(reading, turned))
        count = len(answers)
        wait_for(lambda: len(answers) > count + 20)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    # A vector of one model beside a question in the other would give a cosine of about 0.
    assert {name for name, _ in answers} == {"nda.txt"}
    # The new file makes common words a little rarer, which moves the relevance a little.
    assert min(relevance for _, relevance in answers) == pytest.approx(before[1], abs=0.05)
    wait_for(lambda: best(reading, FERRY)[1] > 0.99)


def test_one_goes_back_at_once_and_misses_nothing(
    reading: Hub, own_settings: Settings, add_turned: AddModel, wait_for: WaitFor, uses: Uses
) -> None:
    turned = add_turned(own_settings.home)
    first = best(reading)
    with pytest.raises(BadRequest, match="no earlier models"):
        reading.index.rollback()
    reading.index.use(turned)
    wait_for(lambda: uses(reading, turned))
    reading.upload(io.BytesIO(b"The ferry to Gotland leaves at noon."), "ferry.txt")
    wait_for(lambda: best(reading, FERRY)[1] > 0.99)

    assert reading.index.rollback().text_model.startswith(registry.TEXT_DEFAULT)
    # The new file makes common words a little rarer, which moves the relevance a little.
    assert best(reading) == (first[0], pytest.approx(first[1], abs=0.05))
    wait_for(lambda: uses(reading, registry.TEXT_DEFAULT))
    assert best(reading, FERRY)[1] > 0.99

    assert reading.index.rollback().text_model.startswith(turned)
    assert best(reading, FERRY)[1] > 0.99


def test_what_was_begun_goes_on_after_a_restart_and_the_choice_stays(
    reading: Hub,
    own_settings: Settings,
    add_turned: AddModel,
    wait_for: WaitFor,
    uses: Uses,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned = add_turned(own_settings.home)
    reading.index.use(turned)
    reading.close()
    with Hub(own_settings) as hub:
        wait_for(lambda: uses(hub, turned))
        assert best(hub)[0] == "nda.txt"
    assert models_in_use(own_settings) == (turned, registry.VISUAL_DEFAULT)
    with Hub(own_settings) as hub:
        assert uses(hub, turned)
        job = hub.jobs.refresh("missing")
        assert job.total == 0, "a changed model makes nobody read again"

    monkeypatch.setenv("MAGPIE_TEXT_MODEL", registry.TEXT_DEFAULT)
    with Hub(Settings(home=own_settings.home)) as hub:
        wait_for(lambda: uses(hub, registry.TEXT_DEFAULT))
        with pytest.raises(BadRequest, match="MAGPIE_TEXT_MODEL"):
            hub.index.use(turned)


def test_pictures_are_read_again_for_another_visual_model(
    reading: Hub, own_settings: Settings, add_copied: AddModel, wait_for: WaitFor, uses: Uses
) -> None:
    copied = add_copied(own_settings.home)
    cat = schemas.SearchRequest(words="a cat")
    assert reading.search(cat).hits[0].reasons[0].leg == "visual"
    reading.index.use(copied, "visual")
    wait_for(lambda: uses(reading, copied))
    hit = reading.search(cat).hits[0]
    assert (hit.asset.name, hit.reasons[0].leg) == ("IMG_0001.png", "visual")
    assert reading.similar(hit.asset.id).message is not None


def test_only_models_that_make_vectors_can_be_used(
    reading: Hub, own_settings: Settings, add_turned: AddModel
) -> None:
    turned = add_turned(own_settings.home)
    with pytest.raises(UnknownModelError, match="no-such-model"):
        reading.index.use("no-such-model")
    with pytest.raises(BadRequest, match="in use already"):
        reading.index.use(registry.TEXT_DEFAULT)
    with pytest.raises(BadRequest, match="is a text model"):
        reading.index.use(turned, "visual")
    assert reading.index.status().next is None


def test_what_is_built_can_be_given_up(
    reading: Hub, own_settings: Settings, add_turned: AddModel, wait_for: WaitFor, uses: Uses
) -> None:
    reading.index.use(add_turned(own_settings.home))
    assert reading.index.stop().next is None
    wait_for(lambda: uses(reading, registry.TEXT_DEFAULT))
    assert best(reading)[0] == "nda.txt"
