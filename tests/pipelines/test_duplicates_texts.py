"""Related texts: copies, versions, templates and parts, told apart and explained."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.duplicates.groups import groups
from pipelines.duplicates.invoices import Invoice, invoice_links
from pipelines.duplicates.text_diff import MOST_DIFFERENCES, diff
from pipelines.duplicates.text_prints import MOST_SAMPLED, text_print, words
from pipelines.duplicates.texts import TextLink, overlap, text_links

_CONTRACT = """This agreement is made on 12 March 2024 between Alder Robotics and the client
Birch Analytics. The client shall pay a fee of 4,500.00 EUR a month, due on the first working
day. Either party may end this agreement with three months notice in writing. Neither party may
hand on what it learns about the business of the other, during the agreement and for two years
after it has ended. Changes need the written form. The courts of Vienna decide on disputes."""

_OTHER = """The harvest was late this year because it rained for most of August, and the
cooperative sold only half of the apples that it had hoped to sell. Prices rose in the cities,
while growers in the valleys kept their fruit in cold stores and waited for better weeks."""


def _links(*texts: str) -> list[TextLink]:
    return text_links([text_print(text) for text in texts], texts.__getitem__)


def test_the_same_text_in_another_format() -> None:
    page = _CONTRACT.replace("\n", "\r\n\r\n").replace(" and ", "  and\u00a0").upper()
    (link,) = _links(_CONTRACT, _OTHER, page)
    assert (link.first, link.second, link.kind, link.score) == (0, 2, "same_text", 1.0)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("4,500.00", "5,250.00", "number"),
        ("client\nBirch Analytics", "client\nCedar Analytics", "name"),
        ("Neither party may", "No party shall ever", "wording"),
    ],
)
def test_a_new_version_says_what_changed_and_is_not_joined(old: str, new: str, kind: str) -> None:
    changed = _CONTRACT.replace(old, new)
    links = _links(_CONTRACT, changed)
    assert [link.kind for link in links] == ["near_text"]
    found = links[0].evidence.diff
    assert found is not None
    assert next(each.kind for each in found.differences) == kind
    for each in found.differences:
        assert _CONTRACT[each.first_start : each.first_end] == each.first
        assert changed[each.second_start : each.second_end] == each.second
        assert each.first in old and each.second in new
    assert groups(links) == []


def test_the_same_template_with_other_facts() -> None:
    other = (
        _CONTRACT.replace("12 March 2024", "2 May 2023")
        .replace("4,500.00", "99.00")
        .replace("Birch Analytics", "Fern Logistics")
        .replace("of Vienna", "of Graz")
    )
    (link,) = _links(_CONTRACT, other)
    assert link.kind == "same_template"


def test_a_part_is_found_in_a_long_text() -> None:
    long = "\n".join(_noise(seed) for seed in range(20)) + _CONTRACT + _noise(99)
    (link,) = _links(_CONTRACT, long, _OTHER)
    assert link.kind == "contained_text"
    assert link.evidence.first_in_second > 0.95
    assert link.evidence.second_in_first < 0.1


def test_unrelated_texts_and_short_ones_have_nothing_to_do_with_each_other() -> None:
    assert _links(_CONTRACT, _OTHER, _noise(1), _noise(2), "Invoice 17", "Invoice 18", "", "") == []


def test_short_texts_are_the_same_word_by_word() -> None:
    (link,) = _links("Invoice no. 17", "INVOICE NO 17", "Invoice no. 18")
    assert (link.first, link.second, link.kind) == (0, 1, "same_text")


def test_of_a_very_long_text_a_sample_is_kept() -> None:
    long = "\n".join(_noise(seed, 200) for seed in range(100))
    whole, half = text_print(long), text_print(long[: len(long) // 2])
    assert len(whole.sample) < MOST_SAMPLED * 1.1
    _, in_half, in_whole = overlap(whole, half)
    assert in_half == pytest.approx(0.5, abs=0.05)
    assert in_whole > 0.99


def test_long_texts_are_compared_in_bounded_time() -> None:
    one, other = _noise(1, 30_000), _noise(2, 30_000)
    found = diff(one, other)
    assert found.cut
    assert len(found.differences) <= MOST_DIFFERENCES


def test_scripts_without_spaces_have_words() -> None:
    assert len(words("契約書は東京で")) == 7
    assert [word.text for word in words("Ｆｅｅ: 1,250.00 €")] == ["fee", "1,250.00"]


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_links_do_not_depend_on_the_order(shuffling: random.Random) -> None:
    texts = [_CONTRACT, _CONTRACT.replace("4,500.00", "7.00"), _OTHER, _noise(3) + _CONTRACT]
    texts += [_CONTRACT.upper(), _noise(3)]
    order = list(range(len(texts)))
    shuffling.shuffle(order)
    shown = [texts[item] for item in order]
    names = [f"{item:02}" for item in order]
    moved = text_links([text_print(text) for text in shown], shown.__getitem__, names=names)
    plain = {(link.first, link.second, link.kind) for link in _links(*texts)}
    assert {(order[link.first], order[link.second], link.kind) for link in moved} == plain
    assert len(plain) > 4


@given(st.text(), st.text())
def test_any_texts_can_be_compared(one: str, other: str) -> None:
    found = diff(one, other)
    assert 0 <= found.ratio <= 1
    assert all(0 <= share <= 1 for share in overlap(text_print(one), text_print(other)))
    for each in found.differences:
        assert one[each.first_start : each.first_end] == each.first
    assert diff(one, one).ratio == 1


def test_the_same_invoice_twice() -> None:
    scans = [
        Invoice("Northwind GmbH", "RE-2024/0017", "119.00", "EUR"),
        Invoice("Northwind GmbH", "RE-2024/0018", "119.00", "EUR"),
        Invoice("NORTHWIND", "re 2024 0017", "119", ""),
        Invoice("Northwind GmbH", "RE-2024/0017", "119.00", "USD"),
        Invoice("Contoso Ltd.", "RE-2024/0017", "119.00", "EUR"),
        Invoice("", "RE-2024/0017", "119.00"),
        Invoice("", "RE-2024/0017", "119.00"),
        Invoice("Northwind GmbH", "1", "unknown"),
        Invoice("Northwind GmbH", "1", "NaN"),
    ]
    assert [(link.first, link.second) for link in invoice_links(scans)] == [(0, 2)]


def _noise(seed: int, count: int = 120) -> str:
    letters = np.random.default_rng(seed).integers(97, 123, (count, 6))
    return " ".join(bytes(word.tolist()).decode() for word in letters)
