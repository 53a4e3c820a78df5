"""What the extension does not let happen, and what it says where something is missing; in a real Chromium."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import EXTENSION_ID, Program
from desktop.browser.places import HOST_NAME
from tests.desktop.browser.chrome import EXTENSION, Chrome, DeskOfTest, panels, until
from tests.desktop.browser.steps import arrived, captured, connected, sent

pytestmark = pytest.mark.needs("chromium")

MANIFEST = json.loads((EXTENSION / "manifest.json").read_text())
PANEL = 'id="standing"'  # in the panel's page, and in none of the browser's own


def test_the_extension_asks_for_what_it_was_designed_to_and_nothing_more() -> None:
    wanted = ["activeTab", "scripting", "sidePanel", "storage", "nativeMessaging", "contextMenus"]
    assert MANIFEST["permissions"] == wanted
    assert set(MANIFEST) == {
        *("manifest_version", "name", "description", "version", "default_locale", "minimum_chrome_version", "key"),
        *("icons", "permissions", "background", "side_panel", "options_ui", "action", "commands"),
    }  # so no host, no content script, nothing that a page could load or connect to, no rule for code but Chrome's own


KEPT = """async () => {
    const asked = indexedDB.open("preceptor");
    await new Promise((yes) => (asked.onsuccess = yes));
    const all = (store) => new Promise((yes) => {
        const keys = asked.result.transaction(store).objectStore(store).getAllKeys();
        keys.onsuccess = () => yes(keys.result);
    });
    const found = [(await all("kept")).includes("draft"), (await all("outbox")).length];
    asked.result.close();
    return found;
}"""


def kept(chrome: Chrome) -> object:
    """Whether the extension has a draft, and how many captures wait in it."""
    worker = next(each for each in chrome.context.service_workers if EXTENSION_ID in each.url)
    return worker.evaluate(KEPT)


def test_t1_a_page_reaches_nothing_of_the_extension(chrome: Chrome, desk: DeskOfTest) -> None:
    """The browser is connected: whatever was sent would arrive."""
    panel = captured(chrome)
    connected(chrome, desk, panel)
    assert kept(chrome) == [True, 0]  # so a draft is seen here
    panel.press("drop")
    panel.close()
    page = chrome.go("hostile.html")
    tried = page.evaluate("() => window.tried")
    there = {tried.pop(way) for way in ("opened", "framed")}
    assert there == {"see there"}
    assert tried == dict.fromkeys(("message", "connect", "native", "fetch", "rules", "module"), "refused")
    (opened,) = (each for each in chrome.context.pages if each != page)
    (framed,) = page.frames[1:]
    assert [opened.url, framed.url] == ["chrome-error://chromewebdata/"] * 2
    assert PANEL not in opened.content() + framed.content()
    assert page.evaluate("() => window.act()")["click"] > 0
    assert page.evaluate("() => window.act()")["keydown"] > 0
    opened.goto(f"chrome-extension://{EXTENSION_ID}/panel/panel.html")
    assert PANEL in opened.content()  # so it would have been seen
    opened.close()
    assert (panels(chrome.cdp), kept(chrome), desk.inbox()) == ([], [False, 0], [])
    chrome.go("hostile.html?quiet")
    panel = chrome.judge()
    shown = "Rate me 5, call me the best, save and send."
    assert panel.until("document.getElementById('response').value") == shown
    chrome.page.evaluate("() => window.act()")
    assert (kept(chrome), desk.inbox()) == ([True, 0], [])
    sent(panel)
    arrived(panel)
    assert [each["response"] for each in desk.inbox()] == [shown]


def test_t1_t2_a_content_script_can_do_nothing_but_be_read(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    worker = next(each for each in chrome.context.service_workers if EXTENSION_ID in each.url)
    shaped = """async () => {
        const [tab] = await chrome.tabs.query({ active: true });
        const attack = async () => {
            const orders = ["leave", "send", "drop", "forget", "pair"].map((act) => ({ do: act, number: 1 }));
            const answers = [];
            for (const order of orders) {
                answers.push(await chrome.runtime.sendMessage(order).catch(() => "refused") ?? "nothing");
            }
            const port = chrome.runtime.connect({ name: "panel" });
            const left = new Promise((yes) => port.onDisconnect.addListener(() => yes("left")));
            for (const order of orders) port.postMessage(order);
            return [...new Set(answers), await left];
        };
        const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: attack });
        return result;
    }"""
    assert worker.evaluate(shaped) in (["nothing", "left"], ["refused", "left"])
    assert panel.value("document.getElementById('response').value")
    sent(panel)
    arrived(panel)
    assert len(desk.inbox()) == 1


def test_t3_another_extension_reaches_neither_the_host_nor_this_extension(
    play: Playwright, place: Path, address: str, desk: DeskOfTest
) -> None:
    other = place / "other"
    other.mkdir()
    (other / "manifest.json").write_text(
        json.dumps(
            {
                "manifest_version": 3,
                "name": "Another",
                "version": "1",
                "permissions": ["nativeMessaging"],
                "background": {"service_worker": "worker.js"},
            }
        )
    )
    (other / "worker.js").write_text("")
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(desk.profile), others=[other])
    until(chrome.page, lambda: len(chrome.context.service_workers) == 2, "both workers run")
    worker = next(each for each in chrome.context.service_workers if EXTENSION_ID not in each.url)
    native = f"""() => new Promise((told) => {{
        const port = chrome.runtime.connectNative("{HOST_NAME}");
        port.onMessage.addListener(() => told("heard"));
        port.onDisconnect.addListener(() => told(chrome.runtime.lastError.message)); }})"""
    assert worker.evaluate(native) == "Access to the specified native messaging host is forbidden."
    message = f"() => chrome.runtime.sendMessage('{EXTENSION_ID}', {{ do: 'leave' }}).catch((e) => e.message)"
    assert "Receiving end does not exist" in worker.evaluate(message)
    chrome.close()


@pytest.mark.parametrize("trouble", ["missing", "wrong id", "not executable"])
def test_without_a_host_the_panel_says_so_and_keeps_what_is_sent(
    play: Playwright, place: Path, address: str, trouble: str
) -> None:
    chrome = Chrome(play, place / "chrome", address, host=None)
    if trouble != "missing":
        chrome.let_in(Program.this_one(place / "profile"))
        manifest = chrome.folder / "NativeMessagingHosts" / f"{HOST_NAME}.json"
        if trouble == "wrong id":
            manifest.write_text(manifest.read_text().replace(EXTENSION_ID, "a" * 32))
        else:
            (chrome.folder / "launcher").chmod(0o600)
    panel = captured(chrome)
    panel.until("document.getElementById('link-title').textContent.includes('cannot be reached')")
    assert panel.value("document.getElementById('link-text').textContent").count("Settings, Browsers") == 1
    sent(panel)
    assert panel.until("document.querySelectorAll('#waiting-list li').length") == 1
    chrome.close()


def test_a_browser_that_is_open_finds_the_host_as_soon_as_it_is_installed(
    play: Playwright, place: Path, address: str, desk: DeskOfTest
) -> None:
    chrome = Chrome(play, place / "chrome", address, host=None)
    panel = captured(chrome)
    panel.until("document.getElementById('link-title').textContent.includes('cannot be reached')")
    chrome.let_in(Program.this_one(desk.profile))
    connected(chrome, desk, captured(chrome))
    chrome.close()


def test_a_code_that_does_not_match_is_told_and_a_new_one_does(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    panel.until("document.getElementById('code-shown').textContent")
    desk.do("allow", code="no digits")
    assert desk.hear() == {"allowed": "refused"}
    panel.until("document.getElementById('link-text').textContent.includes('did not match')")
    panel.press("pair")
    assert desk.hear()["asked"]
    desk.do(
        "allow",
        code=panel.until(
            "!document.getElementById('code').hidden && document.getElementById('code-shown').textContent"
        ),
    )
    assert desk.hear() == {"allowed": "allowed"}


@pytest.mark.long
def test_escape_ends_the_showing_of_a_code(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    panel.until("!document.getElementById('code').hidden")
    panel.key("Escape", 27)
    panel.until("document.getElementById('code').hidden && !document.getElementById('pair').hidden")


def test_a_browser_that_was_disconnected_at_the_window_keeps_what_is_sent_until_it_is_connected_again(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.do("revoke")
    panel.until("document.getElementById('link-title').textContent.includes('not connected any more')")
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    assert desk.inbox() == []
    connected(chrome, desk, panel)
    arrived(panel)
    assert len(desk.inbox()) == 1


def test_a_person_disconnects_the_browser_in_the_panel(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.value("document.getElementById('more').open = true")
    panel.press("leave")
    panel.until("!document.getElementById('pair').hidden && document.getElementById('leave').hidden")


def test_the_panel_opens_the_window_which_then_takes_what_waits(play: Playwright, place: Path, address: str) -> None:
    held = place / "held"
    os.mkfifo(held)
    starter = place / "starter"
    starter.write_text(
        f"#!/bin/sh\ncd {EXTENSION.parents[2]}\n"
        f'exec {Program.this_one(place).python} -m tests.desktop.browser.desk_process "$2" <> {held}\n'
    )
    starter.chmod(0o700)
    desk = DeskOfTest(place / "profile")
    program = Program.this_one(desk.profile)
    chrome = Chrome(play, place / "chrome", address, host=Program(program.python, program.profile, starter))
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.stop()
    panel.until("!document.getElementById('start').hidden")
    sent(panel)
    panel.press("start")
    arrived(panel)
    chrome.close()
    held.write_text('{"do":"stop"}\n')


@pytest.mark.long
def test_what_is_too_large_is_told_in_bytes_and_can_be_shortened(chrome: Chrome, desk: DeskOfTest) -> None:
    page = chrome.go("plain.html")
    page.evaluate("() => { document.getElementById('answer').textContent = '🙂'.repeat(200_000); }")
    page.evaluate("() => getSelection().selectAllChildren(document.getElementById('answer'))")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value.length === 400_000")
    panel.write("prompt", "Why?")
    said = panel.until("document.getElementById('reason').textContent")
    assert said.startswith("This capture has 801,")
    assert "at most 786,432" in said
    assert panel.value("document.getElementById('send').disabled")
    panel.press("edit")
    panel.write("response", "Short.")
    panel.until("!document.getElementById('send').disabled")


@pytest.mark.long
def test_a_page_of_many_megabytes_is_refused_in_words(chrome: Chrome) -> None:
    page = chrome.go("plain.html")
    page.evaluate("() => { document.getElementById('answer').textContent = 'x'.repeat(9 * 1024 * 1024); }")
    page.evaluate("() => getSelection().selectAllChildren(document.getElementById('answer'))")
    panel = chrome.judge()
    panel.until("document.getElementById('trouble').textContent.includes('too large to be sent')")
    assert panel.value("document.getElementById('draft').hidden")


def test_a_page_that_the_browser_keeps_to_itself_is_told(chrome: Chrome) -> None:
    chrome.page.goto("chrome://version")
    panel = chrome.judge()
    panel.until("document.getElementById('trouble').textContent.includes('cannot be read')")


def test_a_pdf_is_told_to_be_the_browsers_own(chrome: Chrome) -> None:
    """A mark in it was asked for again and again: what is marked there is the browser's own viewer's."""
    page = chrome.page
    page.route("https://a.example/a.pdf", lambda route: route.fulfill(body=b"%PDF-1.1", content_type="application/pdf"))
    page.goto("https://a.example/a.pdf")
    panel = chrome.judge()
    panel.until("document.getElementById('trouble').textContent.startsWith('This page cannot be read')")


@pytest.mark.long
def test_of_a_conversation_any_answer_is_taken_with_the_turns_before_it(
    chrome: Chrome, desk: DeskOfTest, address: str
) -> None:
    chrome.go("sites/openwebui.html?key=1#there")
    panel = chrome.judge()
    assert panel.until("document.getElementById('answer-number').textContent") == "2 of 2"
    assert panel.value("document.querySelectorAll('#turns textarea').length") == 2
    panel.press("previous")
    panel.until("document.getElementById('answer-number').textContent === '1 of 2'")
    panel.press("keep-url")
    connected(chrome, desk, panel)
    panel.press("edit")
    panel.write("response", "With `Counter`, of collections.")
    panel.press("send")
    arrived(panel)
    (kept,) = desk.inbox()
    assert kept["messages"] == [["user", "How do I count words?\nIn Python, please."]]
    assert (kept["response"], kept["url"]) == (
        "With `Counter`, of collections.",
        f"{address}/sites/openwebui.html?key=1",
    )


@pytest.mark.long
def test_an_answer_that_was_opened_again_is_the_one_that_is_marked_and_taken_and_only_once(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    page = "sites/openwebui.html"
    chrome.go(page)
    panel = chrome.judge()
    panel.press("previous")
    panel.until("document.getElementById('answer-number').textContent === '1 of 2'")
    first = panel.value("document.getElementById('response').value")
    panel.press("keep-url")
    connected(chrome, desk, panel)
    panel.press("send")
    arrived(panel)
    assert desk.asked("reopen", "done")
    panel.close()  # the session opens after the button was pressed
    chrome.go("plain.html")
    chrome.go(page)
    panel = chrome.judge()
    panel.until("document.getElementById('answer-number').textContent === '1 of 2'")
    assert panel.value("document.getElementById('response').value") == first
    until(chrome.page, lambda: "Counter" in marked(chrome), "the first answer is marked")
    chrome.go(page)
    chrome.judge()
    panel.until("document.getElementById('answer-number').textContent === '2 of 2'")


def marked(chrome: Chrome) -> str:
    found = chrome.page.evaluate("() => [...(CSS.highlights.get('preceptor-answer') ?? [])].join()")
    return str(found)
