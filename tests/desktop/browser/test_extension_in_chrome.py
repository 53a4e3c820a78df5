"""The extension as it is shipped, in a real Chromium, with a real native host and a real window's end."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.desktop.browser.chrome import PAGES, Chrome, DeskOfTest, host_processes, kill_hosts, until
from tests.desktop.browser.steps import ANSWER, SELECT, arrived, captured, connected, sent

pytestmark = pytest.mark.needs("chromium")


def test_a_browser_is_connected_by_its_digits_and_an_answer_goes_onto_the_desk(
    chrome: Chrome, desk: DeskOfTest, address: str
) -> None:
    panel = captured(chrome, "A page of anybody's")
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    (kept,) = desk.inbox()
    assert kept.pop("id")
    assert kept == {
        "origin": address,
        "title": "A page of anybody's",
        "url": None,
        "complete": True,
        "messages": [["user", "Should I ask for antibiotics?"]],
        "response": ANSWER,
        "selectors": ["QuoteSelector", "PositionSelector", "RangeSelector"],
    }


def test_connect_that_a_panel_says_again_neither_changes_the_digits_nor_ends_the_session(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """A panel says again what a slow worker has not answered; that made new digits while the old ones were typed."""
    again = """new Promise((done) => {
        const port = chrome.runtime.connect();
        port.onMessage.addListener(({ t, number }) => t === "done" && number === 7 && (port.disconnect(), done()));
        port.postMessage({ do: "pair", number: 7 });
    })"""
    panel = captured(chrome)
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    code = panel.until("document.getElementById('code-shown').textContent")
    panel.value(again)
    desk.do("allow", code=code)
    assert desk.hear() == {"allowed": "allowed"}
    panel.until("document.getElementById('standing').className === 'well'")
    panel.value(again)
    sent(panel)
    arrived(panel)
    assert panel.value("document.getElementById('standing').className") == "well"
    assert len(desk.inbox()) == 1


@pytest.mark.parametrize("selected", [False, True], ids=["read", "selected"])
def test_tables_and_formulas_as_katex_makes_them_come_to_the_desk_as_they_were_written(
    chrome: Chrome, desk: DeskOfTest, selected: bool
) -> None:
    page = chrome.go_as("https://chatgpt.com/c/1", "formulas.html")
    if selected:
        page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    written = (PAGES / "formulas.md").read_text(encoding="utf-8")
    assert desk.inbox()[0]["response"].split("\n") == written.splitlines()


def test_a_folder_that_is_open_to_others_is_said_with_what_to_do_and_used_once_it_is_closed(
    chrome: Chrome, place: Path
) -> None:
    folder = place / "run" / "preceptor"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    panel = captured(chrome)
    shown = "document.getElementById('link-text').textContent"
    panel.until(f"!document.getElementById('link').hidden && {shown}.includes('open to other users')")
    folder.chmod(0o700)
    panel.until(f"!document.getElementById('link').hidden && {shown}.includes('handed over when it opens')")


def test_what_is_sent_before_a_browser_is_connected_is_kept_and_follows(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    assert desk.inbox() == []
    connected(chrome, desk, panel)
    arrived(panel)
    assert len(desk.inbox()) == 1


# T7: the worker, the host and the window end at each step of a capture; it is on the desk once in the end

VICTIMS = ("worker", "host", "desk")


def ended(victim: str, chrome: Chrome, desk: DeskOfTest) -> None:
    if victim == "worker":
        chrome.stop_worker()
    elif victim == "host":
        kill_hosts(desk.profile)
    else:
        desk.kill()
        desk.again()


def on_the_desk_once(chrome: Chrome, desk: DeskOfTest) -> None:
    arrived(chrome.panel())
    assert [each["response"] for each in desk.inbox()] == [ANSWER]


@pytest.mark.long
@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_before_a_capture_is_sent_loses_nothing(chrome: Chrome, desk: DeskOfTest, victim: str) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    ended(victim, chrome, desk)
    sent(panel)
    on_the_desk_once(chrome, desk)


@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_while_a_capture_is_on_its_way_loses_nothing(
    chrome: Chrome, desk: DeskOfTest, victim: str
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.do("hold")
    sent(panel)
    assert "held" in desk.hear()
    ended(victim, chrome, desk)
    if victim != "desk":
        desk.do("release")
    on_the_desk_once(chrome, desk)


@pytest.mark.long
@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_before_the_acknowledgement_comes_doubles_nothing(
    chrome: Chrome, desk: DeskOfTest, victim: str
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.do("drop_acks", count=1)
    sent(panel)
    assert "kept" in desk.hear()
    assert len(desk.inbox()) == 1
    ended(victim, chrome, desk)
    on_the_desk_once(chrome, desk)


def test_t7_what_the_browser_keeps_at_its_end_follows_at_its_next_start(
    play: Playwright, place: Path, address: str, chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.kill()
    panel.until("!document.getElementById('start').hidden")
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    chrome.close()
    desk.again()
    later = Chrome(play, chrome.folder, address, host=None)
    until(later.page, lambda: len(desk.inbox()) == 1, "the capture is on the desk")
    later.close()


def test_a_host_runs_only_while_somebody_looks_or_something_is_to_be_delivered(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    assert len(host_processes(desk.profile)) == 1
    panel.close()
    until(chrome.page, lambda: not host_processes(desk.profile), "the host has ended")
    desk.kill()
    panel = captured(chrome)
    panel.until("!document.getElementById('start').hidden")
    sent(panel)
    panel.close()
    desk.again()
    until(chrome.page, lambda: len(desk.inbox()) == 1, "what waited is on the desk")
    until(chrome.page, lambda: not host_processes(desk.profile), "the host has ended")


def test_the_answer_that_was_taken_is_marked_in_its_page_and_nothing_of_the_page_changes(chrome: Chrome) -> None:
    chrome.go("plain.html")
    before = chrome.page.content()
    captured(chrome, chrome.page.title())
    until(
        chrome.page,
        lambda: bool(chrome.page.evaluate("() => CSS.highlights.has('preceptor-answer')")),
        "the answer is marked",
    )
    marked = chrome.page.evaluate("() => [...CSS.highlights.get('preceptor-answer')][0].toString().trim()")
    assert marked.startswith("For a common cold, antibiotics usually do not help")
    assert chrome.page.content() == before
