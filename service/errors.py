"""The errors that people meet: each says in one sentence what happened and what to do."""

from __future__ import annotations


class MagpieError(Exception):
    """Base of all errors that are shown to people.

    Attributes:
        code: short and stable, for programs.
        status: the HTTP status that the API answers with.
    """

    code = "error"
    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(MagpieError):
    """No such asset, job or unit, or none that the caller may see."""

    code = "not_found"
    status = 404


class BadRequest(MagpieError):
    """The request cannot be carried out as it stands."""

    code = "bad_request"
    status = 400


class Forbidden(MagpieError):
    """The caller is known, and may not do this."""

    code = "forbidden"
    status = 403


class Conflict(MagpieError):
    """The request does not fit the present state of what it wants to change."""

    code = "conflict"
    status = 409


class TooLarge(MagpieError):
    """An upload is over the limit."""

    code = "too_large"
    status = 413


class HomeBusy(MagpieError):
    """Another process has this home open."""

    code = "home_busy"
    status = 503


class StorageFull(MagpieError):
    """The disk is full; nothing already stored was touched."""

    code = "storage_full"
    status = 507


class Unavailable(MagpieError):
    """A part of the service does not answer right now."""

    code = "unavailable"
    status = 503
