"""What speaks for and against a candidate: words around it, place, form, neighbours.

Features are names; a ranker gives each a weight. Words are in lower case with digits as 0.

- ``left``, ``left1`` ``left2`` ..., ``lefts``: words before it on its row; the nearest ones by
  their number, the nearest two together; ``tri``: groups of three letters of them, which
  survive slips of the recognition.
- ``right``: words behind it; ``above``: of the piece above; ``prev`` and ``next``: of the rows
  before and after; ``in``, ``first`` and ``last``: within it.
- ``label:left``, ``label:above``, ``label:row``, ``label:prev``: a label of the field is there;
  ``avoid:...``: one of another field.
- ``row``, ``rows-left``, ``height``, ``across``: where it stands and how tall.
- ``described``: of names, what contracts say behind a party's (see ``party_context``).
- ``order``, ``repeated``, ``rank``, ``sum``: beside the other candidates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from pipelines.documents.fields.candidates import Candidate
from pipelines.documents.fields.party_context import party_features
from pipelines.documents.fields.schema import Field
from pipelines.documents.pages import View

_WORD = re.compile(r"[^\W_]+|[%:@#&$€£()]")
_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_BLOCKS = frozenset({"heading", "address"})
_CONTEXT = 90
_MOST_AMOUNTS = 60


def words(text: str) -> list[str]:
    """Words of a text as features name them."""
    return [re.sub(r"\d", "0", word) for word in _WORD.findall(text.lower())]


class Describer:
    """Features of the candidates of one field in one document."""

    def __init__(self, view: View, field: Field, found: Sequence[Candidate]) -> None:
        self._view = view
        self._field = field
        self._found = found
        self._labels = _pattern(field.labels)
        self._avoid = _pattern(field.avoid)
        self._count = Counter(candidate.value for candidate in found)
        self._order = {value: place for place, value in enumerate(self._count)}
        heights = [piece.box.bottom - piece.box.top for piece in view.pieces]
        self._height = median(heights) if heights else 1.0
        self._rank: dict[str, int] = {}
        self._sums: set[str] = set()
        if field.type == "money":
            self._compare_amounts()
        elif field.type == "date":
            ordered = sorted(self._count, reverse=True)
            self._rank = {value: place for place, value in enumerate(ordered)}

    def describe(self, candidate: Candidate) -> list[str]:
        """Features of a candidate, each once."""
        rows = self._view.row_of(candidate.start), self._view.row_of(candidate.end - 1)
        found = [*self._around(candidate, rows), *self._place(candidate, rows)]
        if self._field.type in _BLOCKS:
            found += self._within(candidate, rows)
        else:
            found += _form(self._view.text[candidate.start : candidate.end])
            found += self._beside(candidate)
        if self._field.type == "party":
            found += party_features(self._view.text, candidate.start, candidate.end)
        if candidate.detail:
            found.append(f"detail={candidate.detail}")
        return list(dict.fromkeys(found))

    def _around(self, candidate: Candidate, rows: tuple[int, int]) -> Iterator[str]:
        view = self._view
        text = view.text
        start = max(view.row_starts[rows[0]], candidate.start - _CONTEXT)
        before = text[start : candidate.start]
        flowing = not view.pieces[view.piece_of(candidate.start)].placed
        if flowing or len(before) < 3:
            # Text that flows goes on from line to line.
            wider = text[max(0, candidate.start - _CONTEXT) : candidate.start]
            before = wider if flowing and self._field.type not in _BLOCKS else before
        left = words(before)
        for place, word in enumerate(reversed(left[-4:]), 1):
            yield f"left{place}={word}"
        for word in left[-10:]:
            yield f"left={word}"
        for first, second in pairwise(left[-5:]):
            yield f"lefts={first} {second}"
        letters = "".join(word for word in left[-4:] if word.isalpha())
        for at in range(max(0, len(letters) - 12), len(letters) - 2):
            yield f"tri={letters[at : at + 3]}"
        if not left:
            yield "left1=-"
        behind = text[candidate.end : candidate.end + _CONTEXT // 2]
        if not flowing:
            behind = behind.partition("\n")[0]
        right = words(behind)
        for place, word in enumerate(right[:3], 1):
            yield f"right{place}={word}"
            yield f"right={word}"
        if not right:
            yield "right1=-"
        previous, following = view.row_text(rows[0] - 1), view.row_text(rows[1] + 1)
        for word in words(previous)[:8]:
            yield f"prev={word}"
        for word in words(following)[:8]:
            yield f"next={word}"
        above = self._above(candidate, rows[0])
        for word in words(above)[:5]:
            yield f"above={word}"
        yield from self._label_features("left", before, end_only=True)
        yield from self._label_features("row", before, end_only=False)
        yield from self._label_features("above", above, end_only=False)
        yield from self._label_features("prev", previous, end_only=False)

    def _label_features(self, where: str, text: str, *, end_only: bool) -> Iterator[str]:
        """The label nearest to the candidate, the longer one of two that end together."""
        best: tuple[int, int, str] | None = None
        for name, pattern in (("avoid", self._avoid), ("label", self._labels)):
            for match in pattern.finditer(text.lower()) if pattern else ():
                key = (match.end(), match.end() - match.start(), name)
                if best is None or key[:2] > best[:2]:
                    best = key
        if best is None:
            return
        gap = re.sub(r"[^\w]", "", text[best[0] :])
        if not end_only or len(gap) <= 3:
            yield f"{best[2]}:{where}"

    def _above(self, candidate: Candidate, row: int) -> str:
        """The piece that stands above, at most three rows up."""
        view = self._view
        piece = view.pieces[view.piece_of(candidate.start)]
        if not piece.placed:
            return ""
        for number in range(row - 1, max(-1, row - 4), -1):
            for other in view.rows[number]:
                if (
                    other.page == piece.page
                    and min(other.box.right, piece.box.right) - max(other.box.left, piece.box.left)
                    > 0
                ):
                    return other.text
        return ""

    def _place(self, candidate: Candidate, rows: tuple[int, int]) -> Iterator[str]:
        view = self._view
        piece = view.pieces[view.piece_of(candidate.start)]
        yield f"row={min(rows[0], 12)}"
        yield f"rows-left={min(len(view.rows) - rows[1] - 1, 12)}"
        yield f"down={int(10 * rows[0] / len(view.rows))}"
        yield f"page={min(piece.page, 3)}"
        if piece.placed:
            yield f"across={int(4 * piece.box.left)}"
            ratio = (piece.box.bottom - piece.box.top) / max(self._height, 1e-6)
            yield f"height={min(int(4 * ratio), 10)}"

    def _within(self, candidate: Candidate, rows: tuple[int, int]) -> Iterator[str]:
        view = self._view
        text = view.text[candidate.start : candidate.end]
        lines = re.split(r"\n", text)
        yield f"lines={len(lines)}"
        for line in lines:
            inside = words(line)
            for word in inside:
                yield f"in={word}"
            yield f"in-shape={_line_shape(line)}"
        first, last = words(lines[0]), words(lines[-1])
        for word in first[:3]:
            yield f"first={word}"
        for word in last[-3:]:
            yield f"last={word}"
        yield f"first-shape={_line_shape(lines[0])}"
        yield f"last-shape={_line_shape(lines[-1])}"
        yield f"last-mark={text[-1] if not text[-1].isalnum() else 'a'}"
        yield f"before-shape={_line_shape(view.row_text(rows[0] - 1))}"
        yield f"after-shape={_line_shape(view.row_text(rows[1] + 1))}"
        before = view.row_text(rows[0] - 1)
        yield f"before-mark={before[-1] if before and not before[-1].isalnum() else 'a'}"
        yield f"length={min(len(text) // 12, 12)}"
        yield f"postcode={len(_POSTCODE.findall(text))}"
        tail = view.text[candidate.end : candidate.end + 2].strip(" \t")
        yield f"cut={tail[:1] not in {'', chr(10)}}"
        for number, line in enumerate(lines):
            for word in words(line)[:2]:
                yield f"line{min(number, 1)}={word}"

    def _beside(self, candidate: Candidate) -> Iterator[str]:
        value = candidate.value
        times, order = self._count[value], self._order[value]
        yield f"order={min(order, 5)}"
        yield f"order-left={min(len(self._order) - order - 1, 5)}"
        yield f"repeated={min(times, 4)}"
        if value in self._rank:
            yield f"rank={min(self._rank[value], 5)}"
        if value in self._sums:
            yield "sum"
            yield f"sum-rank={min(self._rank.get(value, 9), 3)}"
        if self._field.type == "money":
            yield f"negative={value.startswith('-')}"
            yield f"zero={float(value) == 0}"

    def _compare_amounts(self) -> None:
        """Ranks by value, and which amounts are the sum of two others."""
        values = sorted({float(each) for each in self._count if float(each) > 0}, reverse=True)
        self._rank = {f"{value:.2f}": place for place, value in enumerate(values)}
        cents = [round(100 * value) for value in values[:_MOST_AMOUNTS]]
        present = set(cents)
        for total in cents:
            if any(total - part in present and 2 * part > total for part in cents if part < total):
                self._sums.add(f"{total / 100:.2f}")


def _pattern(labels: Sequence[str]) -> re.Pattern[str] | None:
    if not labels:
        return None
    ordered = sorted(labels, key=len, reverse=True)
    spaced = (r"\s*".join(map(re.escape, label.split())) for label in ordered)
    return re.compile(r"(?<!\w)(?:" + "|".join(spaced) + r")(?!\w)")


def _form(text: str) -> Iterator[str]:
    shape = re.sub(r"\d", "9", re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", text)))
    yield f"shape={shape[:24]}"
    yield f"size={min(len(text) // 3, 12)}"
    for word in words(text)[:8]:
        if not word.isdigit():
            yield f"in={word}"


def _line_shape(line: str) -> str:
    """A line in a word: what share of it are digits, its marks, whether it has a colon."""
    if not line.strip():
        return "none"
    letters = sum(each.isalpha() for each in line)
    digits = sum(each.isdigit() for each in line)
    kind = "digits" if digits > letters else "mixed" if 5 * digits > letters else "letters"
    comma = "," if "," in line else ""
    colon = ":" if ":" in line else ""
    return f"{kind}{comma}{colon}{'(' if '(' in line else ''}"
