"""A brochure of two pages for an exhibition, with one of the photos placed in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from service.sample.documents.paper import (
    AMBER,
    MUSEUM,
    MUSEUM_ADDRESS,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    drawn,
    put,
    style,
)

_NIGHT = "#0e1730"
_LEFT = 48.0
_MEASURE = PAGE_WIDTH - 2 * _LEFT
_ROOMS = (
    (
        "1  Feathers and wax",
        "Every people has a story about somebody who flew. We begin with kites from Weifang, a "
        "glider of willow and linen, and the notebooks of those who jumped.",
    ),
    (
        "2  The machine age",
        "Canvas, wire and engines that weighed too much. Sit in the wind tunnel and feel at what "
        "speed your arms begin to lift, then steer a biplane home through fog.",
    ),
    (
        "3  Ten, nine, eight",
        "The countdown hall. A rocket engine in section, the sound of a launch at a tenth of its "
        "loudness, and the people who stayed on the ground to listen.",
    ),
    (
        "4  Looking back",
        "A dark room with one picture in it: our planet, seen from far away. Some visitors stay "
        "for a minute, some for an hour. There is a bench.",
    ),
)
_FACTS = (
    ("Open", "Tuesday to Sunday<br/>10:00 to 18:00, Thursday to 21:00"),
    ("Tickets", "€14, concessions €9<br/>under 12 free"),
    ("Tours", "Saturday at 11:00 and 15:00<br/>in Irish Sign Language: 4 May"),
)


def brochure(photo: Path) -> bytes:
    """The brochure as PDF.

    Args:
        photo: a landscape photo for the cover.
    """
    return drawn(
        [partial(_cover, photo), _inside],
        title="Off the Ground: how we learned to leave the Earth",
        author=MUSEUM,
    )


def _cover(photo: Path, canvas: Any) -> None:
    canvas.setFillColor(_NIGHT)
    canvas.rect(0, 0, PAGE_WIDTH, PAGE_HEIGHT, stroke=0, fill=1)
    height = PAGE_WIDTH * 427 / 640
    canvas.drawImage(str(photo), 0, PAGE_HEIGHT - height, width=PAGE_WIDTH, height=height)
    canvas.setFillColor(AMBER)
    canvas.rect(_LEFT, PAGE_HEIGHT - height - 52, 46, 5, stroke=0, fill=1)
    white = style("title", fontName="Helvetica-Bold", fontSize=58, leading=60, textColor="#ffffff")
    y = put(canvas, "Off the Ground", _LEFT, PAGE_HEIGHT - height - 66, like=white, width=_MEASURE)
    lead = style("lead", fontSize=19, leading=26, textColor="#d6dbe8")
    y = put(canvas, "How we learned to leave the Earth", _LEFT, y - 12, like=lead, width=_MEASURE)
    dates = style("dates", fontName="Helvetica-Bold", fontSize=13, leading=18, textColor=AMBER)
    put(canvas, "12 April to 28 September 2025", _LEFT, y - 34, like=dates, width=_MEASURE)
    canvas.setFillColor("#ffffff")
    canvas.setFont("Helvetica", 10.5)
    canvas.drawString(_LEFT, 44, MUSEUM)
    canvas.setFillColor("#8f99b3")
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(PAGE_WIDTH - _LEFT, 44, "Photo: SpaceX, public domain")


def _inside(canvas: Any) -> None:
    lead = style("lead", fontSize=17, leading=25)
    y = put(
        canvas,
        "For most of history, up was a direction in which one could only look. This summer four "
        "rooms and two hundred objects tell how that changed, and who changed it.",
        _LEFT,
        PAGE_HEIGHT - 72,
        like=lead,
        width=_MEASURE - 24,
    )
    canvas.setFillColor(AMBER)
    canvas.rect(_LEFT, y - 26, 46, 4, stroke=0, fill=1)
    heading = style("heading", fontName="Helvetica-Bold", fontSize=14.5, leading=20)
    text = style("text", fontSize=11.5, leading=17.5)
    gutter = 30.0
    column = (_MEASURE - gutter) / 2
    top = y - 54
    for place, (name, words) in enumerate(_ROOMS):
        x = _LEFT + (place % 2) * (column + gutter)
        end = put(canvas, name, x, top, like=heading, width=column)
        put(canvas, words, x, end - 5, like=text, width=column)
        if place % 2:
            top -= 138
    _for_schools(canvas, top - 8, heading, text)
    _visit(canvas)


def _for_schools(canvas: Any, top: float, heading: Any, text: Any) -> None:
    end = put(canvas, "For schools and families", _LEFT, top, like=heading, width=_MEASURE)
    put(
        canvas,
        "Workshops for classes from eight years: build a paper glider, launch a bottle rocket in "
        "the courtyard, calculate an orbit. Free of charge for schools in the city; please book "
        "three weeks ahead at learning@northgate.example. On Sundays the workshop is open to "
        "everybody, and the museum café serves a children's menu.",
        _LEFT,
        end - 5,
        like=text,
        width=_MEASURE,
    )


def _visit(canvas: Any) -> None:
    height = 172.0
    canvas.setFillColor(_NIGHT)
    canvas.rect(0, 0, PAGE_WIDTH, height, stroke=0, fill=1)
    label = style("label", fontName="Helvetica-Bold", fontSize=9, leading=12, textColor=AMBER)
    value = style("value", fontSize=10, leading=15, textColor="#ffffff")
    column = _MEASURE / 3
    for place, (name, words) in enumerate(_FACTS):
        x = _LEFT + place * column
        end = put(canvas, name.upper(), x, height - 34, like=label, width=column - 12)
        put(canvas, words, x, end - 6, like=value, width=column - 12)
    canvas.setFont("Helvetica", 9)
    canvas.setFillColor("#8f99b3")
    canvas.drawString(_LEFT, 40, ", ".join((MUSEUM, *MUSEUM_ADDRESS)))
    canvas.drawRightString(PAGE_WIDTH - _LEFT, 40, "northgate.example")
