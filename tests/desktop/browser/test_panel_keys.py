"""Judging in the panel by the keyboard alone, in a real Chromium: where it begins, and where each key leads."""

from __future__ import annotations

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import CTRL, at, captured, connected, mark, press
from tests.desktop.browser.test_panel_judging import AXES, WORDS, accepted, ready

pytestmark = pytest.mark.needs("chromium")

LETTER = "document.activeElement.ariaLabel?.match(/Answer (.)/)?.[1] ?? document.activeElement.id"
RATED = "document.querySelector('#rated [aria-pressed=true]').textContent"
OUT_OF_SIGHT = """(() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    const [top, bottom] = [document.querySelector("header").getBoundingClientRect().bottom, document.getElementById("footer").getBoundingClientRect().top];
    if (e.closest("header, footer") || e === document.body || box.height > bottom - top) return "";
    return box.top < top - 1 || box.bottom > bottom + 1 ? `${e.id || e.className || e.textContent}: ${box.top} ${box.bottom}` : "";
})()"""  # noqa: E501 (one box after the other)


def of_a_chat(chrome: Chrome, desk: DeskOfTest) -> Panel:
    """An answer of a page that is known, in the panel of a connected browser."""
    chrome.go_as("https://chatgpt.com/c/1", "sites/chatgpt.html")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    connected(chrome, desk, panel)
    panel.until("!document.getElementById('judging').hidden")
    return panel


def test_three_answers_are_judged_by_keys_alone_from_the_capture_to_the_desk(chrome: Chrome, desk: DeskOfTest) -> None:
    """The keyboard was nowhere at first, after asking and after the last row; five arrows led from the ratings back."""
    panel = of_a_chat(chrome, desk)
    panel.until("document.activeElement.id === 'response-laid'")
    assert desk.asked("answer", "done", texts=WORDS, pause=0.3)
    press(panel, "r", "Enter")
    panel.until("document.activeElement.id === 'stop'")
    panel.until(f"{LETTER} === 'B'")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    press(panel, "1", "f", "f", "2", "Enter")
    press(panel, "Enter", *"33333", "Enter")
    assert panel.value(RATED) == "B"
    press(panel, *"44444", "Enter", *"11111", "Enter")
    assert panel.value(LETTER) == "C", "after the last row of the last answer"
    press(panel, "v")
    panel.send("Input.insertText", text="b>a>c")
    press(panel, "Enter", "2", "e")
    panel.send("Input.insertText", text="Yes: ")
    press(panel, "Escape")
    assert panel.value(LETTER) == "B"
    press(panel, "s", "4", "ArrowUp")
    panel.send("Input.insertText", text="B is right.")
    press(panel, "Escape")
    assert panel.value(LETTER) == "B"
    draft = accepted(chrome, desk, panel)
    rated = {each["candidate"]: [] for each in draft["ratings"]}  # type: dict[str, list[int]]
    for each in draft["ratings"]:
        rated[each["candidate"]].append(each["value"])
    assert rated == {"a": [3] * len(AXES), "b": [4] * len(AXES), "c": [1] * len(AXES)}
    assert [(flag["candidate"], flag["severity"]) for flag in draft["flags"]] == [("a", 2)]
    assert draft["verdicts"] == [{"axis": "overall", "tiers": [["b"], ["a"], ["c"]]}]
    assert draft["revision"]["text"] == f"Yes: {WORDS[0]}"
    assert (draft["justification"], draft["confidence"]) == ("B is right.", 4)


def test_enter_rates_nothing_by_itself(chrome: Chrome, desk: DeskOfTest) -> None:
    """In a row that was not rated it pressed the first value."""
    panel = ready(chrome, desk)
    at(panel, "#response")
    press(panel, "Enter", "Enter", "3")
    press(panel, "Escape", "s", "Enter")
    draft = accepted(chrome, desk, panel)
    assert [(each["axis"], each["value"]) for each in draft["ratings"]] == [(AXES[1], 3)]
    assert "confidence" not in draft or not draft["confidence"]


@pytest.mark.long
def test_words_that_r_or_s_begins_ask_and_choose_nothing(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=WORDS, pause=0.01)
    panel.value("performance.now = () => 5000")
    for words, focused in (("rest and", "ask"), ("so 3", "")):
        panel.until("!document.getElementById('ask').disabled")
        at(panel, "#response")
        for letter in words:
            panel.key(letter, ord(letter.upper()))
        assert focused in panel.value("document.activeElement.id")
        assert panel.value("document.getElementById('heard').textContent").startswith("Letters are commands")
        panel.value(f"performance.now = () => {9000 if focused else 0}")
    assert panel.value("document.querySelectorAll('#own-list li').length") == 0
    assert panel.value("document.querySelector('#confidence [aria-checked=true]') === null")


def test_why_r_does_nothing_is_said(chrome: Chrome) -> None:
    panel = captured(chrome)
    panel.until("!document.getElementById('start').hidden")
    at(panel, "#response")
    press(panel, "r")
    assert panel.value("document.getElementById('heard').textContent") == "Preceptor has to be open for it."


def test_what_has_the_keyboard_is_never_below_the_lines_that_stay(chrome: Chrome, desk: DeskOfTest) -> None:
    """The form of a flag, and rows of ratings, lay under the buttons at the foot of a narrow panel."""
    panel = ready(chrome, desk)
    for width, height in ((360, 480), (320, 420)):
        panel.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        panel.until(f"innerWidth === {width}")
        mark(panel, "Rest")
        press(panel, "f")
        assert panel.value(OUT_OF_SIGHT) == ""
        press(panel, "f", "2")
        assert panel.value(OUT_OF_SIGHT) == ""
        press(panel, "Escape")
        panel.value("document.getElementById('keep-url').focus()")
        seen = [panel.value(OUT_OF_SIGHT)]
        for _ in range(30):
            press(panel, "Tab")
            seen.append(panel.value(OUT_OF_SIGHT))
        panel.key("Tab", 9, 8)
        assert [each for each in seen if each] == []


@pytest.mark.long
def test_q_leads_to_why(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    at(panel, "#response")
    press(panel, "q")
    assert panel.value("document.activeElement.id") == "justification"
    panel.send("Input.insertText", text="It is right.")
    assert accepted(chrome, desk, panel)["justification"] == "It is right."


def test_a_number_that_is_half_typed_outlasts_what_the_desk_says_and_is_sent(chrome: Chrome, desk: DeskOfTest) -> None:
    """The row was made anew with each state; and Ctrl+Enter sent the answer without the number."""
    desk.do("rubric", id="prism")
    panel = ready(chrome, desk)
    at(panel, "#response")
    press(panel, "Enter")
    panel.send("Input.insertText", text="7")
    typed = "[document.activeElement.type, document.activeElement.value]"
    assert panel.value(typed) == ["number", "7"]
    desk.stop()
    panel.until("document.getElementById('standing').className !== 'well'")
    assert panel.value(typed) == ["number", "7"]
    panel.send("Input.insertText", text="3")
    press(panel, "Enter")
    panel.send("Input.insertText", text="-")
    assert panel.value("document.activeElement.validity.badInput")
    desk.again()
    desk.do("rubric", id="prism")
    panel.until("document.getElementById('standing').className === 'well'")
    assert panel.value("document.activeElement.validity.badInput")
    press(panel, "Backspace")
    panel.send("Input.insertText", text="41")
    rated = {each["axis"]: each["value"] for each in accepted(chrome, desk, panel)["ratings"]}
    assert rated == {"score": 73, "values": 41}


@pytest.mark.long
def test_a_number_that_is_half_typed_is_said_when_the_panel_closes(chrome: Chrome, desk: DeskOfTest) -> None:
    desk.do("rubric", id="prism")
    panel = ready(chrome, desk)
    at(panel, "#response")
    press(panel, "Enter")
    panel.send("Input.insertText", text="65")
    panel.close()
    panel = captured(chrome)
    panel.until("!document.getElementById('aside').hidden")
    panel.value("document.querySelector('#aside button').click()")
    panel.until("document.querySelector('#ratings input')?.value === '65'")


@pytest.mark.long
def test_the_keyboard_is_at_the_answer_of_the_next_capture_too(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = of_a_chat(chrome, desk)
    at(panel, "#response")
    panel.key("Enter", 13, CTRL)
    panel.until("document.getElementById('draft').hidden")
    chrome.judge()
    panel.until("document.activeElement.id === 'response-laid'")


@pytest.mark.long
def test_an_answer_that_was_gone_to_while_it_was_written_is_the_one_that_is_rated(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """The keyboard was at B, and the ratings were of A."""
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=["word " * 30], pause=0.2)
    panel.value("document.getElementById('ask-count').value = '1'")
    panel.press("ask")
    panel.until("document.querySelector('#own-list textarea')?.value.length > 4")
    at(panel, "#own-list textarea")
    panel.until("document.querySelectorAll('#own-list .scale').length === 1")
    assert panel.value(RATED) == "B"
    press(panel, "Enter", "3")
    assert [(each["candidate"], each["value"]) for each in accepted(chrome, desk, panel)["ratings"]] == [("b", 3)]
