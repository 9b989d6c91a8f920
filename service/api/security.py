"""Who may talk to the server: Host and Origin checked, then a token or a session.

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

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import Problem, problem_response
from service.errors import MagpieError
from service.settings import Settings

COOKIE = "magpie_session"
SESSION_S = 30 * 24 * 3600
_LINK_S = 24 * 3600
_SECRET_BYTES = 32
_OPEN_PATHS = frozenset({"/health", "/login", "/ready", "/version"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Keys:
    """The secrets of a running server.

    ``token`` is for programs of this user; sessions are signed with ``secret``, which
    outlives the process, so that a restart logs nobody out.
    """

    secret: bytes
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _links: dict[str, float] = field(default_factory=dict)
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

    def new_link_key(self) -> str:
        """A key for a login link: good once, for a day."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._links[key] = time.time() + _LINK_S
        return key

    def redeem(self, key: str) -> bool:
        """Use a login key up; False when it was never given out, used or is too old."""
        with self._lock:
            expires = self._links.pop(key, 0.0)
        return expires > time.time()

    def new_session(self) -> str:
        """A signed session for a cookie."""
        expires = str(int(time.time()) + SESSION_S)
        return f"{expires}.{self._sign(expires)}"

    def knows_session(self, session: str) -> bool:
        """Whether a cookie is a session of this home that has not ended."""
        expires, _, signature = session.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(expires).encode()):
            return False
        return expires.isdigit() and int(expires) > time.time()

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
        problem = self._refuse(scope["method"], scope["path"], Headers(scope=scope))
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(problem)(scope, receive, send)

    def _refuse(self, method: str, path: str, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if _host_name(f"//{host}") not in self._hosts:
            return Problem(
                "host",
                403,
                "This server does not go by that host name; add it to MAGPIE_ALLOWED_HOSTS.",
            )
        if path in self._open or path.startswith("/static/"):
            return None
        bearer = headers.get("authorization", "")
        if bearer.lower().startswith("bearer "):
            if self._keys.knows_token(bearer[7:].strip()):
                return None
            return Problem("token", 401, "The token is not valid; the home's server.json has it.")
        origin = headers.get("origin")
        if method not in _SAFE_METHODS and (origin is None or _netloc(origin) != host):
            return Problem("origin", 403, "Changes are taken from Magpie's own pages only.")
        if self._keys.knows_session(_cookie(headers)):
            return None
        return Problem(
            "login", 401, "Open the login link that `magpie serve` printed, or run `magpie login`."
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
