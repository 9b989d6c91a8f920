"""Keys change with everything that a result depends on, and with nothing else."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import registry
from pipelines import stages
from pipelines.hashing import copy_and_hash, sha256_file
from pipelines.stages import content_key, stage_key

TEXT = registry.get(registry.TEXT_DEFAULT)
VISUAL = registry.get(registry.VISUAL_DEFAULT)


def test_a_key_depends_on_bytes_stage_model_and_settings() -> None:
    keys = [
        stage_key("aa", "read"),
        stage_key("bb", "read"),
        stage_key("aa", "words", TEXT),
        stage_key("aa", "words", replace(TEXT, revision="other")),
        stage_key("aa", "read", settings={"pages": 5}),
        stage_key("aa", "read", settings={"pages": 6}),
    ]
    assert len(set(keys)) == len(keys)
    assert stage_key("aa", "read", settings={"a": 1, "b": 2}) == stage_key(
        "aa", "read", settings={"b": 2, "a": 1}
    )


def test_a_new_version_of_any_stage_or_model_asks_for_a_new_analysis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = content_key(text=TEXT, visual=VISUAL)
    assert before == content_key(text=TEXT, visual=VISUAL)
    assert before != content_key(text=replace(TEXT, revision="next"), visual=VISUAL)
    assert before != content_key(text=TEXT, visual=replace(VISUAL, revision="next"))
    for stage in ("read", "words", "pictures"):
        with monkeypatch.context() as patch:
            patch.setattr(stages, "VERSIONS", {**stages.VERSIONS, stage: 99})
            assert before != content_key(text=TEXT, visual=VISUAL)


@given(st.binary(max_size=3000))
def test_copying_hashes_what_it_copies(data: bytes) -> None:
    target = io.BytesIO()
    assert copy_and_hash(io.BytesIO(data), target) == (
        hashlib.sha256(data).hexdigest(),
        len(data),
    )
    assert target.getvalue() == data


def test_a_file_is_hashed_whole(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "a").write_bytes(data)
    assert sha256_file(tmp_path / "a") == hashlib.sha256(data).hexdigest()
