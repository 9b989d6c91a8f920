"""What in a sentence is a filter: one function for each sort, each sure or silent.

A word becomes a filter only where its place says so: “approved photos” asks for a status, “the
draft horse” for a horse. Whatever is not sure is left to be searched by meaning.
"""

from __future__ import annotations

from service.sentence.amounts import amounts
from service.sentence.heads import compounds, heads, statuses
from service.sentence.names import named, quoted
from service.sentence.pictures import aspects, colours, people, writing
from service.sentence.text import Rule
from service.sentence.uses import territories_and_channels
from service.sentence.when import dates

RULES: tuple[Rule, ...] = (
    quoted,
    named,
    dates,
    amounts,
    people,
    writing,
    aspects,
    colours,
    territories_and_channels,
    statuses,
    heads,
    compounds,
)
"""In the order in which they take their words."""
