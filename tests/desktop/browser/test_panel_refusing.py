"""What the panel refuses and says why, in a real Chromium: an unfinished flag, words at the answers, no link."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import CTRL, at, captured, connected, mark, press
from tests.desktop.browser.test_panel_judging import MARKED, accepted, ready

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

FORM_SHOWN = "document.getElementById('flag-form').checkVisibility()"
HEARD = "document.getElementById('heard').textContent"
WHY = "document.getElementById('ask-why').textContent"


def send(panel: Panel) -> None:
    panel.key("Enter", 13, CTRL)


def type_at(panel: Panel, words: str) -> None:
    """A person who believes to be typing in a field, without a rest however slow this computer is."""
    panel.value("performance.now = () => 5000")
    for letter in words:
        panel.key(letter, ord(letter.upper()))


def test_a_flag_that_is_not_finished_is_never_left_behind_and_escape_drops_it(chrome: Chrome, desk: DeskOfTest) -> None:
    """It went to the desk without the flag, and nothing was said."""
    panel = ready(chrome, desk, "")
    mark(panel, MARKED)
    press(panel, "f", "f", "2")
    panel.write("prompt", "Should I ask for antibiotics?")
    panel.until("document.getElementById('send').disabled")
    for _ in "12":
        send(panel)
        assert panel.value(HEARD) == "A flag is not finished: finish it, or drop it with Esc."
        assert panel.value("document.activeElement.closest('#flag-form') !== null"), "the keyboard is at the flag"
    mark(panel, "Rest")
    press(panel, "f")
    assert MARKED in panel.value("document.querySelector('#flag-form .flag-quote').textContent"), "it comes first"
    press(panel, "Enter")
    panel.until("!document.getElementById('send').disabled")
    assert panel.value(HEARD) == ""
    press(panel, "f", "w", "Escape")
    mark(panel, "Rest")
    press(panel, "f")  # nothing is said of it: nothing is begun
    (flag,) = accepted(chrome, desk, panel)["flags"]
    assert (flag["category"], flag["severity"], flag["span"]["exact"]) == ("factual", 2, MARKED)


def test_words_typed_at_the_answer_do_nothing_and_are_said_to_be_nowhere(chrome: Chrome, desk: DeskOfTest) -> None:
    """A flag's form opened with half of the words chosen in it."""
    panel = ready(chrome, desk, "")
    at(panel, "#response")
    type_at(panel, "May I take ibuprofen with warfarin?")
    assert not panel.value(FORM_SHOWN)
    assert panel.value("document.getElementById('rewriting').hidden")
    assert panel.value(HEARD).startswith("Letters are commands at the answers, so nothing was typed.")
    send(panel)
    assert panel.value(HEARD) == "Write the prompt that was asked."
    assert panel.value("document.activeElement.id") == "prompt"
    panel.send("Input.insertText", text="Should I ask for antibiotics?")
    panel.until(f"{HEARD} === ''")
    draft = accepted(chrome, desk, panel)
    assert not {"flags", "ratings", "revision"} & set(draft)
    send(chrome.panel())
    assert chrome.panel().value(HEARD) == "Nothing of a page stands here yet."


def test_words_that_a_command_begins_choose_nothing_more_after_the_first_letter_without_a_meaning(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = ready(chrome, desk)
    at(panel, "#response")
    type_at(panel, "fqfws2")
    chosen = "document.querySelector('#flag-form [data-field=category] [aria-checked=true]')"
    assert panel.value(FORM_SHOWN)
    assert panel.value(f"{chosen} === null")
    assert panel.value(HEARD).startswith("Letters are commands at the answers")
    press(panel, "Escape", "f", "w", "Enter")
    assert [each["severity"] for each in accepted(chrome, desk, panel)["flags"]] == [1]


def test_ask_my_models_says_whether_the_browser_is_not_connected_or_preceptor_is_closed(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    panel.until("!document.getElementById('pair').hidden")
    assert panel.value(WHY) == "This browser has to be connected for it."
    connected(chrome, desk, panel)
    panel.until(f"{WHY} === ''")
    desk.kill()
    panel.until(f"{WHY} === 'Preceptor has to be open for it.'")


def test_what_is_refused_is_said_in_german(play: Playwright, place: Path, address: str, desk: DeskOfTest) -> None:
    program = Program.this_one(place / "profile")
    chrome = Chrome(play, place / "chrome", address, host=program, language="de")
    try:
        panel = captured(chrome)
        panel.until("!document.getElementById('pair').hidden")
        assert panel.value(WHY) == "Dazu muss dieser Browser verbunden sein."
        connected(chrome, desk, panel)
        panel.until("!document.getElementById('judging').hidden")
        at(panel, "#response")
        type_at(panel, "Darf")
        assert panel.value(HEARD).startswith("Bei den Antworten sind Buchstaben Befehle")
        press(panel, "Enter")
        at(panel, "#response")
        press(panel, "f", "w")
        send(panel)
        assert panel.value(HEARD).startswith("Eine Markierung ist nicht fertig")
    finally:
        chrome.close()
