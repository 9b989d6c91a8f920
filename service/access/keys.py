"""API keys: made, shown once, looked up, revoked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import schemas
from service.access.accounts import viewer_of_user
from service.access.tables import ApiKey, User
from service.access.viewer import OWNER, OWNER_ID, Viewer
from service.catalog.database import Database
from service.catalog.tables import now
from service.errors import NotFound
from service.events.record import Change, record

PREFIX = "mgp"
_SECRET_BYTES = 32
_ID_BYTES = 6
_MOST_LISTED = 1000


class ApiKeys:
    """The keys of all users, kept by admins."""

    def __init__(self, database: Database, viewer: Viewer = OWNER) -> None:
        self._database = database
        self._viewer = viewer

    def all(self) -> schemas.KeyList:
        """The newest keys, without their secrets."""
        self._viewer.require("admin")
        with self._database.read() as session:
            rows = session.execute(
                select(ApiKey, User.name)
                .outerjoin(User, User.id == ApiKey.user_id)
                .order_by(ApiKey.created_at.desc(), ApiKey.id)
                .limit(_MOST_LISTED)
            )
            return schemas.KeyList(keys=[_shape(key, name) for key, name in rows])

    def make(self, new: schemas.NewKey) -> schemas.MadeKey:
        """A new key; its secret is in this answer and nowhere else. Raises NotFound."""
        self._viewer.require("admin")
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        key = ApiKey(
            id=secrets.token_hex(_ID_BYTES),
            name=new.name,
            scope=new.scope,
            secret_sha256=_hash(secret),
            created_at=now(),
            expires_at=now() + timedelta(days=new.days) if new.days else None,
        )
        with self._database.write() as session:
            if new.user is not None and new.user != OWNER_ID:
                key.user_id = _user_id(session, new.user)
            session.add(key)
            after = {"user": new.user or OWNER_ID, "scope": new.scope, "name": new.name}
            self._record(session, "key.made", key.id, after)
            return schemas.MadeKey(key=_shape(key, new.user), secret=f"{PREFIX}_{key.id}_{secret}")

    def revoke(self, key_id: str) -> schemas.Key:
        """End a key at once; one that is ended stays so. Raises NotFound."""
        self._viewer.require("admin")
        with self._database.write() as session:
            key = session.get(ApiKey, key_id)
            if key is None:
                raise NotFound(f"There is no key {key_id}; `magpie keys list` shows them.")
            if key.revoked_at is None:
                key.revoked_at = now()
                self._record(session, "key.revoked", key_id, None)
            user = session.get(User, key.user_id) if key.user_id else None
            return _shape(key, user.name if user else None)

    def viewer_of(self, secret: str) -> Viewer | None:
        """Whom a key lets in, with what it may do; None for one that is not good (any more)."""
        prefix, _, rest = secret.partition("_")
        key_id, _, own = rest.partition("_")
        if prefix != PREFIX or not own:
            return None
        with self._database.read() as session:
            key = session.get(ApiKey, key_id)
            if key is None or not hmac.compare_digest(key.secret_sha256, _hash(own)):
                return None
            if key.revoked_at is not None or (key.expires_at and key.expires_at <= now()):
                return None
            viewer = viewer_of_user(session, key.user_id) if key.user_id else OWNER
            return replace(viewer, scope=key.scope) if viewer else None  # type: ignore[arg-type]

    def _record(
        self, session: Session, kind: str, key_id: str, after: dict[str, str] | None
    ) -> None:
        record(
            session,
            Change(self._viewer.id, kind, subject_kind="key", subject_id=key_id, after=after),
        )


def _user_id(session: Session, name: str) -> str:
    user_id = session.scalar(select(User.id).where(User.name == name))
    if user_id is None:
        raise NotFound(f"There is no user {name}; `magpie users list` shows them.")
    return user_id


def _hash(secret: str) -> str:
    # 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).hexdigest()


def _shape(key: ApiKey, user: str | None) -> schemas.Key:
    return schemas.Key(
        id=key.id,
        name=key.name,
        user=user or OWNER_ID,
        scope=key.scope,  # type: ignore[arg-type]
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
