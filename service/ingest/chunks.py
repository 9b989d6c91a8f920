"""Cutting a long run of files into chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


def chunks(files: Iterable[_T], size: int, *, name: Callable[[_T], str]) -> Iterator[list[_T]]:
    """Cut files into chunks of about so many.

    Files of the same name but for the suffix, which may belong together, stay together where
    they follow each other; yet no chunk is larger than twice the size.

    Args:
        name: gives the whole name of a file, with its folder.
    """
    chunk: list[_T] = []
    for file in files:
        is_full = len(chunk) >= size and _stem(name(chunk[-1])) != _stem(name(file))
        if is_full or len(chunk) >= 2 * size:
            yield chunk
            chunk = []
        chunk.append(file)
    if chunk:
        yield chunk


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
