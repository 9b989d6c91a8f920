"""Where the generations of the index are kept, by setting."""

from __future__ import annotations

from service.home import Home
from service.index.base import Generations
from service.settings import Settings


def generations_at(settings: Settings, home: Home) -> Generations:
    """In the home, or on a Qdrant server.

    Raises:
        MagpieError: a server is wanted and its client is not installed.
    """
    if settings.index_url:
        from service.index.server_generations import ServerGenerations

        return ServerGenerations.at(settings.index_url, settings.index_api_key or None)
    from service.index.generations import EdgeGenerations

    return EdgeGenerations(home.index)
