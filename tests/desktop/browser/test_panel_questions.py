"""Questions of a rubric in the panel: several choices by keys, long words, and what is chosen in high contrast."""

from __future__ import annotations

import pytest

from feedback_store import rubrics
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import at, captured, connected, press
from tests.desktop.browser.test_panel_judging import WORDS, accepted
from tests.desktop.browser.test_panel_narrow import OUTSIDE, WIDTH

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

SEVERAL = "document.querySelector('.several')"
CHECKED = f"[...{SEVERAL}.querySelectorAll('input')].flatMap((e, at) => e.checked ? [at] : [])"
HAS_KEYBOARD = "[...document.querySelectorAll('.several')].map((e) => e.contains(document.activeElement))"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnungen"
FORCED = [{"name": "forced-colors", "value": "active"}]
BACKGROUND = "[true, false].map((on) => getComputedStyle(document.querySelector(`{}=${{on}}]`)).backgroundColor)"


def asked(chrome: Chrome, desk: DeskOfTest) -> Panel:
    """A capture before UltraFeedback's questions, two of which have three choices and take several."""
    desk.do("rubric", id="ultrafeedback")
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.write("prompt", "Should I ask for antibiotics?")
    panel.until(f"{SEVERAL} !== null")
    return panel


def test_keys_choose_several_0_is_none_of_them_and_what_is_not_said_is_no_answer(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """Digits did nothing there, and none of them could be said only by choosing one and taking it out again."""
    panel = asked(chrome, desk)
    none = panel.value(f"{SEVERAL}.querySelectorAll('input').length") - 1
    assert none == 3
    at(panel, ".several input")
    press(panel, "1", "3")
    assert panel.value(CHECKED) == [0, 2]
    press(panel, "1")
    assert panel.value(CHECKED) == [2]
    press(panel, "3")
    assert panel.value(CHECKED) == [none], "the last was taken out"
    press(panel, "Backspace")
    assert panel.value(CHECKED) == []
    press(panel, "3", "0")
    assert panel.value(CHECKED) == [none]
    assert panel.value(HAS_KEYBOARD) == [False, True], "it goes on to the next question"
    press(panel, "2")
    questions = rubrics.load("ultrafeedback").questions
    said = {each["question"]: each["value"] for each in accepted(chrome, desk, panel)["answered"]}
    assert said == {questions[0].id: [], questions[1].id: [questions[1].choices[1].id]}


def test_a_choice_with_a_word_longer_than_the_panel_is_seen_whole(chrome: Chrome, desk: DeskOfTest) -> None:
    """It ran out of the panel, and pressed its box together."""
    panel = asked(chrome, desk)
    panel.value(f"{SEVERAL}.querySelector('label').lastChild.data = ' {LONG}'")
    panel.send("Emulation.setDeviceMetricsOverride", width=WIDTH, height=585, deviceScaleFactor=1, mobile=False)
    panel.until(f"innerWidth === {WIDTH}")
    assert panel.value(f"{SEVERAL}.querySelector('label').scrollWidth") <= WIDTH
    assert panel.value(OUTSIDE) == []
    assert panel.value(f"{SEVERAL}.querySelector('input').offsetWidth") == 16


def test_what_is_chosen_looks_different_where_the_system_gives_all_colours(chrome: Chrome, desk: DeskOfTest) -> None:
    """In high contrast nothing showed which answer was rated, and a chosen value was only a little bolder."""
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.write("prompt", "Should I ask for antibiotics?")
    assert desk.asked("answer", "done", texts=WORDS, pause=0.0)
    panel.press("ask")
    panel.until("document.querySelectorAll('#rated button').length === 3")
    at(panel, "#response")
    press(panel, "Enter", "3")
    panel.send("Emulation.setEmulatedMedia", features=FORCED)
    for kind in ("#rated button[aria-pressed", "#ratings button[aria-checked"):
        on, off = panel.value(BACKGROUND.format(kind))
        assert on != off, kind
