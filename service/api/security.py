"""Who may talk to the server, and who they are: Host and Origin checked, then a key or session.

A browser on this machine may be tricked into calling a local server; so the Host
must be a known name (against DNS rebinding), and a request that changes something
must come from the server's own pages (against cross-site requests).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access.viewer import NOBODY, OWNER, OWNER_ID, Viewer
from service.api.permissions import SAFE_METHODS, needed
from service.api.problems import Problem, problem_response
from service.errors import MagpieError
from service.hub import Hub
from service.settings import Settings

COOKIE = "magpie_session"
SESSION_S = 30 * 24 * 3600
_LINK_S = 24 * 3600
_SECRET_BYTES = 32
_OPEN_PATHS = frozenset({"/health", "/login", "/ready", "/version"})


@dataclass(slots=True)
class Keys:
    """The secrets of a running server.

    ``token`` is for programs of this user; sessions are signed with ``secret``, which
    outlives the process, so that a restart logs nobody out.
    """

    secret: bytes
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _links: dict[str, tuple[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_home(cls, root: Path) -> Keys:
        """The keys of a home; its secret is made at the first start.

        Raises:
            MagpieError: the home cannot be written to.
        """
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(_kept_secret(root / "secret"))
        except OSError as error:
            raise MagpieError(
                f"The home folder {root} cannot be used ({error.strerror}); check its "
                "permissions, or choose another with --home or MAGPIE_HOME."
            ) from error

    def new_link_key(self, user_id: str = OWNER_ID) -> str:
        """A key for a login link of a user: good once, for a day."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._links[key] = user_id, time.time() + _LINK_S
        return key

    def redeem(self, key: str) -> str | None:
        """Use a login key up: whom it lets in; None when it was never given out, used or is
        too old."""
        with self._lock:
            user_id, expires = self._links.pop(key, ("", 0.0))
        return user_id if expires > time.time() else None

    def new_session(self, user_id: str = OWNER_ID) -> str:
        """A signed session of a user for a cookie."""
        said = str(int(time.time()) + SESSION_S)
        if user_id != OWNER_ID:
            said += f".{user_id}"
        return f"{said}.{self._sign(said)}"

    def user_of(self, session: str) -> str | None:
        """Whose session a cookie is; None where it is none of this home, or has ended."""
        said, _, signature = session.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return None
        expires, _, user_id = said.partition(".")
        if not expires.isdigit() or int(expires) <= time.time():
            return None
        return user_id or OWNER_ID

    def knows_token(self, token: str) -> bool:
        """Whether this is the server's token."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def _sign(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


def _kept_secret(path: Path) -> bytes:
    secret = path.read_bytes() if path.exists() else b""
    if len(secret) != _SECRET_BYTES:
        # Whole or not at all: a short secret would let anybody sign sessions.
        secret = secrets.token_bytes(_SECRET_BYTES)
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        partial.write_bytes(secret)
        partial.replace(path)
    return secret


class Gate:
    """Lets requests pass that may; answers the others itself."""

    def __init__(self, app: ASGIApp, keys: Keys, settings: Settings) -> None:
        self._app = app
        self._keys = keys
        self._open = _OPEN_PATHS | ({"/metrics"} if settings.metrics_open else set())
        named = {name.strip().lower() for name in settings.allowed_hosts.split(",")}
        self._hosts = {"localhost", "127.0.0.1", "::1", settings.host.lower(), *named} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request and pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = await self._viewer(scope, Headers(scope=scope))
        if isinstance(found, Problem):
            await problem_response(found)(scope, receive, send)
            return
        scope.setdefault("state", {})["viewer"] = found
        await self._app(scope, receive, send)

    async def _viewer(self, scope: Scope, headers: Headers) -> Viewer | Problem:
        """Who asks; or why they may not."""
        method, path = scope["method"], scope["path"]
        problem = self._refuse_host(headers)
        if problem is not None:
            return problem
        if path in self._open or path.startswith("/static/"):
            return NOBODY
        hub: Hub = scope["app"].state.hub
        bearer = headers.get("authorization", "")
        if bearer.lower().startswith("bearer "):
            viewer = await self._viewer_of_key(hub, bearer[7:].strip())
            if viewer is None:
                return Problem(
                    "token", 401, "The token is not valid; the home's server.json has it."
                )
        else:
            if method not in SAFE_METHODS and not _is_own_page(headers):
                return Problem("origin", 403, "Changes are taken from Magpie's own pages only.")
            viewer = await self._viewer_of_session(hub, _cookie(headers))
            if viewer is None:
                return Problem(
                    "login",
                    401,
                    "Open the login link that `magpie serve` printed, or run `magpie login`.",
                )
        return viewer if viewer.may(needed(method, path)) else _forbidden(method, path)

    async def _viewer_of_key(self, hub: Hub, key: str) -> Viewer | None:
        if self._keys.knows_token(key):
            return OWNER
        return await run_in_threadpool(hub.desk.keys.viewer_of, key)

    async def _viewer_of_session(self, hub: Hub, session: str) -> Viewer | None:
        user_id = self._keys.user_of(session)
        if user_id is None or user_id == OWNER_ID:
            return None if user_id is None else OWNER
        return await run_in_threadpool(hub.desk.accounts.viewer_of, user_id)

    def _refuse_host(self, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if _host_name(f"//{host}") not in self._hosts:
            return Problem(
                "host",
                403,
                "This server does not go by that host name; add it to MAGPIE_ALLOWED_HOSTS.",
            )
        return None


def _is_own_page(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is not None and _netloc(origin) == headers.get("host", "")


def _forbidden(method: str, path: str) -> Problem:
    right = {"write": "change things", "admin": "administer this library"}
    wanted = right.get(needed(method, path), "read")
    return Problem(
        "forbidden", 403, f"This needs the right to {wanted}; ask an admin for another role or key."
    )


def _host_name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _cookie(headers: Headers) -> str:
    # Other programs on this machine set cookies too: one odd one must not hide ours.
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
