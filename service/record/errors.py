"""What is wrong with a value, a record or a definition of fields."""

from __future__ import annotations

from service.errors import BadRequest


class InvalidValue(BadRequest):
    """A value does not fit its field.

    Attributes:
        field: name of the field.
    """

    code = "invalid_value"
    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidFile(BadRequest):
    """A file with metadata is damaged, or is none."""

    code = "invalid_metadata"
    status = 422


class InvalidFields(BadRequest):
    """The file with the fields of this library is wrong; names every fault with its line."""

    code = "invalid_fields"
