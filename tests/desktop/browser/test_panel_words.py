"""What the panel says is for people who know neither folders of the system nor a terminal, and fits where it stands."""

from __future__ import annotations

import gettext
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import EXTENSION, Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest
from tests.desktop.browser.steps import captured, connected
from tests.desktop.browser.test_reading_formulas import ASSISTIVE, SVG

pytestmark = pytest.mark.long

SPEECH_OF_MACHINES = re.compile("[“„]preceptor |[Rr]untime|Laufzeit|[Ss]ocket|[Mm]anifest|[“„]run[”“]")
NARROW = 320  # pixels; Chrome lets its side panel be 360, and other browsers less
CATALOGUE = EXTENSION.parents[1] / "translations"
OTHER_WORDS = re.compile(
    "Anfrage|Beiträge?|diese Leiste|das Feld|[Uu]nformatiert|freiwillig|beiseite"
)  # not those of the window
OTHER_MEANING = {"keysTitle", "options", "optionsTitle"}  # not those that sign, and not those of a command


def told_in(language: str) -> dict[str, str]:
    told = json.loads((EXTENSION / "_locales" / language / "messages.json").read_text(encoding="utf-8"))
    return {name: each["message"] for name, each in told.items()}


def test_the_panel_says_in_german_what_the_window_says_one_word_a_thing() -> None:
    """It said “Anfrage” where the bench says “Prompt”, and had words of its own for turns, for how bad, for itself."""
    german, english = told_in("de"), told_in("en")
    window = gettext.translation("preceptor", CATALOGUE, ["de"])
    others = {name: text for name, text in german.items() if OTHER_WORDS.search(text)}
    assert others == {}

    def plain(text: str) -> str:
        return text.lower().rstrip(".?… ")

    for name in german.keys() - OTHER_MEANING:
        known = {said: window.gettext(said) for said in (english[name], english[name].lower())}
        its = {plain(text) for said, text in known.items() if text != said}
        assert not its or plain(german[name]) in its, name


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_of_the_panel_sends_somebody_to_a_terminal_or_a_folder_of_the_system(language: str) -> None:
    assert [name for name, text in told_in(language).items() if SPEECH_OF_MACHINES.search(text)] == []


@pytest.mark.needs("chromium")
def test_below_an_answer_both_german_buttons_stand_in_one_row_of_a_narrow_panel(
    play: Playwright, place: Path, address: str, desk: DeskOfTest
) -> None:
    """“Wie geschrieben” came to stand in a row of its own."""
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"), language="de")
    try:
        panel = captured(chrome)
        connected(chrome, desk, panel)
        panel.until("!document.getElementById('judging').hidden")
        panel.send("Emulation.setDeviceMetricsOverride", width=NARROW, height=585, deviceScaleFactor=1, mobile=False)
        panel.until(f"innerWidth === {NARROW}")
        buttons = "[...document.querySelectorAll('#flag, #as-written')]"
        assert panel.value(f"{buttons}.map((e) => e.checkVisibility())") == [True, True]
        middles = f"{buttons}.map((e) => e.getBoundingClientRect()).map((e) => (e.top + e.bottom) / 2)"
        first, second = panel.value(middles)
        assert first == second
    finally:
        chrome.close()


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("language", ["en", "de"])
def test_in_a_narrow_panel_the_main_button_ends_the_only_row_or_has_one_as_wide_as_the_panel(
    play: Playwright, place: Path, address: str, language: str
) -> None:
    """In German the buttons took two rows by chance, each of another width."""
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"), language=language)
    try:
        panel = captured(chrome)
        panel.send("Emulation.setDeviceMetricsOverride", width=NARROW, height=585, deviceScaleFactor=1, mobile=False)
        panel.until(f"innerWidth === {NARROW}")
        boxes = """[...document.querySelectorAll('#drop, #rewrite, #send')].map((e) => e.getBoundingClientRect())
            .map((e) => [e.left, e.right, (e.top + e.bottom) / 2])"""
        (left, drop_ends, row), (rewrite, rewrite_ends, beside), (send, right, last) = panel.value(boxes)
        assert row == beside
        if last == row:
            assert drop_ends == rewrite and rewrite_ends == send
        else:
            assert (send, right) == (left, rewrite_ends)
        assert right == NARROW - left
    finally:
        chrome.close()


@pytest.mark.needs("chromium")
def test_no_letter_of_an_answer_touches_the_ring_of_the_focus(chrome: Chrome) -> None:
    """The first letter stood at it."""
    panel = captured(chrome)
    panel.value("document.querySelector('.laid').focus()")
    inset = """(() => { const range = new Range();
        const frame = document.querySelector('.answer-text').getBoundingClientRect();
        range.selectNodeContents(document.querySelector('.laid')); const words = range.getBoundingClientRect();
        const title = document.querySelector('#response-title').getBoundingClientRect();
        return [words.left - frame.left, words.left - title.left]; })()"""
    assert panel.value(inset) == [5, 0], "from the ring, and from what stands above it"


@pytest.mark.needs("chromium")
def test_the_panel_says_that_a_formula_could_not_be_read(chrome: Chrome) -> None:
    chrome.go("plain.html")
    show = """(html) => document.getElementById('answer').append(
        new DOMParser().parseFromString(html, 'text/html').body.firstChild)"""
    for html, hidden in ((SVG.format(ASSISTIVE), True), (SVG.format(""), False)):
        chrome.page.evaluate(show, html)
        chrome.page.evaluate("() => getSelection().selectAllChildren(document.getElementById('answer'))")
        panel = chrome.judge()
        panel.until(f"document.getElementById('response').value.includes({'$x^{2}$' if hidden else '$…$'!r})")
        assert panel.value("document.getElementById('formulas-lost').hidden") is hidden
        assert panel.value("document.getElementById('incomplete').hidden")
