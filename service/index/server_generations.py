"""Generations of the index on a Qdrant server: collections, one behind an alias."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service.errors import MagpieError
from service.index.base import Schema, VectorIndex
from service.index.server import QdrantIndex, answers

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_PREFIX = "magpie-"
ALIAS = "magpie"
"""Other programs that read the index ask for this name."""

_TIMEOUT_S = 30


class ServerGenerations:
    """The generations on one server; implements ``Generations``. Connects when first asked."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    @classmethod
    def at(cls, url: str, api_key: str | None) -> ServerGenerations:
        """Those of the server at an address, which need not be there yet.

        Raises:
            MagpieError: the client is not installed.
        """
        try:
            from qdrant_client import QdrantClient
        except ImportError as error:
            raise MagpieError(
                "An index on a server (MAGPIE_INDEX_URL) needs the extra `server`: "
                "pip install 'magpie-content[server]'."
            ) from error
        # The check would ask the server now, which may come up later than we do.
        return cls(
            QdrantClient(url, api_key=api_key, timeout=_TIMEOUT_S, check_compatibility=False)
        )

    def names(self) -> list[str]:
        """Generations that exist, in alphabetical order."""
        with answers(self._client) as client:
            found = [each.name for each in client.get_collections().collections]
        return sorted(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX))

    def open(self, name: str, schema: Schema) -> VectorIndex:
        """A generation; whether it is there shows when something is asked of it."""
        return QdrantIndex(self._client, _PREFIX + name, schema)

    def create(self, name: str, schema: Schema) -> VectorIndex:
        """An empty generation, made when something is asked of it, or the one that is there."""
        return QdrantIndex(self._client, _PREFIX + name, schema, create=True)

    def optimise(self, _name: str, _schema: Schema, _stopped: Callable[[], bool], /) -> None:
        """The server does so by itself."""

    def worth_optimising(self, _index: VectorIndex, /) -> bool:
        """The server does so by itself."""
        return False

    def announce(self, name: str) -> None:
        """Point the alias to a generation."""
        from qdrant_client import models

        create = models.CreateAlias(collection_name=_PREFIX + name, alias_name=ALIAS)
        with answers(self._client) as client:
            client.update_collection_aliases([models.CreateAliasOperation(create_alias=create)])

    def drop(self, name: str) -> None:
        """Delete a generation; harmless where there is none of that name."""
        with answers(self._client) as client:
            client.delete_collection(_PREFIX + name)

    def close(self) -> None:
        """Release the connection."""
        self._client.close()
