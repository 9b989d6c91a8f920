"""Speech: how many words of a transcript are wrong (word error rate).

- ``wer``: words to insert, delete or replace, over the words of all references together. Both
  sides in lower case, without punctuation; apostrophes within words stay.
- ``seconds_per_second``: sound heard in one second by the clock.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from eval.edit_distance import distance
from eval.layouts import clips as layout
from eval.registry import Figures

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with transcripts.jsonl and the sounds that it names",
    )
    parser.add_argument(
        "--model", default="tiny.en", help="as MAGPIE_SPEECH (default: %(default)s)"
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="cores to use")
    parser.add_argument("--each", action="store_true", help="show a line for every sound, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from models.speech.load import model_folder
    from pipelines.pool import ReaderPool

    recordings = layout.read_recordings(options.data)
    folder = str(model_folder(options.model))
    wrong = words = 0
    heard_s = spent_s = 0.0
    print(f"Listening to {len(recordings):,} sounds ...", file=sys.stderr)
    with ReaderPool(1) as pool:
        for each in recordings:
            heard_s += pool.read(each.path).duration_s or 0.0
            start = time.perf_counter()
            found = pool.work(each.path, "speech", model=folder, threads=options.threads)
            spent_s += time.perf_counter() - start
            ours = _words(" ".join(unit.text for unit in found.units))
            theirs = _words(each.transcript)
            faults = word_faults(ours, theirs)
            wrong += faults
            words += len(theirs)
            if options.each:
                print(
                    f"{each.path.name}  {faults}/{len(theirs)}  {' '.join(ours)}", file=sys.stderr
                )
    return {
        "files": len(recordings),
        "words": words,
        "wer": round(wrong / max(words, 1), 4),
        "seconds_per_second": round(heard_s / spent_s, 2),
    }


def word_faults(ours: list[str], theirs: list[str]) -> int:
    """Words to insert, delete or replace: each word stands for a letter of its own."""
    letters = {word: chr(0x1000 + number) for number, word in enumerate({*ours, *theirs})}
    return distance("".join(map(letters.get, ours)), "".join(map(letters.get, theirs)))  # type: ignore[arg-type]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
