"""What a viewer keeps in order, as commands see it on a running server: ``Desk`` over HTTP."""

from __future__ import annotations

from service.access import schemas as access
from service.collections import schemas as collections
from service.duplicates.known_schemas import CheckAnswer, CheckRequest
from service.errors import NotFound
from service.events.schemas import EventPage
from service.media.schemas import Timeline
from service.remote_duplicates import RemoteDuplicates
from service.remote_extraction import RemoteExtraction
from service.remote_jobs import Ask
from service.remote_records import (
    RemoteBulk,
    RemoteDownloads,
    RemoteExports,
    RemoteImports,
    RemoteTrash,
    Send,
    Stream,
)
from service.remote_tags import RemoteTags
from service.remote_vocabularies import RemoteProposals, RemoteTerms, RemoteVocabularies
from service.schemas import AssetDetail, AssetStatus
from service.variants.schemas import SetOriginal, VariantTree


class RemoteDesk:
    """The desk of the owner on a server."""

    def __init__(self, ask: Ask, send: Send, stream: Stream) -> None:
        self.bulk = RemoteBulk(stream)
        self.exports = RemoteExports(stream)
        self.imports = RemoteImports(stream)
        self.downloads = RemoteDownloads(ask, stream)
        self.trash = RemoteTrash(ask, send)
        self.tags = RemoteTags(ask, stream)
        self.accounts = RemoteAccounts(ask, send)
        self.keys = RemoteKeys(ask)
        self.collections = RemoteCollections(ask, send)
        self.members = RemoteMembers(ask)
        self.events = RemoteEvents(ask)
        self.handling = RemoteHandling(ask)
        self.extraction = RemoteExtraction(ask, stream)
        self.media = RemoteMedia(ask)
        self.known = RemoteKnown(ask)
        self.duplicates = RemoteDuplicates(ask, send)
        self.variants = RemoteVariants(ask)
        self.vocabularies = RemoteVocabularies(ask, send)
        self.terms = RemoteTerms(ask)
        self.proposals = RemoteProposals(ask)


class RemoteMedia:
    """As ``Media``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def timeline(self, asset_id: str) -> Timeline:
        """As ``Media.timeline``."""
        return self._ask(Timeline, "GET", f"/v1/assets/{asset_id}/timeline")


class RemoteKnown:
    """As ``Known``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def check(self, asked: CheckRequest) -> CheckAnswer:
        """As ``Known.check``."""
        return self._ask(CheckAnswer, "POST", "/v1/assets/check", json=asked.model_dump())


class RemoteVariants:
    """As ``Variants``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def tree(self, asset_id: str) -> VariantTree:
        """As ``Variants.tree``."""
        return self._ask(VariantTree, "GET", f"/v1/assets/{asset_id}/variants")

    def join(self, asset_id: str, wanted: SetOriginal) -> VariantTree:
        """As ``Variants.join``."""
        said = wanted.model_dump()
        return self._ask(VariantTree, "PUT", f"/v1/assets/{asset_id}/original", json=said)

    def part(self, asset_id: str) -> VariantTree:
        """As ``Variants.part``."""
        return self._ask(VariantTree, "DELETE", f"/v1/assets/{asset_id}/original")


class RemoteAccounts:
    """As ``Accounts``."""

    def __init__(self, ask: Ask, send: Send) -> None:
        self._ask = ask
        self._send = send

    def users(self) -> access.UserList:
        """As ``Accounts.users``."""
        return self._ask(access.UserList, "GET", "/v1/users")

    def add_user(self, new: access.NewUser) -> access.User:
        """As ``Accounts.add_user``."""
        return self._ask(access.User, "POST", "/v1/users", json=new.model_dump())

    def change_user(self, user_id: str, change: access.UserChange) -> access.User:
        """As ``Accounts.change_user``."""
        said = change.model_dump(exclude_unset=True)
        return self._ask(access.User, "PATCH", f"/v1/users/{user_id}", json=said)

    def id_of(self, name: str) -> str:
        """As ``Accounts.id_of``."""
        for user in self.users().users:
            if user.name == name and not user.disabled:
                return user.id
        raise NotFound(f"There is no user {name}; `magpie users list` shows them.")

    def groups(self) -> access.Groups:
        """As ``Accounts.groups``."""
        return self._ask(access.Groups, "GET", "/v1/groups")

    def add_group(self, name: str) -> access.Groups:
        """As ``Accounts.add_group``."""
        return self._ask(access.Groups, "POST", "/v1/groups", json={"name": name})

    def remove_group(self, name: str) -> None:
        """As ``Accounts.remove_group``."""
        self._send("DELETE", f"/v1/groups/{name}")


class RemoteKeys:
    """As ``ApiKeys``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def all(self) -> access.KeyList:
        """As ``ApiKeys.all``."""
        return self._ask(access.KeyList, "GET", "/v1/keys")

    def make(self, new: access.NewKey) -> access.MadeKey:
        """As ``ApiKeys.make``."""
        return self._ask(access.MadeKey, "POST", "/v1/keys", json=new.model_dump())

    def revoke(self, key_id: str) -> access.Key:
        """As ``ApiKeys.revoke``."""
        return self._ask(access.Key, "DELETE", f"/v1/keys/{key_id}")


class RemoteCollections:
    """As ``Collections``."""

    def __init__(self, ask: Ask, send: Send) -> None:
        self._ask = ask
        self._send = send

    def tree(self) -> collections.CollectionList:
        """As ``Collections.tree``."""
        return self._ask(collections.CollectionList, "GET", "/v1/collections")

    def create(self, new: collections.NewCollection) -> collections.Collection:
        """As ``Collections.create``."""
        return self._ask(collections.Collection, "POST", "/v1/collections", json=new.model_dump())

    def change(
        self, collection_id: str, change: collections.CollectionChange
    ) -> collections.Collection:
        """As ``Collections.change``."""
        return self._ask(
            collections.Collection,
            "PATCH",
            f"/v1/collections/{collection_id}",
            json=change.model_dump(exclude_unset=True),
        )

    def delete(self, collection_id: str, *, recursive: bool = False) -> None:
        """As ``Collections.delete``."""
        self._send("DELETE", f"/v1/collections/{collection_id}", params={"recursive": recursive})


class RemoteMembers:
    """As ``Members``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def change(
        self, collection_id: str, change: collections.MemberChange
    ) -> collections.MemberResult:
        """As ``Members.change``."""
        return self._ask(
            collections.MemberResult,
            "POST",
            f"/v1/collections/{collection_id}/assets",
            json=change.model_dump(),
        )


class RemoteEvents:
    """As ``Events``, as far as commands ask."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def page(self, *, limit: int, cursor: str | None = None) -> EventPage:
        """As ``Events.page``."""
        return self._ask(EventPage, "GET", "/v1/events", params=_place(limit, cursor))

    def history(self, asset_id: str, *, limit: int, cursor: str | None = None) -> EventPage:
        """As ``Events.history``."""
        path = f"/v1/assets/{asset_id}/history"
        return self._ask(EventPage, "GET", path, params=_place(limit, cursor))


class RemoteHandling:
    """As ``Handling``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def set_status(self, asset_id: str, status: AssetStatus) -> None:
        """As ``Handling.set_status``."""
        self._ask(AssetDetail, "POST", f"/v1/assets/{asset_id}/status", json={"status": status})

    def set_hold(self, asset_id: str, hold: bool, reason: str = "") -> None:
        """As ``Handling.set_hold``."""
        body = {"hold": hold, "reason": reason}
        self._ask(AssetDetail, "POST", f"/v1/assets/{asset_id}/hold", json=body)


def _place(limit: int, cursor: str | None) -> dict[str, str | int]:
    return {"limit": limit, **({"cursor": cursor} if cursor else {})}
