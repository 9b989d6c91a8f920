"""Users and groups: who may come in, as what, and with whom they share."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.access import schemas
from service.access.predicate import EVERYONE
from service.access.tables import AssetAccess, Group, User, UserGroup
from service.access.viewer import OWNER, OWNER_ID, Viewer
from service.catalog.database import Database
from service.collections.tables import CollectionAudience, CollectionGroup
from service.errors import BadRequest, Conflict, NotFound
from service.events.record import Change, record
from service.ids import new_id

_MOST_USERS = 10_000
_MOST_GROUPS = 1000


class Accounts:
    """Users and groups, kept by admins."""

    def __init__(self, database: Database, viewer: Viewer = OWNER) -> None:
        self._database = database
        self._viewer = viewer

    def users(self) -> schemas.UserList:
        """All users, by name."""
        self._viewer.require("admin")
        with self._database.read() as session:
            groups = _groups_by_user(session)
            return schemas.UserList(
                users=[
                    _shape(user, groups.get(user.id, []))
                    for user in session.scalars(select(User).order_by(User.name))
                ]
            )

    def add_user(self, new: schemas.NewUser) -> schemas.User:
        """Let somebody in; raises Conflict on a name that is taken, BadRequest on a group
        that does not exist."""
        self._viewer.require("admin")
        if new.name in {OWNER_ID, "magpie", "nobody"}:
            raise Conflict(f"The name {new.name} is Magpie's own; take another.")
        try:
            with self._database.write() as session:
                if (session.scalar(select(func.count()).select_from(User)) or 0) >= _MOST_USERS:
                    raise Conflict(f"There are {_MOST_USERS:,} users; no more can be added.")
                user = User(id=new_id(), name=new.name, role=new.role)
                session.add(user)
                session.flush()
                _join(session, user.id, new.groups)
                self._record(
                    session, "user.added", user.id, None, {"name": new.name, "role": new.role}
                )
                return _shape(user, sorted(set(new.groups)))
        except IntegrityError as error:
            raise Conflict(f"There is a user {new.name} already; take another name.") from error

    def change_user(self, user_id: str, change: schemas.UserChange) -> schemas.User:
        """Give a user another role or other groups, or shut them out; raises NotFound."""
        self._viewer.require("admin")
        with self._database.write() as session:
            user = session.get(User, user_id)
            if user is None:
                raise NotFound(f"There is no user {user_id}; `magpie users list` shows them.")
            groups = _groups_by_user(session, user_id).get(user_id, [])
            before = _facts(user, groups)
            user.role = change.role or user.role
            user.disabled = user.disabled if change.disabled is None else change.disabled
            if change.groups is not None:
                _join(session, user_id, change.groups)
                groups = sorted(set(change.groups))
            after = _facts(user, groups)
            if after != before:
                self._record(session, "user.changed", user_id, before, after)
            return _shape(user, groups)

    def groups(self) -> schemas.Groups:
        """The names of all groups."""
        self._viewer.require("admin")
        with self._database.read() as session:
            return schemas.Groups(groups=list(session.scalars(select(Group.name).order_by("name"))))

    def add_group(self, name: str) -> schemas.Groups:
        """Make a group; one that exists stays as it is."""
        self._viewer.require("admin")
        if name == EVERYONE:
            raise Conflict(f"The group {EVERYONE} is Magpie's own; take another name.")
        with self._database.write() as session:
            if session.get(Group, name) is None:
                if (session.scalar(select(func.count()).select_from(Group)) or 0) >= _MOST_GROUPS:
                    raise Conflict(f"There are {_MOST_GROUPS:,} groups; remove some first.")
                session.add(Group(name=name))
                self._record_group(session, "group.added", name)
        return self.groups()

    def remove_group(self, name: str) -> None:
        """Remove a group and everybody's part in it.

        Raises:
            NotFound: there is none of that name.
            Conflict: a collection carries it, and might be everybody's without it.
        """
        self._viewer.require("admin")
        with self._database.write() as session:
            group = session.get(Group, name)
            if group is None:
                raise NotFound(f"There is no group {name}; `magpie groups list` shows them.")
            for carrier in (CollectionGroup, CollectionAudience, AssetAccess):
                used = select(carrier.group_name).where(carrier.group_name == name).limit(1)
                if session.scalar(used) is not None:
                    raise Conflict(
                        f"Collections carry the group {name}; give them other groups first."
                    )
            session.execute(delete(UserGroup).where(UserGroup.group_name == name))
            session.delete(group)
            self._record_group(session, "group.removed", name)

    def viewer_of(self, user_id: str) -> Viewer | None:
        """The viewer that a user is now; None where they may not come in."""
        if user_id == OWNER_ID:
            return OWNER
        with self._database.read() as session:
            return viewer_of_user(session, user_id)

    def id_of(self, name: str) -> str:
        """The id of a user who may come in, or of the owner; raises NotFound."""
        if name == OWNER_ID:
            return OWNER_ID
        with self._database.read() as session:
            user_id = session.scalar(
                select(User.id).where(User.name == name, User.disabled.is_(False))
            )
        if user_id is None:
            raise NotFound(f"There is no user {name}; `magpie users list` shows them.")
        return user_id

    def _record(
        self,
        session: Session,
        kind: str,
        user_id: str,
        before: dict[str, object] | None,
        after: dict[str, object],
    ) -> None:
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="user",
                subject_id=user_id,
                before=before,
                after=after,
            ),
        )

    def _record_group(self, session: Session, kind: str, name: str) -> None:
        record(session, Change(self._viewer.id, kind, subject_kind="group", subject_id=name))


def viewer_of_user(session: Session, user_id: str) -> Viewer | None:
    """The viewer that a user is now; None for one who is not known or shut out."""
    user = session.get(User, user_id)
    if user is None or user.disabled:
        return None
    groups = _groups_by_user(session, user_id).get(user_id, [])
    return Viewer(user.id, user.role, frozenset(groups))  # type: ignore[arg-type]


def _groups_by_user(session: Session, user_id: str | None = None) -> dict[str, list[str]]:
    rows = select(UserGroup.user_id, UserGroup.group_name).order_by(UserGroup.group_name)
    if user_id is not None:
        rows = rows.where(UserGroup.user_id == user_id)
    found: dict[str, list[str]] = {}
    for row in session.execute(rows):
        found.setdefault(row.user_id, []).append(row.group_name)
    return found


def _join(session: Session, user_id: str, groups: list[str]) -> None:
    wanted = set(groups)
    known = set(session.scalars(select(Group.name).where(Group.name.in_(wanted))))
    if unknown := wanted - known:
        raise BadRequest(f"There is no group {min(unknown)}; `magpie groups add` makes it.")
    session.execute(delete(UserGroup).where(UserGroup.user_id == user_id))
    if wanted:
        session.execute(
            insert(UserGroup),
            [{"user_id": user_id, "group_name": group} for group in sorted(wanted)],
        )


def _shape(user: User, groups: list[str]) -> schemas.User:
    return schemas.User(
        id=user.id,
        name=user.name,
        role=user.role,  # type: ignore[arg-type]
        groups=groups,
        disabled=user.disabled,
        created_at=user.created_at,
    )


def _facts(user: User, groups: list[str]) -> dict[str, object]:
    return {"role": user.role, "groups": groups, "disabled": user.disabled}
