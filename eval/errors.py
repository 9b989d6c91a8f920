"""The one error that tasks show to people."""

from __future__ import annotations


class EvalError(Exception):
    """The data or options do not fit; the message says what is missing and what to do."""
