"""The page of a record: what it shows, where that is from, and what is missing."""

from __future__ import annotations

import re
from typing import Any


def test_the_page_shows_what_counts_with_its_source_and_language(served: Any) -> None:
    asset_id = served.add("page.md", b"# A first heading\n\nA note on ferries.")
    edits = [
        {"field": "title", "value": "Faehren", "language": "de"},
        {"field": "usage_terms", "value": "Editorial only"},
    ]
    served.client.patch(f"/v1/assets/{asset_id}", json={"edits": edits})
    page = re.sub(r"\s+", " ", served.client.get(f"/assets/{asset_id}").text)
    assert "<dt>Title (de)</dt>" in page
    assert '<bdi lang="de">Faehren</bdi>' in page
    assert "<dt>Usage terms</dt> <dd><bdi>Editorial only</bdi> <small>entered by a person" in page


def test_a_value_that_counts_less_stands_below(served: Any) -> None:
    asset_id = served.add(
        "mail.eml",
        b"Subject: Old subject\r\nFrom: a@example.org\r\n\r\nHello ferries.\r\n",
    )
    title = served.values(asset_id)["title"]
    served.client.patch(f"/v1/assets/{asset_id}", json={"title": "Our title"})
    page = served.client.get(f"/assets/{asset_id}").text
    assert page.index("Our title</bdi>") < page.index(f"<bdi>{title}</bdi>")
