"""The image and the compose file: read as text, because building needs a Docker daemon."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from service.cli.main import app
from service.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_DOCKER = _ROOT / "docker"
# Chosen by whoever runs compose, and read by compose alone.
_OF_COMPOSE = {"MAGPIE_PUBLISH"}


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with their arguments, continued lines joined."""
    text = (_DOCKER / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines()]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((_DOCKER / "compose.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    text = (_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["project"])


def _final(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    last = max(place for place, (word, _) in enumerate(steps) if word == "FROM")
    return steps[last:]


def _one(steps: list[tuple[str, str]], word: str) -> str:
    (found,) = (rest for name, rest in steps if name == word)
    return found


def _defaults(steps: list[tuple[str, str]]) -> dict[str, str]:
    pairs = [pair for word, rest in steps if word in {"ENV", "ARG"} for pair in rest.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def test_the_image_has_a_build_stage_that_does_not_ship(steps: list[tuple[str, str]]) -> None:
    assert [word for word, _ in steps].count("FROM") == 2
    assert "pip" not in " ".join(rest for word, rest in _final(steps) if word == "RUN")


def test_extras_of_the_image_exist_and_bring_no_torch(
    steps: list[tuple[str, str]], project: dict[str, Any]
) -> None:
    known = project["optional-dependencies"]
    chosen = _defaults(steps)["EXTRAS"].split(",")
    assert set(chosen) <= set(known)
    needed = [*project["dependencies"], *(each for extra in chosen for each in known[extra])]
    names = {Requirement(each).name for each in needed}
    assert not names & {"torch", "torchvision", "transformers", "sentence-transformers"}
    assert "video" not in chosen, "its wheels carry codecs under the GPL"


def test_python_of_the_image_is_one_that_magpie_runs_on(
    steps: list[tuple[str, str]], project: dict[str, Any]
) -> None:
    from packaging.specifiers import SpecifierSet

    assert _defaults(steps)["PYTHON"] in SpecifierSet(project["requires-python"])


def test_the_image_does_not_run_as_root(steps: list[tuple[str, str]]) -> None:
    user = _one(_final(steps), "USER")
    assert user not in {"root", "0"}
    made = next(rest for word, rest in steps if word == "RUN" and "useradd" in rest)
    assert made.split("&&")[0].split()[-1] == user


def test_the_home_is_a_volume_that_the_user_may_write(
    steps: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    home = _defaults(steps)["MAGPIE_HOME"]
    assert f'"{home}"' in _one(_final(steps), "VOLUME")
    assert any("--owner=magpie" in rest and rest.endswith(home) for _, rest in _final(steps))
    name, path = compose["services"]["magpie"]["volumes"][0].split(":")
    assert path == home
    assert name in compose["volumes"]


def test_health_is_asked_on_the_port_that_is_served_and_published(
    steps: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    port = _defaults(steps)["MAGPIE_PORT"]
    final = _final(steps)
    assert _one(final, "EXPOSE") == port
    check = _one(final, "HEALTHCHECK")
    assert "/health" in check
    assert "MAGPIE_PORT" in check
    (published,) = compose["services"]["magpie"]["ports"]
    assert published.startswith("127.0.0.1:")
    assert published.endswith(f":{port}")


def test_the_command_of_the_image_exists(steps: list[tuple[str, str]]) -> None:
    assert _one(_final(steps), "CMD") == '["magpie", "serve"]'
    assert "serve" in {each.name or each.callback.__name__ for each in app.registered_commands}  # type: ignore[union-attr]


def test_every_setting_that_the_files_name_exists(compose: dict[str, Any]) -> None:
    known = {f"MAGPIE_{name.upper()}" for name in Settings.model_fields}
    for file in ("Dockerfile", "compose.yaml"):
        text = (_DOCKER / file).read_text(encoding="utf-8")
        named = set(re.findall(r"\bMAGPIE_[A-Z_]+\b", text))
        assert named - _OF_COMPOSE <= known, f"{file} names settings that do not exist"
    environment = compose["services"]["magpie"]["environment"]
    values = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", text) for name, text in environment.items()}
    Settings(**{name.removeprefix("MAGPIE_").lower(): text for name, text in values.items()})


def test_the_optional_server_stays_off_and_unpublished_and_fits_its_client(
    compose: dict[str, Any], project: dict[str, Any]
) -> None:
    qdrant = compose["services"]["qdrant"]
    assert qdrant["profiles"] == ["qdrant"]
    assert "ports" not in qdrant
    version = re.search(r":v(\d+\.\d+\.\d+)$", qdrant["image"])
    assert version
    (client,) = map(Requirement, project["optional-dependencies"]["server"])
    assert version[1] in client.specifier


def test_everything_the_image_copies_passes_the_ignore_file(steps: list[tuple[str, str]]) -> None:
    lines = (_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = [rest for word, rest in steps if word == "COPY" and "--from" not in rest]
    names = {name for rest in copied for name in rest.split()[:-1]}
    assert names == let_in
    assert all((_ROOT / name).exists() for name in names)
