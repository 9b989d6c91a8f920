"""The command itself: what it lists, what it writes, and how it says no."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.registry import tasks

_HEAVY = ("onnxruntime", "torch", "qdrant_edge", "sqlalchemy", "fastapi", "PIL")


def test_help_lists_every_task_without_loading_libraries() -> None:
    code = (
        "import sys\n"
        "from eval.__main__ import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "finally:\n"
        f"    heavy = [name for name in {_HEAVY} if name in sys.modules]\n"
        "    print('HEAVY', heavy)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert "HEAVY []" in done.stdout
    for name in tasks():
        assert name in done.stdout


def test_every_task_says_in_one_line_what_it_measures() -> None:
    for name, task in tasks().items():
        assert 20 < len(task.summary) < 120, name


@pytest.mark.parametrize("arguments", [[], ["no-such-task"], ["retrieval-text"]])
def test_a_command_that_is_not_understood_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        ("retrieval-text", "corpus.jsonl"),
        ("retrieval-images", "captions.jsonl"),
        ("bench-ingest", "photo"),
    ],
)
def test_a_folder_of_another_layout_is_refused_in_one_sentence(
    task: str, missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([task, "--data", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert missing in message
    assert message.count("\n") == 1


def test_a_folder_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["retrieval-text", "--data", str(tmp_path / "nowhere")]) == 1
    assert "is not a folder" in capsys.readouterr().err


def test_a_place_for_the_figures_that_does_not_exist_is_refused_before_measuring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "nowhere" / "out.json"
    assert main(["retrieval-text", "--data", str(tmp_path), "--json", str(place)]) == 1
    assert "exists" in capsys.readouterr().err
