"""The pages in a real browser. The fixture ``page`` fails on script errors and CSP violations."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Drops or pastes a file, as the browser would tell a page about it.
_GIVE = """([type, selector, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "image/png" }));
  const data = { bubbles: true, cancelable: true, dataTransfer: files, clipboardData: files };
  const Kind = type === "paste" ? ClipboardEvent : DragEvent;
  document.querySelector(selector).dispatchEvent(new Kind(type, data));
}"""
_SHIFTS = """
globalThis.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) globalThis.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def _give(page: Page, event: str, selector: str, file: Path) -> None:
    content = base64.b64encode(file.read_bytes()).decode()
    page.evaluate(_GIVE, [event, selector, file.name, content])


def _ask(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox")
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/?q=*")


def test_login_link_works_once(page: Page, browser: Browser, login_link: Callable[[], str]) -> None:
    link = login_link()
    page.goto(link)
    assert page.get_by_role("searchbox").is_visible()
    stranger = browser.new_context().new_page()
    stranger.goto(link)
    assert stranger.get_by_text("This library is private").is_visible()
    assert stranger.locator("pre").inner_text() == "magpie login"
    stranger.context.close()


def test_words_find_a_picture_with_a_reason(page: Page) -> None:
    page.add_init_script(_SHIFTS)
    _ask(page, "a cat")
    best = page.locator(".tile").first
    assert best.get_by_role("heading").inner_text() == "IMG_0001.png"
    assert "match" in best.locator(".match").inner_text()
    assert best.locator(".why").inner_text().startswith("The picture shows this")
    picture = best.locator("img")
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    assert picture.get_attribute("alt") == "IMG_0001.png"
    assert page.evaluate("() => globalThis.shifted") < 0.01


def test_words_find_a_document_with_the_words_marked(page: Page) -> None:
    _ask(page, "governing law of Switzerland")
    quotation = page.locator(".tile", has_text="nda.txt").locator("blockquote")
    assert {"law", "Switzerland"} <= set(quotation.locator("mark").all_inner_texts())


def test_back_keeps_the_question(page: Page) -> None:
    _ask(page, "a cup of coffee")
    asked = page.url
    page.locator(".tile h3 a").first.click()
    page.wait_for_url("**/assets/*")
    assert page.get_by_role("heading", level=1).is_visible()
    page.go_back()
    assert page.url == asked
    assert page.get_by_role("searchbox").input_value() == "a cup of coffee"


def test_a_kind_can_be_chosen_and_stays_in_the_address(page: Page) -> None:
    _ask(page, "travel by train")
    page.get_by_role("link", name="Documents").click()
    page.wait_for_url("**/?q=travel+by+train&kind=document")
    _ask(page, "travel by night train")
    assert page.url.endswith("?q=travel+by+night+train&kind=document")
    assert page.get_by_role("link", name="Documents").get_attribute("aria-current") == "true"


def test_a_hostile_file_name_is_text_wherever_it_stands(
    page: Page, library: Path, hostile_name: str
) -> None:
    photo = (library / "photos" / "launch day.jpg").read_bytes()
    page.set_input_files(
        "#add-files", {"name": hostile_name, "mimeType": "image/jpeg", "buffer": photo}
    )
    tray = page.get_by_role("region", name="Added files")
    tray.get_by_text("Can be found").wait_for()
    assert tray.get_by_role("link", name=hostile_name).is_visible()
    page.reload()
    assert page.get_by_role("heading", name=hostile_name).first.is_visible()
    page.get_by_role("link", name=hostile_name, exact=True).first.click()
    page.wait_for_url("**/assets/*")
    assert page.get_by_role("heading", level=1).inner_text() == hostile_name
    assert page.locator("img[src=x]").count() == 0


def test_added_files_tell_what_became_of_them(page: Page, library: Path) -> None:
    known = library / "texts" / "nda.txt"
    page.set_input_files("#add-files", [known, library / "photos" / "IMG_0001.png"])
    tray = page.get_by_role("region", name="Added files")
    tray.get_by_text("2 files done").wait_for()
    assert tray.get_by_text("Was here already").count() == 2
    broken = {"name": "torn.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 torn"}
    page.set_input_files("#add-files", broken)
    tray.get_by_text("Could not be read.").wait_for()


def test_following_added_files_survives_going_to_another_page(page: Page) -> None:
    records = "**/v1/assets/*"
    page.route(records, lambda route: route.fulfill(json={"state": "queued"}))
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"A note about a windmill."}
    page.set_input_files("#add-files", note)
    tray = page.get_by_role("region", name="Added files")
    tray.get_by_text("Reading").wait_for()
    _ask(page, "a mill")
    assert tray.get_by_role("heading").inner_text() == "0 of 1 done"
    page.unroute(records)
    tray.get_by_text("Can be found").wait_for()
    _ask(page, "windmill")
    assert tray.is_hidden()
    assert page.get_by_role("heading", name="note.txt").is_visible()


@pytest.mark.parametrize("way", ["choose", "paste", "drop"])
def test_an_example_picture_finds_its_like(page: Page, library: Path, way: str) -> None:
    photo = library / "photos" / "IMG_0001.png"
    if way == "choose":
        page.get_by_role("button", name="Search with a picture").click()
        page.set_input_files("#by-example input[type=file]", photo)
    elif way == "paste":
        _give(page, "paste", "body", photo)
    else:
        _give(page, "dragenter", "body", photo)
        target = "[data-drop=example]"
        page.locator(target).wait_for()
        _give(page, "drop", target, photo)
    page.wait_for_url("**/?example=*")
    assert page.locator(".tile").first.get_by_role("heading").inner_text() == "IMG_0001.png"
    assert page.get_by_text("Looks like the example").is_visible()
    page.get_by_role("link", name="Search without the example").click()
    page.wait_for_url("**/")


def test_a_dropped_file_can_be_added(page: Page, library: Path) -> None:
    photo = library / "photos" / "IMG_0002.png"
    _give(page, "dragenter", "body", photo)
    _give(page, "drop", "[data-drop=add]", photo)
    assert page.locator("#drop").is_hidden()
    page.get_by_text("1 file done").wait_for()


def test_slash_goes_to_the_box_and_is_still_a_character_in_it(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.get_by_role("searchbox").input_value() == "a/b"


def test_plain_words_work_without_scripts(browser: Browser, login_link: Callable[[], str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(login_link())
    _ask(plain, "a cat")
    assert plain.locator(".tile").first.get_by_role("heading").inner_text() == "IMG_0001.png"
    assert plain.get_by_text("Add files").is_hidden()
    context.close()


@pytest.mark.parametrize("width", [360, 390, 768, 1920])
def test_nothing_reaches_beyond_the_window(
    page: Page, url: str, ids: dict[str, str], hostile_name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/?q=agreement", f"/assets/{ids[hostile_name]}", f"/assets/{ids['nda.txt']}"):
        page.goto(url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, path
