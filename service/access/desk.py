"""What one viewer may keep in order, in one place."""

from __future__ import annotations

from functools import cached_property

from service.access.accounts import Accounts
from service.access.keys import ApiKeys
from service.access.status import Handling
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.collections.members import Members
from service.collections.store import Collections
from service.events.listing import Events


class Desk:
    """Collections, events, status, people and keys, as far as a viewer may see and use them."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    @cached_property
    def collections(self) -> Collections:
        """Collections: made, renamed, moved, removed."""
        return Collections(self._database, self._viewer)

    @cached_property
    def members(self) -> Members:
        """Assets in collections."""
        return Members(self._database, self._viewer)

    @cached_property
    def events(self) -> Events:
        """What happened."""
        return Events(self._database, self._viewer)

    @cached_property
    def handling(self) -> Handling:
        """Status and legal hold."""
        return Handling(self._database, self._viewer)

    @cached_property
    def accounts(self) -> Accounts:
        """Users and groups."""
        return Accounts(self._database, self._viewer)

    @cached_property
    def keys(self) -> ApiKeys:
        """API keys."""
        return ApiKeys(self._database, self._viewer)
