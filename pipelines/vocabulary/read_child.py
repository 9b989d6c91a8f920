"""Reads one vocabulary in a process of its own: ``python -m pipelines.vocabulary.read_child``.

The file comes by standard input, the answer goes as JSON to standard output. See ``limited``.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any, cast

from pipelines.confine import confine, limit_processor_time
from pipelines.limits import Limits
from pipelines.vocabulary.as_json import packed_vocabulary
from pipelines.vocabulary.check import VocabularyError
from pipelines.vocabulary.formats import Format, read


def main() -> None:
    """Answer with the vocabulary, or with what is wrong with it."""
    format_, id_, source, memory, seconds = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Libraries print; what they print must not get into the answer.
    os.dup2(2, 1)
    data = sys.stdin.buffer.read()
    confine(Limits(memory_bytes=int(memory)))
    limit_processor_time(float(seconds))
    answer: dict[str, Any]
    try:
        answer = {"vocabulary": packed_vocabulary(read(data, cast(Format, format_), id_, source))}
    except VocabularyError as error:
        answer = {"problems": [asdict(each) for each in error.problems]}
    with answers:
        json.dump(answer, answers)


if __name__ == "__main__":
    main()
