"""The pages as they go over the wire: escaped, closed to strangers, and light."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

_HTML = {"Accept": "text/html"}


class _Markup(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def addresses(self, start: str) -> list[str]:
        found = (value for _, attrs in self.elements for value in attrs.values())
        return sorted({value for value in found if value and value.startswith(start)})


def _markup(client: httpx.Client, path: str, status: int = 200) -> _Markup:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    return _Markup(answer.text)


def _pages(ids: dict[str, str], hostile_name: str) -> dict[str, int]:
    return {
        "/": 200,
        "/?kind=document": 200,
        "/?state=failed": 200,
        "/?q=a+cup+of+coffee": 200,
        "/?q=lighthouse+keeper": 200,
        f"/?q={quote(hostile_name)}": 200,
        "/?q=lighthouse&kind=video": 200,
        f"/?like={ids[hostile_name]}": 200,
        "/?like=unknown": 404,
        "/?example=unknown": 404,
        f"/assets/{ids[hostile_name]}": 200,
        f"/assets/{ids['diary.txt']}": 200,
        f"/assets/{ids['broken.pdf']}": 200,
        "/assets/unknown": 404,
        "/no/such/page": 404,
        "/?kind=nonsense": 422,
    }


def test_no_page_holds_inline_script_or_style_or_a_hostile_element(
    client: httpx.Client, ids: dict[str, str], hostile_name: str
) -> None:
    for path, status in _pages(ids, hostile_name).items():
        for tag, attrs in _markup(client, path, status).elements:
            assert tag != "style", path
            assert tag != "script" or (attrs["src"] or "").startswith("/static/"), path
            assert not [name for name in attrs if name == "style" or name.startswith("on")], path
            assert attrs.get("src") != "x", path


def test_every_page_tells_the_browser_to_run_nothing_foreign(
    client: httpx.Client, ids: dict[str, str], hostile_name: str
) -> None:
    for path in _pages(ids, hostile_name):
        headers = client.get(path).headers
        policy = [part.strip() for part in headers["content-security-policy"].split(";")]
        assert "default-src 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not [part for part in policy if "unsafe" in part]
        assert headers["x-content-type-options"] == "nosniff"


def test_hostile_names_and_words_are_shown_as_text(
    client: httpx.Client, ids: dict[str, str], hostile_name: str
) -> None:
    for path in ("/", "/?q=a+cup+of+coffee", f"/assets/{ids[hostile_name]}"):
        assert hostile_name in _markup(client, path).text
    answers = client.get("/?q=lighthouse+keeper").text
    assert "<mark>lighthouse</mark> <mark>keeper</mark> wrote &lt;script&gt;alert" in answers


@pytest.mark.parametrize("words", ['"><script>alert(1)</script>', "{{ 7 * 7 }}", "' onfocus=x "])
def test_the_question_comes_back_as_it_was_typed(client: httpx.Client, words: str) -> None:
    boxes = [
        attrs
        for _, attrs in _markup(client, f"/?q={quote(words)}").elements
        if attrs.get("name") == "q"
    ]
    assert boxes
    assert all(attrs["value"] == words.strip() for attrs in boxes)


def test_text_cannot_turn_its_direction_to_hide_how_it_ends(client: httpx.Client) -> None:
    page = client.get("/?q=" + quote("photo_\u202egpj.exe")).text
    assert "photo_\ufffdgpj.exe" in page
    assert "\u202e" not in page


def test_answers_say_how_well_they_fit_and_why(client: httpx.Client) -> None:
    page = client.get("/?q=governing+law+of+Switzerland").text
    assert re.search(r'title="Relevance [01]\.\d\d of 1">(Strong|Good|Possible) match', page)
    assert "These words stand in it" in page
    assert "<mark>Switzerland</mark>" in page


def test_nothing_good_found_offers_ways_on(client: httpx.Client) -> None:
    page = _markup(client, "/?q=lighthouse+keeper&kind=video")
    assert "Nothing good found" in page.text
    assert "/?q=lighthouse+keeper" in page.addresses("/?")


def test_kinds_and_example_stay_with_the_question(
    client: httpx.Client, ids: dict[str, str]
) -> None:
    like = ids["IMG_0001.png"]
    page = _markup(client, f"/?q=cat&like={like}&kind=image")
    hidden = {
        attrs["name"]: attrs["value"]
        for tag, attrs in page.elements
        if tag == "input" and attrs.get("type") == "hidden" and attrs["name"] != "q"
    }
    assert hidden == {"like": like, "kind": "image"}
    assert f"/?q=cat&like={like}&kind=document" in page.addresses("/?")


def test_a_failed_file_says_why(client: httpx.Client, ids: dict[str, str]) -> None:
    for path in (f"/assets/{ids['broken.pdf']}", "/?state=failed"):
        text = _markup(client, path).text
        assert "Could not be read" in text
        assert "upload a sound copy" in text


def test_a_record_counts_what_it_can_be_found_by(client: httpx.Client, ids: dict[str, str]) -> None:
    text = _markup(client, f"/assets/{ids['nda.txt']}").text
    assert "Text document" in text
    assert "its name, 1 passage of text" in text


def test_strangers_get_a_page_that_says_how_to_get_in(url: str) -> None:
    for path in ("/", "/?q=cat", "/assets/unknown", "/login?key=used"):
        answer = httpx.get(url + path, headers=_HTML)
        assert answer.status_code == 401
        assert "magpie login" in answer.text
        assert "IMG_0001" not in answer.text
    programs = httpx.get(url + "/", headers={"Accept": "application/json"})
    assert programs.headers["content-type"] == "application/problem+json"


def test_login_page_needs_nothing_that_is_locked(url: str) -> None:
    page = _Markup(httpx.get(url, headers=_HTML).text)
    for address in page.addresses("/static/"):
        assert httpx.get(url + address).status_code == 200


def test_static_files_may_be_kept_for_ever_and_older_ones_not(
    client: httpx.Client, url: str
) -> None:
    addresses = [each.split("#")[0] for each in _markup(client, "/").addresses("/static/")]
    assert len(addresses) >= 4
    for address in addresses:
        answer = client.get(address)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
        }
        _, folder, _, name = address.split("/")
        older = httpx.get(f"{url}/{folder}/000000000000/{name}")
        assert older.text == answer.text
        assert older.headers["cache-control"] == "no-cache"
    assert httpx.get(f"{url}/static/x/..%2Frendering.py").status_code == 404


def test_a_page_of_answers_is_light(client: httpx.Client) -> None:
    page = client.get("/?q=agreement")
    style = gzip.compress(client.get(_Markup(page.text).addresses("/static/")[0]).content)
    scripts = Path(__file__).parents[3].glob("service/web/static/*.js")
    weight = len(page.content) + len(style) + sum(path.stat().st_size for path in scripts)
    assert weight < 60_000


def test_searching_by_a_file_has_an_address_that_can_be_opened_again(
    client: httpx.Client, library: Path
) -> None:
    before = client.get("/v1/assets").json()["total"]
    photo = (library / "photos" / "IMG_0001.png").read_bytes()
    answer = client.post("/examples", files={"file": ("mine.png", photo)}, data={"q": ""})
    assert answer.history[0].status_code == 303
    again = _markup(client, str(answer.url))
    assert "Like mine.png" in again.text
    assert "Looks like the example" in again.text
    assert client.get(again.addresses("/examples/")[0]).content == photo
    assert client.get("/v1/assets").json()["total"] == before


def test_an_example_that_cannot_be_read_says_so(client: httpx.Client) -> None:
    answer = client.post("/examples", files={"file": ("x.pdf", b"%PDF-1.4 and no more")})
    assert answer.status_code == 400
    assert "The example cannot be used" in answer.text


def test_an_example_is_shown_only_if_it_is_a_picture(client: httpx.Client) -> None:
    answer = client.post("/examples", files={"file": ("x.png", b"A letter about lighthouses.")})
    key = answer.url.params["example"]
    assert client.get(f"/examples/{key}").status_code == 404
    assert f"/examples/{key}" not in html.unescape(answer.text)


def test_examples_are_taken_from_own_pages_only(url: str, login_link: Callable[[], str]) -> None:
    with httpx.Client() as browser:
        browser.get(login_link())
        answer = browser.post(
            f"{url}/examples",
            files={"file": ("x.txt", b"words")},
            headers={"Origin": "http://evil.example"},
        )
    assert answer.status_code == 403
