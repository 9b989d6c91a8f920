"""One running server for all tests of the pages, and a browser that has logged in."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

_HOSTILE_NAME = "<img src=x onerror=alert(1)>.png"
_HOSTILE_TEXT = "The lighthouse keeper wrote <script>alert('boo')</script> & \"went\" to sleep."

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass(frozen=True)
class _Site:
    url: str
    keys: Keys
    ids: dict[str, str]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Iterator[_Site]:
    """A server that holds the library and files with hostile names and words."""
    home = tmp_path_factory.mktemp("web")
    keys = Keys.of_home(home)
    app = create_app(Settings(home=home, max_upload_mb=8), keys)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    photo = (library / "photos" / "IMG_0002.png").read_bytes()
    files = [(path.name, path.read_bytes()) for path in library.rglob("*") if path.is_file()]
    files += [
        (_HOSTILE_NAME, photo),
        ("diary.txt", _HOSTILE_TEXT.encode()),
        ("broken.pdf", b"%PDF-1.4 and no more"),
    ]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {keys.token}"}) as client:
        ids = _upload(client, files)
    yield _Site(url, keys, ids)
    server.should_exit = True
    thread.join()


@pytest.fixture
def url(site: _Site) -> str:
    """Where the server is."""
    return site.url


@pytest.fixture
def ids(site: _Site) -> dict[str, str]:
    """The records that the server holds, by file name."""
    return site.ids


@pytest.fixture
def hostile_name() -> str:
    """A file name in the library that would like to be an element."""
    return _HOSTILE_NAME


@pytest.fixture
def login_link(site: _Site) -> Callable[[], str]:
    """Makes login links."""
    return lambda: f"{site.url}/login?key={site.keys.new_link_key()}"


def _upload(client: httpx.Client, files: list[tuple[str, bytes]]) -> dict[str, str]:
    answer = client.post("/v1/assets", files=[("files", file) for file in files], timeout=60)
    uploads = answer.json()
    patience = time.monotonic() + 120
    for upload in uploads:
        while client.get(f"/v1/jobs/{upload['job_id']}").json()["state"] != "done":
            assert time.monotonic() < patience, f"{upload['arrival']['name']} is never read"
            time.sleep(0.05)
    return {upload["arrival"]["name"]: upload["asset"]["id"] for upload in uploads}


@pytest.fixture
def client(url: str, login_link: Callable[[], str]) -> Iterator[httpx.Client]:
    """A person's browser as far as headers go, logged in."""
    with httpx.Client(
        base_url=url,
        headers={"Accept": "text/html,*/*;q=0.8", "Origin": url},
        follow_redirects=True,
        timeout=60,
    ) as opened:
        assert opened.get(login_link()).status_code == 200
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright for Python")
    path = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser in PATH (looked for {', '.join(_CHROMIUMS)})")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=path, args=_FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, login_link: Callable[[], str]) -> Iterator[Page]:
    """A tab that is logged in. Script errors, failed requests and CSP violations fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.add_init_script(_REPORT_VIOLATIONS)
    tab = context.new_page()
    tab.set_default_timeout(15_000)
    faults: list[str] = []
    _watch(tab, faults)
    tab.goto(login_link())
    yield tab
    context.close()
    assert not faults


def _watch(tab: Page, faults: list[str]) -> None:
    """Note whatever goes wrong in a tab."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(f"console: {message.text}")

    def on_failure(request: Request) -> None:
        # Pictures still loading when a page is left are given up by the browser.
        if request.failure != "net::ERR_ABORTED":
            faults.append(f"{request.url}: {request.failure}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            faults.append(f"{response.url}: {response.status}")

    tab.on("console", on_console)
    tab.on("requestfailed", on_failure)
    tab.on("response", on_response)
    tab.on("pageerror", lambda error: faults.append(f"script: {error}"))
    tab.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
