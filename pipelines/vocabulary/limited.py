"""Reads a vocabulary that a stranger may have written, with bounds on time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from pipelines.vocabulary.as_json import unpacked_vocabulary
from pipelines.vocabulary.check import Problem, VocabularyError, checked
from pipelines.vocabulary.formats import Format
from pipelines.vocabulary.terms import Vocabulary

MOST_BYTES = 16 * 1024 * 1024
"""Of a file: 20,000 terms with all their names take about five."""

_SECONDS = 60.0
_MEMORY_BYTES = 1024 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[2]

_one_at_a_time = threading.Lock()


def read_limited(
    data: bytes, format_: Format, id_: str = "", source: str = "", *, seconds: float = _SECONDS
) -> Vocabulary:
    """As ``formats.read``, in a limited process of its own; one at a time.

    Raises:
        VocabularyError: with every problem and its line, or because the file costs too much.
    """
    if len(data) > MOST_BYTES:
        raise _too_much(source)
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-P", "-m", "pipelines.vocabulary.read_child", format_, id_, source]
    with _one_at_a_time:
        try:
            answer = subprocess.run(
                [*command, str(_MEMORY_BYTES), str(seconds)],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            ).stdout
        except subprocess.SubprocessError as error:
            raise _too_much(source) from error
    found = json.loads(answer)
    if "problems" in found:
        raise VocabularyError([Problem(**each) for each in found["problems"]])
    return checked(unpacked_vocabulary(found["vocabulary"]), source)


def _too_much(source: str) -> VocabularyError:
    message = "The file is too large or too tangled to be read; split it into smaller ones."
    return VocabularyError([Problem(0, message, source)])
