"""Where no more can be kept, in a real Chromium: it is said and stays said, and nothing that stood there is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession

from desktop.browser.hosts import EXTENSION_ID
from tests.desktop.browser.chrome import Chrome, DeskOfTest
from tests.desktop.browser.steps import SELECT, captured, connected, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

TROUBLE = "(e => e.checkVisibility() && e.textContent)(document.getElementById('trouble'))"
KEPT = """(async () => {{
    const {{ openDatabase }} = await import(chrome.runtime.getURL("worker/database.js"));
    const {{ newId }} = await import(chrome.runtime.getURL("worker/captures.js"));
    const database = await openDatabase();
    {}
}})()"""
TWENTY = """const draft = await database.draft();
    const others = Array.from({ length: 20 }, () => ({ ...draft, id: newId(new Date()), keepUrl: true }));
    await database.keepDrafts(draft, others);"""
PROMPT = "Should I ask for antibiotics?"


def test_that_twenty_were_set_aside_stays_said_and_the_page_is_not_marked(chrome: Chrome, desk: DeskOfTest) -> None:
    """A connected browser unsaid it at once, as the window answered something else; the page was marked as if taken."""
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.write("prompt", PROMPT)
    panel.until(KEPT.format(f"return (await database.draft()).messages[0].content === {PROMPT!r};"))
    panel.value(KEPT.format(TWENTY))
    page = chrome.go("plain.html")
    page.evaluate(SELECT)
    chrome.judge()
    panel.until(f"({TROUBLE} || '').startsWith('Twenty captures were set aside.')")
    page.wait_for_timeout(1_000)  # so long the window needs at most for what it was asked
    assert panel.value(TROUBLE)
    assert page.evaluate("[...CSS.highlights.keys()]") == []
    assert panel.value("document.getElementById('prompt').value") == PROMPT


def room(quota: CDPSession, size: int | None) -> None:
    """Give the extension's storage this many bytes; None for as many as there are."""
    limit = {} if size is None else {"quotaSize": size}
    quota.send("Storage.overrideQuotaForOrigin", {"origin": f"chrome-extension://{EXTENSION_ID}", **limit})


def test_that_the_disk_is_full_is_said_and_the_answer_is_taken_once_there_is_room(chrome: Chrome) -> None:
    """It said that something did not work, and of what to do only to press the button again."""
    page = chrome.go("plain.html")
    page.evaluate(SELECT)
    options = chrome.context.new_page()
    options.goto(f"chrome-extension://{EXTENSION_ID}/options/options.html")
    quota = chrome.context.new_cdp_session(options)
    room(quota, 1)  # before anything was kept: for half a minute the browser goes by the room that it found last
    page.bring_to_front()
    panel = chrome.judge()
    panel.until(f"({TROUBLE} || '').startsWith('The browser has no room left for this')")
    assert page.evaluate("[...CSS.highlights.keys()]") == []
    room(quota, None)
    chrome.judge()
    panel.until(f"!({TROUBLE}) && document.getElementById('response').value")
    sent(panel, PROMPT)
    panel.until("document.querySelectorAll('#waiting-list li').length === 1")
