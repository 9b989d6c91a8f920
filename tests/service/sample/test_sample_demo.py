"""The demo answers its own questions, and says so legibly."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from service.cli.render import job_progress
from service.hub import Hub
from service.sample.demo import ask, run_demo
from service.sample.questions import QUESTIONS, Question
from service.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo_hub(sample_home: Path) -> Iterator[Hub]:
    with Hub(Settings(home=sample_home, offline=True)) as hub:
        yield hub


def _run(hub: Hub, home: Path, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    assert run_demo(hub, home, console, job_progress) == 0
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def first_run(demo_hub: Hub, sample_home: Path) -> str:
    return _run(demo_hub, sample_home)


def test_it_reads_the_library_asks_and_says_how_to_go_on(first_run: str) -> None:
    assert "files read in" in first_run
    for question in QUESTIONS:
        assert question.about in first_run
        assert (question.words or question.example) in first_run
    assert "Search your own folder" in first_run
    assert "ingest ~/Pictures" in first_run


def test_it_fits_a_narrow_terminal_and_carries_no_control_characters(first_run: str) -> None:
    assert max(map(len, first_run.splitlines())) <= 80
    assert "\x1b" not in first_run


@pytest.mark.usefixtures("first_run")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.about)
def test_each_question_finds_its_answer_with_a_reason(
    question: Question, demo_hub: Hub, sample: Path
) -> None:
    hits = ask(demo_hub, question, sample).hits
    if not question.answer:
        assert hits == []
        return
    assert hits[0].asset.origin == str(sample / question.answer)
    assert all(hit.reasons and hit.reasons[0].text for hit in hits)
    if question.kinds:
        assert {hit.asset.kind for hit in hits} <= set(question.kinds)


@pytest.mark.usefixtures("first_run")
def test_a_second_run_finds_nothing_new_and_answers_again(
    demo_hub: Hub, sample_home: Path, first_run: str
) -> None:
    again = _run(demo_hub, sample_home)
    assert "Nothing is new" in again
    assert again.splitlines()[3:] == first_run.splitlines()[3:]
