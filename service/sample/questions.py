"""The questions that the demo asks about the sample library."""

from __future__ import annotations

from dataclasses import dataclass

from service.schemas import AssetKind


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the file that should answer it first.

    Attributes:
        about: what kind of question this is, for the person who reads along.
        words: in plain words; empty where an example asks.
        example: a file of the sample library to find alike ones of; empty for none.
        kinds: only these kinds of assets; empty means all.
        answer: where the best answer is filed; empty where the library holds none.
    """

    about: str
    answer: str
    words: str = ""
    example: str = ""
    kinds: tuple[AssetKind, ...] = ()


QUESTIONS: tuple[Question, ...] = (
    Question(
        about="Words find a photo; its file name says nothing",
        words="a cup of coffee",
        answer="Photos/Café/IMG_2041.jpg",
    ),
    Question(
        about="Words find the page of a contract",
        words="how long does confidentiality last",
        answer="Contracts/NDA Longitude Exhibit Studio.pdf",
    ),
    Question(
        about="A rule in your own words",
        words="what may I spend on dinner when I travel",
        answer="Policies/Travel and expenses.md",
    ),
    Question(
        about="A picture finds where it was used, cut and printed",
        example="Press/PR-0631 launch site.jpg",
        answer="Brand/Off the Ground brochure.pdf",
    ),
    Question(
        about="A thing by its name, in photos and papers alike",
        words="espresso",
        answer="Photos/Café/IMG_2041.jpg",
    ),
    Question(
        about="The same subject, documents only",
        words="coffee",
        kinds=("document",),
        answer="Finance/2025-03 SF-2025-0318.pdf",
    ),
    Question(
        about="Something that is not there",
        words="a wedding on the beach",
        answer="",
    ),
)
