"""What can go wrong with models, in words a person can act on."""

from __future__ import annotations


class ModelError(RuntimeError):
    """A model cannot be used; the message says what to do."""


class UnknownModelError(ModelError):
    """No model has that name; the message lists the names there are."""


class WeightsError(ModelError):
    """A model's file is missing or is not the file that was published."""


class LicenceError(ModelError):
    """The licence policy forbids this model; the message names a way out."""


class EncoderClosedError(ModelError):
    """The encoder was closed and takes no more work."""
