"""What is wrong with a vocabulary."""

from __future__ import annotations

from service.errors import BadRequest, NotFound


class InvalidVocabulary(BadRequest):
    """A vocabulary cannot be used; names every fault, with its line where there is one."""

    code = "invalid_vocabulary"
    status = 422


def no_vocabulary(vocabulary_id: str) -> NotFound:
    """The one answer for those that are not there and those that may not be seen."""
    return NotFound(
        f"There is no vocabulary {vocabulary_id}; `magpie vocabularies list` shows them."
    )


def no_term(vocabulary_id: str, term_id: str) -> NotFound:
    """There is no such term."""
    return NotFound(
        f"There is no term {term_id} in {vocabulary_id}; `magpie terms find` shows the ids."
    )
