"""How many people the captions of a photo speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_ONE = frozenset(
    [
        "man",
        "woman",
        "boy",
        "girl",
        "child",
        "person",
        "lady",
        "guy",
        "kid",
        "toddler",
        "baby",
        "player",
        "surfer",
        "biker",
        "cyclist",
        "skier",
        "snowboarder",
        "skateboarder",
        "climber",
        "rider",
        "runner",
        "dancer",
        "worker",
        "teenager",
        "adult",
        "female",
        "male",
        "gentleman",
        "swimmer",
        "bicyclist",
        "motorcyclist",
        "hiker",
        "performer",
        "singer",
        "musician",
        "athlete",
        "jumper",
        "wakeboarder",
        "kayaker",
        "rollerblader",
        "fisherman",
        "clown",
        "cowboy",
        "wrestler",
        "gymnast",
        "racer",
        "youth",
    ]
)
_SEVERAL = frozenset(
    [
        "people",
        "men",
        "women",
        "boys",
        "girls",
        "children",
        "persons",
        "ladies",
        "guys",
        "kids",
        "toddlers",
        "babies",
        "players",
        "surfers",
        "bikers",
        "cyclists",
        "skiers",
        "snowboarders",
        "skateboarders",
        "climbers",
        "riders",
        "runners",
        "dancers",
        "workers",
        "teenagers",
        "adults",
        "females",
        "males",
        "friends",
        "hikers",
        "performers",
        "musicians",
        "athletes",
        "swimmers",
        "students",
        "wrestlers",
        "kayakers",
        "youths",
        "teens",
    ]
)
_MANY = frozenset(
    [
        "crowd",
        "group",
        "team",
        "band",
        "audience",
        "family",
        "class",
        "crew",
        "spectators",
        "parade",
    ]
)
_SOMEBODY = frozenset(["he", "she", "his", "her", "himself", "herself", "someone", "him"])
_WORD = re.compile(r"[a-z']+")


def people_in(captions: Sequence[str], most: int = 3) -> int:
    """The median number over the captions that speak of people; ``most`` stands for more.

    Zero only where no caption speaks of anybody.
    """
    counts = [count for caption in captions if (count := min(_said(caption), most))]
    return int(median(counts)) if counts else 0


def _said(caption: str) -> int:
    words = _WORD.findall(caption.lower())
    total = 0
    for place, word in enumerate(words):
        if word in _SEVERAL:
            before = [each for each in words[max(0, place - 3) : place] if each in _NUMBERS]
            total += _NUMBERS[before[-1]] if before else 3
        elif word in _ONE:
            # "A baby girl", "a man surfer": one of them.
            following = words[place + 1 : place + 2]
            total += not (set(following) & (_ONE | _SEVERAL))
        elif word == "couple":
            total += 2
        elif word == "another" and total:
            total += 1
    if set(words) & _MANY:
        total = max(total, 3)
    return total or int(bool(set(words) & _SOMEBODY))
