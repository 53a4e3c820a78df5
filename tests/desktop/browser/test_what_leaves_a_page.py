"""What of a page goes to Preceptor, and what a page learns: no more than the privacy statement says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from desktop.browser.hosts import EXTENSION_ID
from tests.desktop.browser.chrome import ROOT, Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import arrived, connected, sent

pytestmark = pytest.mark.needs("chromium")

PLACE = "https://intern.example/cases/77/answer.txt?patient=Doe&token=xyz"
TEXT = "Antibiotics do not help."
LINKS = f"""<!doctype html><body><p>{TEXT} See <a href="more?x=(1)">more</a>, <a href="/doses">doses</a>,
<a href="#note">1</a>, <a href="https://other.example/a">others</a> <img src="chart one.png" alt="a chart"></p>"""
STATEMENT = (ROOT / "docs" / "privacy-extension.md").read_text(encoding="utf-8")
# Where the statement tells what the extension says to Preceptor, by the kinds of its messages.
TOLD = {
    "capture.put": "The texts in the panel as you left them",
    "judge.put": "what you said about them",
    "candidates.ask": "the prompt with the turns before it at once",
    "candidates.cancel": "the prompt with the turns before it at once",
    "page.find": "the SHA-256 of the page's whole address, its query too",
    "status": "for the name of the project",
    "rubric.get": "and its rubric",
    "queue.summary": "how the captures that you sent stand, by their numbers",
    "unpair": "Disconnect",
}
SELECT = "() => getSelection().selectAllChildren(document.body)"


def taken(chrome: Chrome, body: str, kind: str) -> Panel:
    """All of a page at an address that nobody is told, in the panel."""
    chrome.page.route(PLACE, lambda route: route.fulfill(body=body, content_type=f"{kind}; charset=utf-8"))
    chrome.page.route("https://intern.example/**.png", lambda route: route.abort())
    chrome.page.goto(PLACE)
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    return panel


def on_the_desk(chrome: Chrome, desk: DeskOfTest, body: str, kind: str) -> dict[str, Any]:
    panel = taken(chrome, body, kind)
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    return desk.inbox()[-1]


@pytest.mark.parametrize(
    ("kind", "body", "response"),
    [
        ("text/plain", TEXT, f"```\n{TEXT}\n```"),
        (
            "text/html",
            LINKS,
            f"{TEXT} See [more](more?x=%281%29), [doses](/doses), 1, [others](https://other.example/a) "
            "![a chart](chart%20one.png)",
        ),
    ],
)
def test_of_a_page_without_a_title_nothing_but_the_host_is_told_where_the_address_is_not_kept(
    chrome: Chrome, desk: DeskOfTest, kind: str, body: str, response: str
) -> None:
    """Such a page's title is its address, and links of the page were made whole with it."""
    kept = on_the_desk(chrome, desk, body, kind)
    assert (kept["origin"], kept["title"], kept["url"], kept["response"]) == (
        "https://intern.example",
        "",
        None,
        response,
    )
    told = json.dumps(kept)
    assert not [word for word in ("cases", "answer.txt", "patient", "Doe", "token", "xyz") if word in told]


def test_a_link_that_leads_nowhere_tells_no_folder(chrome: Chrome) -> None:
    """Under a base it was made whole, with the base's folder."""
    body = "<!doctype html><base href='/cases/77/'><p>See <a href=''>here</a> and <a href=' '>there</a>.</p>"
    panel = taken(chrome, body, "text/html")
    assert panel.value("document.getElementById('response').value") == "See here and there."


def test_the_statement_tells_of_each_message_that_the_extension_has_for_preceptor() -> None:
    """It left out what is said at each press, before anything is sent: the hash of the page's address."""
    protocol = (ROOT / "docs" / "bridge-protocol.md").read_text(encoding="utf-8")
    table = protocol.split("| the extension says |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([\w.]+)`", table, re.MULTILINE)) == set(TOLD)
    assert [kind for kind, words in TOLD.items() if words not in STATEMENT] == []


def statement_in(chrome: Chrome, language: str) -> Page:
    """The extension's own page of it, in the language that a person chose."""
    page = chrome.context.new_page()
    page.goto(f"chrome-extension://{EXTENSION_ID}/options/privacy.html")
    page.evaluate("(language) => chrome.storage.local.set({ language })", language)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    return page


TOLD_IN = {
    "en": (
        "before you send, Preceptor gets the SHA-256 of the page’s whole address, its query too",
        "A script of the page can find out by it that an answer was taken, and which",
    ),
    "de": (
        "schon vor dem Senden, bekommt Preceptor den SHA-256 der ganzen Adresse der Seite, auch ihrer Abfrage",
        "Ein Skript der Seite kann daran erkennen, dass eine Antwort übernommen wurde und welche",
    ),
}


@pytest.mark.parametrize("language", TOLD_IN)
def test_the_extensions_own_statement_tells_what_goes_at_each_press_and_what_the_page_learns(
    chrome: Chrome, language: str
) -> None:
    main = statement_in(chrome, language).locator("main")
    for words in TOLD_IN[language]:
        expect(main).to_contain_text(words)


# What the page's own world has of the extension: everything that its scripts can look at and that was not there before.
SEEN = """() => ({
    tree: document.documentElement.outerHTML,
    names: Object.getOwnPropertyNames(window).sort().join(),
    highlights: [...CSS.highlights].map(([name, each]) => [name, [...each].map(String).join()]),
    sheets: document.adoptedStyleSheets.length + document.styleSheets.length,
})"""


def test_a_page_sees_no_more_of_a_capture_than_the_mark_that_the_statement_tells_of(chrome: Chrome) -> None:
    """It was said that no script of a page sees the mark."""
    page = f"<!doctype html><p>{TEXT}</p>"
    chrome.page.route(PLACE, lambda route: route.fulfill(body=page, content_type="text/html"))
    chrome.page.goto(PLACE)
    chrome.page.evaluate(SELECT)
    before = chrome.page.evaluate(SEEN)
    chrome.judge()
    chrome.page.wait_for_function("() => CSS.highlights.size")
    after = chrome.page.evaluate(SEEN)
    assert after == {**before, "highlights": [["preceptor-answer", TEXT]], "sheets": before["sheets"] + 1}
    assert "a script of the page that looks for it finds that an answer was taken and which one" in STATEMENT
