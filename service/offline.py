"""``MAGPIE_OFFLINE=1``: no connection leaves this machine, whoever asks for it."""

from __future__ import annotations

import ipaddress
import sys

_LOCAL_NAMES = frozenset({"localhost", "", "0.0.0.0", "::", "::1", "127.0.0.1"})  # noqa: S104
_state = {"installed": False}


class OfflineError(OSError):
    """A connection was refused because ``MAGPIE_OFFLINE`` is set."""


def forbid_network() -> None:
    """Refuse, for the rest of this process, connections and look-ups beyond loopback.

    Works by an audit hook (PEP 578), so libraries that open sockets themselves are
    covered; it is a seat belt against silent calls, not a sandbox.
    """
    if not _state["installed"]:
        sys.addaudithook(_refuse)
        _state["installed"] = True


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            raise OfflineError(_message(str(address[0])))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if not _is_local(name):
            raise OfflineError(_message(name))


def _is_local(host: str) -> bool:
    if host.lower() in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


def _message(host: str) -> str:
    return f"Magpie is offline and did not connect to {host}; unset MAGPIE_OFFLINE to allow it."
