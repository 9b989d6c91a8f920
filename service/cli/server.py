"""Commands about the server."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from service import logs
from service.cli.context import AsJson, print_json, settings
from service.errors import HomeBusy, MagpieError
from service.home import Home, ServerNote

if TYPE_CHECKING:
    import uvicorn


_GRACE_S = 30
"""Time for requests that are being answered, once the server is told to stop."""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(serve)
    app.command()(login)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0 takes a free one.")] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Serve the search page and the API until you press Ctrl-C."""
    import uvicorn

    from service.api.app import create_app
    from service.api.security import Keys

    chosen = settings()
    chosen = chosen.model_copy(
        update={"host": host or chosen.host, "port": chosen.port if port is None else port}
    )
    home = Home(chosen.home)
    if home.read_note() is not None:
        raise HomeBusy(f"A server already runs on {home.root}; `magpie login` opens its page.")
    keys = Keys.of_home(home.root)
    listener = _listen(chosen.host, chosen.port)
    url = _url(chosen.host, listener.getsockname()[1])

    def announce() -> None:
        home.write_note(ServerNote(url, keys.token, os.getpid()))
        link = f"{url}/login?key={keys.new_link_key()}"
        if as_json:
            print(json.dumps({"url": url, "login": link}), flush=True)
        else:
            print(
                f"Magpie serves {home.root}\nOpen {link}\n(good once; press Ctrl-C to stop)",
                flush=True,
            )
        if open_browser:
            webbrowser.open(link)

    logs.configure(chosen.log_level, chosen.log_format)
    app = create_app(chosen, keys)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )

    def stopping() -> None:
        app.state.stopping = True
        home.remove_note()

    try:
        with contextlib.suppress(KeyboardInterrupt):
            _server(config, announce, stopping).run(sockets=[listener])
    finally:
        # In place of the exit code that uvicorn leaves with.
        if app.state.fault is not None:
            raise app.state.fault


def login(
    user: Annotated[str | None, typer.Option(help="Whom it lets in; you if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a new login link for the running server."""
    from service.remote import RemoteHub

    note = Home(settings().home).read_note()
    if note is None:
        raise MagpieError("No server runs on this home; start one with `magpie serve`.")
    with RemoteHub(note) as remote:
        link = remote.login_link(user)
    if as_json:
        print_json({"url": link})
    else:
        print(link)


def _server(
    config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]
) -> uvicorn.Server:
    import uvicorn

    class _Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Not after ``run``: a signal ends the process there and then.
            stopping()
            await super().shutdown(sockets=sockets)

    return _Server(config)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio would set it on sockets that say they are TCP; without it small answers wait 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise MagpieError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with "
            "--port, or --port 0 for a free one."
        ) from error
    return listener


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
