"""`magpie fields`: the fields of a library, or what is wrong with their file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli.main import main


def _run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> int:
    monkeypatch.delenv("MAGPIE_FIELDS", raising=False)
    monkeypatch.setenv("MAGPIE_HOME", str(home))
    monkeypatch.setattr("sys.argv", ["magpie", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_fields_are_listed_with_those_of_the_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "fields.yaml").write_text("fields:\n  - name: shelf\n    required: true\n")
    assert _run(monkeypatch, tmp_path, "fields", "--json") == 0
    told = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert told["shelf"]["required"]
    assert told["rights"]["xmp"] == "dc:rights"
    assert "iso" not in told
    assert _run(monkeypatch, tmp_path, "fields", "--all", "--json") == 0
    assert "iso" in capsys.readouterr().out


def test_faults_are_named_with_their_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "fields.yaml").write_text("fields:\n  - name: shelf\n    type: chioce\n")
    assert _run(monkeypatch, tmp_path, "fields") == 1
    assert "fields.yaml, line 3: " in capsys.readouterr().err
