"""How a scan tells what it is doing, and learns that it should stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is done, in words, how much of it, and of how much (0: not known); it raises to
stop the work."""
