"""A flag that is begun in the panel waits with the draft, and the keyboard keeps its place, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import at, connected, mark, press
from tests.desktop.browser.test_panel_judging import MARKED, WORDS, accepted, ready

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

FORM = "document.getElementById('flag-form')"
FORM_SHOWN = f"{FORM}?.checkVisibility()"
QUOTE = f"{FORM}.querySelector('.flag-quote').textContent"
CHOSEN = f"[...{FORM}.querySelectorAll('[aria-checked=true]')].map((e) => e.textContent.trim()[0])"
NOTE = f"{FORM}.querySelector('.flag-note').value"
HAS_KEYBOARD = f"{FORM}.contains(document.activeElement)"
FOCUSED = "document.activeElement.ariaLabel"
KEPT = """(async () => { const { openDatabase } = await import("../worker/database.js");
    return JSON.stringify((await (await openDatabase()).draft())?.judging?.begun ?? null); })()"""


def kept(panel: Panel, words: str) -> None:
    """Wait until the draft in the browser's database has these words in its begun flag."""
    panel.until(f"({KEPT}).then((begun) => begun.includes({words!r}))")


def test_a_flag_that_is_begun_is_there_again_when_the_panel_is_opened_again(chrome: Chrome, desk: DeskOfTest) -> None:
    """It was lost when the panel closed, whatever had been chosen and typed."""
    panel = ready(chrome, desk)
    mark(panel, MARKED)
    press(panel, "f")
    panel.value(f"{FORM}.querySelector('.flag-note').focus()")
    panel.send("Input.insertText", text="Not for a virus")  # the category is not chosen yet
    kept(panel, "Not for a virus")
    panel.send("Page.reload")
    panel.until(FORM_SHOWN)
    assert (MARKED in panel.value(QUOTE), panel.value(CHOSEN), panel.value(NOTE)) == (True, ["1"], "Not for a virus")
    assert not panel.value(HAS_KEYBOARD), "nothing takes the keyboard by itself"
    panel.until("document.getElementById('reason').textContent.startsWith('A flag is not finished')")
    at(panel, "#response")
    press(panel, "f", "f", "2", "Enter")
    (flag,) = accepted(chrome, desk, panel)["flags"]
    assert (flag["category"], flag["severity"], flag["span"]["exact"]) == ("factual", 2, MARKED)
    assert flag["note"] == "Not for a virus"


def test_a_begun_flag_stays_with_its_answer_of_the_page_and_escape_drops_it_for_good(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    chrome.go_as("https://chatgpt.com/c/1", "sites/chatgpt.html")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    connected(chrome, desk, panel)
    panel.until("!document.getElementById('judging').hidden")
    number = "document.getElementById('answer-number').textContent"
    last = panel.value(number)
    at(panel, "#response")
    press(panel, "f", "f")
    panel.press("previous")
    panel.until(f"{number} !== {last!r}")
    assert not panel.value(FORM_SHOWN)
    assert "not finished" not in panel.value("document.getElementById('reason').textContent")
    panel.press("next")
    panel.until(f"{number} === {last!r}")
    panel.until(FORM_SHOWN)
    assert panel.value(CHOSEN) == ["F", "1"]
    at(panel, "#response")
    press(panel, "f", "Escape")
    assert not panel.value(FORM_SHOWN)
    panel.until(f"({KEPT}).then((begun) => begun === 'null')")
    panel.send("Page.reload")
    panel.until("document.getElementById('judging')?.hidden === false")
    assert not panel.value(FORM_SHOWN)


def test_what_was_said_of_own_answers_goes_with_them_when_others_are_asked_for(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """A begun flag's form went with its card, and nothing could be handed over; ratings stood at unread answers."""
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=WORDS, pause=0.3)
    panel.until("!document.getElementById('ask').disabled")
    panel.value("document.getElementById('ask').focus()")
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    at(panel, "#own-list textarea")
    press(panel, "Enter", "3")
    at(panel, "#own-list textarea")
    press(panel, "f", "f")
    kept(panel, "factual")
    panel.send("Page.reload")
    panel.until(f"{FORM_SHOWN} && {FORM}.closest('#own-list') !== null")
    panel.until("!document.getElementById('ask').disabled")
    panel.value("document.getElementById('ask').focus()")
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    assert panel.until("document.activeElement.closest('#own-list') !== null"), (
        "the keyboard goes on to what was written"
    )
    assert not panel.value(FORM_SHOWN)
    panel.until("!document.getElementById('send').disabled")
    draft = accepted(chrome, desk, panel)
    assert {name: draft[name] for name in ("flags", "ratings") if draft.get(name)} == {}


def test_the_keyboard_keeps_its_place_on_a_flag_while_own_models_write(chrome: Chrome, desk: DeskOfTest) -> None:
    """All flags were made anew at each piece of text."""
    panel = ready(chrome, desk)
    for words in ("saline spray", MARKED, "Rest"):
        mark(panel, words)
        press(panel, "f", "w", "Enter")
    assert desk.asked("answer", "done", texts=["word " * 5000], pause=0.2)
    panel.press("ask")
    grown = "document.querySelector('#own-list textarea')?.value.length"
    panel.until(f"{grown} > 20")
    panel.value("document.querySelectorAll('#flags-a button')[1].focus()")
    panel.value("window.flagRow = document.activeElement.closest('li')")
    before = panel.value(grown)
    panel.until(f"{grown} > {before + 10}")
    assert panel.value("document.activeElement.closest('li') === window.flagRow")
    assert MARKED in panel.value(FOCUSED)
    press(panel, "Delete")  # and on to the next, the one before, the answer
    assert "Rest" in panel.value(FOCUSED)
    press(panel, "Delete")
    assert "saline spray" in panel.value(FOCUSED)
    press(panel, "Delete")
    assert panel.value("document.activeElement.className") == "laid"
    assert panel.value("document.querySelectorAll('#flags-a li').length") == 0
