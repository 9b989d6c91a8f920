"""Who asks: what they may do, and whose assets they may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.errors import Forbidden

Role = Literal["reader", "editor", "admin"]
Scope = Literal["read", "write", "admin"]

_LEVELS: dict[Scope, int] = {"read": 0, "write": 1, "admin": 2}
_SCOPES: dict[Role, Scope] = {"reader": "read", "editor": "write", "admin": "admin"}

OWNER_ID = "owner"
"""The person whose home this is; needs no account."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, as every reading of the catalog and the index is told.

    Attributes:
        id: of the user; ``owner`` for the owner of the home.
        role: an admin sees every asset; others see what nobody restricted, and what their
            groups may see.
        groups: the access groups of the user.
        scope: the most that this request may do; a key may allow less than the role.
    """

    id: str
    role: Role
    groups: frozenset[str] = frozenset()
    scope: Scope = "admin"

    @property
    def sees_all(self) -> bool:
        """Whether no asset is hidden from this viewer."""
        return self.role == "admin"

    def may(self, scope: Scope) -> bool:
        """Whether both the role and the key allow this much."""
        level = min(_LEVELS[_SCOPES[self.role]], _LEVELS[self.scope])
        return level >= _LEVELS[scope]

    def require(self, scope: Scope) -> None:
        """Raises Forbidden where the viewer may not do this much."""
        if not self.may(scope):
            raise Forbidden(
                f"This needs the right to {_DEEDS[scope]}; ask an admin for another role or key."
            )


_DEEDS: dict[Scope, str] = {
    "read": "read",
    "write": "change things",
    "admin": "administer this library",
}

OWNER = Viewer(OWNER_ID, "admin")
"""The owner, at the command line or with the server's own token."""

NOBODY = Viewer("nobody", "reader", scope="read")
"""Who asks for what is open to everybody, such as whether the server is alive."""

MAGPIE = Viewer("magpie", "admin")
"""Magpie itself, for what it does unasked."""
