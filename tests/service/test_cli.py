"""The command line as a person and as a script use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


def magpie(home: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if check:
        assert done.returncode == 0, done.stderr + done.stdout
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Path:
    folder = tmp_path_factory.mktemp("cli-home")
    magpie(folder, "ingest", str(library))
    return folder


def test_search_says_what_it_found_and_why(home: Path) -> None:
    shown = magpie(home, "search", "a cup of coffee", "--limit", "1").stdout
    assert "IMG_0002.png" in shown
    assert "The picture shows this" in shown


def test_json_answers_can_be_piped(home: Path) -> None:
    answer = json.loads(magpie(home, "search", "hotel", "--kind", "document", "--json").stdout)
    asset = answer["hits"][0]["asset"]
    assert asset["name"] == "travel-policy.md"
    shown = json.loads(magpie(home, "show", asset["id"], "--json").stdout)
    assert shown["units"]["passage"] >= 1


def test_search_like_a_file(home: Path, library: Path) -> None:
    photo = str(library / "photos" / "IMG_0001.png")
    answer = json.loads(magpie(home, "search", "--like", photo, "--json").stdout)
    assert answer["hits"][0]["asset"]["name"] == "IMG_0001.png"


@pytest.mark.parametrize(
    ("words", "code", "advice"),
    [
        (["show", "unknown"], 1, "no asset unknown"),
        (["search"], 1, "Ask with words"),
        (["ingest", "/does/not/exist"], 1, "check the path"),
        (["login"], 1, "magpie serve"),
        (["search", "x", "--limit", "0"], 2, "limit"),
        (["unknown-command"], 2, "unknown-command"),
    ],
)
def test_errors_are_one_sentence_and_an_exit_code(
    home: Path, words: list[str], code: int, advice: str
) -> None:
    done = magpie(home, *words, check=False)
    assert done.returncode == code
    assert advice in done.stderr
    assert "Traceback" not in done.stderr


def test_error_as_json(home: Path) -> None:
    done = magpie(home, "show", "unknown", "--json", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "not_found"


def test_doctor_finds_a_sound_home(home: Path) -> None:
    findings = json.loads(magpie(home, "doctor", "--json").stdout)
    assert all(each["sound"] for each in findings)


def test_models_are_listed_with_their_licences(home: Path) -> None:
    models = json.loads(magpie(home, "models", "list", "--json").stdout)
    assert {each["task"] for each in models if each["in_use"]} >= {"text", "visual"}
    assert all(each["licence"] for each in models)


def test_licence_policy_refuses_the_default_picture_model(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGPIE_LICENCE_POLICY", "commercial")
    done = magpie(home, "search", "cat", check=False)
    assert done.returncode == 1
    assert "MAGPIE_LICENCE_POLICY" in done.stderr


def test_setting_that_does_not_fit_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGPIE_READERS", "many")
    done = magpie(home, "list", check=False)
    assert done.returncode == 1
    assert "MAGPIE_READERS" in done.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    home = tmp_path / "served"
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli.main", "--home", str(home), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield home, process
        process.terminate()
        process.wait(timeout=30)


def test_serve_ingest_and_search_at_once(
    server: tuple[Path, subprocess.Popen[str]], library: Path
) -> None:
    home, _ = server
    with ThreadPoolExecutor(3) as pool:
        ingest = pool.submit(magpie, home, "ingest", str(library), "--json")
        searches = [pool.submit(magpie, home, "search", "a cat", "--json") for _ in range(2)]
        assert json.loads(ingest.result().stdout)["arrivals"] == {"new": 5}
        for search in searches:
            json.loads(search.result().stdout)
    answer = json.loads(magpie(home, "search", "a cat", "--json").stdout)
    assert answer["hits"][0]["asset"]["name"] == "IMG_0001.png"
    assert "/login?key=" in magpie(home, "login").stdout


def test_second_server_on_a_home_is_refused(
    server: tuple[Path, subprocess.Popen[str]],
) -> None:
    home, _ = server
    done = magpie(home, "serve", "--port", "0", check=False)
    assert done.returncode == 1
    assert "already runs" in done.stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs POSIX signals")
def test_killed_ingest_goes_on_where_it_was(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(60):
        (files / f"note {number}.txt").write_text(f"Note number {number} about magpies.")
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli.main", "--home", str(home), "ingest", str(files)],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        catalog = home / "catalog.sqlite3"
        while process.poll() is None and not _count(catalog, "asset"):
            pass
        os.killpg(process.pid, signal.SIGKILL)
    assert json.loads(magpie(home, "ingest", str(files), "--json").stdout)["failed"] == 0
    listed = json.loads(magpie(home, "list", "--limit", "200", "--json").stdout)
    assert sorted(asset["name"] for asset in listed["assets"]) == sorted(
        path.name for path in files.iterdir()
    )
    assert all(asset["state"] == "ready" for asset in listed["assets"])
    found = json.loads(magpie(home, "search", "note 42", "--limit", "1", "--json").stdout)
    assert found["hits"][0]["asset"]["name"] == "note 42.txt"


def _count(catalog: Path, table: str) -> int:
    import sqlite3

    if not catalog.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{catalog}?mode=ro", uri=True) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.Error:
        return 0
