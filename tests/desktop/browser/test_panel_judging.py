"""Judging in the panel by keys, in a real Chromium: what is said there stands in the desk's draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel, kill_hosts
from tests.desktop.browser.steps import ANSWER, arrived, at, captured, connected, mark, press, sent

pytestmark = pytest.mark.needs("chromium")

AXES = ["helpfulness", "correctness", "coherence", "complexity", "verbosity"]
MARKED = "antibiotics"
WORDS = ["No. It is a virus 🙂.", "Perhaps, but ask a doctor."]


def ready(chrome: Chrome, desk: DeskOfTest, prompt: str = "Should I ask for antibiotics?") -> Panel:
    """A capture in the panel of a connected browser, with the desk's rubric."""
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.write("prompt", prompt)
    panel.until("!document.getElementById('judging').hidden")
    return panel


def accepted(chrome: Chrome, desk: DeskOfTest, panel: Panel) -> dict[str, Any]:
    """The draft that the desk makes of it."""
    panel.key("Enter", 13, 2)
    panel.until("document.getElementById('draft').hidden")
    arrived(chrome.panel())
    panel.until("document.getElementById('waiting').hidden")
    draft: dict[str, Any] = desk.asked("accept", "draft")
    return draft


def test_an_answer_is_judged_by_keys_in_the_panel_and_the_desks_draft_holds_it(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = ready(chrome, desk)
    mark(panel, MARKED)
    press(panel, "f")
    assert not panel.value("document.getElementById('flag').checkVisibility()")  # one is begun
    press(panel, "f", "2", "Enter")  # a factual error, moderate
    assert panel.value("document.activeElement.className") == "laid"
    assert panel.value("[...CSS.highlights.get('flag-severe')].map(String)") == [MARKED]
    press(panel, "Enter", "3", "1", "4", "0", "2")
    press(panel, "g")
    press(panel, "ArrowUp", "1")  # the last axis is rated again
    at(panel, "#response")
    press(panel, "e")
    panel.write("revision", "Antibiotics do not help.")
    panel.until("document.querySelector('.distance').textContent.includes('words changed')")
    panel.write("justification", "Right, but too long.")
    at(panel, "#confidence [tabindex='0']")
    press(panel, "4")
    draft = accepted(chrome, desk, panel)
    (flag,) = draft["flags"]
    assert (flag["category"], flag["severity"], flag["span"]["exact"]) == ("factual", 2, MARKED)
    assert flag["span"]["start"] == ANSWER.index(MARKED)
    rated = {each["axis"]: each["value"] for each in draft["ratings"]}
    assert rated == dict(zip(AXES, (3, 1, 4, 0, 1), strict=True))
    assert draft["verdicts"] == [{"axis": "overall", "tiers": [["a"]], "level": "all_good"}]
    assert draft["revision"] == {"of": "a", "text": "Antibiotics do not help.", "points": [{"text": MARKED}]}
    assert (draft["justification"], draft["confidence"]) == ("Right, but too long.", 4)
    assert draft["context"]["page"]["origin"] == chrome.address


def test_a_flag_counts_characters_as_records_do_and_is_taken_back(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    for words in ("saline spray", "🙂", "Rest"):
        mark(panel, words)
        press(panel, "f", "w", "Enter")
    panel.value("document.querySelectorAll('#flags-a button')[2].click()")
    panel.until("document.querySelectorAll('#flags-a li').length === 2")
    flags = accepted(chrome, desk, panel)["flags"]
    assert [ANSWER[flag["span"]["start"] : flag["span"]["end"]] for flag in flags] == ["saline spray", "🙂"]


def test_t7_a_judgement_that_waits_without_the_desk_follows_and_is_there_once(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    at(panel, "#ratings [tabindex='0']")
    press(panel, "4")
    desk.kill()
    panel.until("!document.getElementById('start').hidden")
    assert panel.value("document.querySelector('#where .now').textContent").endswith("Kept here")
    press(panel, "2")  # the rubric is known here
    panel.key("Enter", 13, 2)
    panel.until("!document.getElementById('waiting').hidden")
    assert "with your judgement" in panel.value("document.getElementById('waiting-list').textContent")
    desk.again()
    arrived(panel)
    draft = desk.asked("accept", "draft")
    assert [each["value"] for each in draft["ratings"]] == [4, 2]


@pytest.mark.parametrize("victim", ["worker", "host", "desk"])
def test_t7_what_ends_before_a_verdict_is_acknowledged_doubles_nothing(
    chrome: Chrome, desk: DeskOfTest, victim: str
) -> None:
    panel = ready(chrome, desk)
    at(panel, "#ratings [tabindex='0']")
    press(panel, "4")
    desk.do("drop_acks", count=2)
    panel.key("Enter", 13, 2)
    assert "kept" in desk.hear()
    if victim == "worker":
        chrome.stop_worker()
    elif victim == "host":
        kill_hosts(desk.profile)
    else:
        desk.kill()
        desk.again()
    panel = chrome.panel()
    if victim == "desk":
        arrived(panel)
    else:
        assert "kept" in desk.hear()  # sent again, and the acknowledgement is lost once more
        kill_hosts(desk.profile)
        arrived(panel)
    panel.until("document.getElementById('waiting').hidden")
    (waiting,) = desk.inbox()
    assert waiting["response"] == ANSWER
    assert [each["value"] for each in desk.asked("accept", "draft")["ratings"]] == [4]


def test_own_models_answer_beside_the_page_and_all_are_ranked(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=WORDS, pause=0.01)
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    assert panel.value("[...document.querySelectorAll('#own-list textarea')].map((e) => e.value)") == WORDS
    at(panel, "#own-list textarea")
    press(panel, "v")
    panel.send("Input.insertText", text="b>a")
    panel.until("document.querySelector('#own-ranking .wrong')?.textContent.includes('C is missing')")
    assert panel.value("document.getElementById('send').disabled")
    panel.send("Input.insertText", text="=c")
    panel.until("!document.getElementById('send').disabled")
    mark(panel, "virus", "#own-list textarea")
    press(panel, "f", "s", "1", "Enter")
    press(panel, "Enter", "2")  # the answer that has the keyboard is the one that is rated
    draft = accepted(chrome, desk, panel)
    assert [(answer["text"], answer["origin"]["kind"]) for answer in draft["answers"]] == [
        (ANSWER, "page"),
        (WORDS[0], "endpoint"),
        (WORDS[1], "endpoint"),
    ]
    assert draft["verdicts"] == [{"axis": "overall", "tiers": [["b"], ["a", "c"]]}]
    assert draft["order"] == ["a", "b", "c"]
    assert [(flag["candidate"], flag["category"]) for flag in draft["flags"]] == [("b", "unsupported")]
    assert [(rating["candidate"], rating["value"]) for rating in draft["ratings"]] == [("b", 2)]


@pytest.mark.long
def test_a_rewriting_has_points_of_its_flags_and_own_ones_which_keys_move_and_a_summary(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = ready(chrome, desk)
    mark(panel, MARKED)
    press(panel, "f", "f", "2", "Enter")
    press(panel, "e")
    assert panel.value("document.activeElement.id") == "revision"
    points = "[...document.querySelectorAll('#points input')].map((e) => e.value)"
    assert panel.value(points) == [MARKED]
    for text in ("Say why.", "Shorter.", "Away."):
        panel.write("point", text)
        press(panel, "Enter")
    assert panel.value(points) == [MARKED, "Say why.", "Shorter.", "Away."]
    press(panel, "ArrowUp")  # to the last of them
    panel.value("document.activeElement.select()")
    press(panel, "Backspace", "Backspace")
    assert panel.value("document.activeElement.id") == "point"
    press(panel, "ArrowUp")
    panel.key("ArrowUp", 38, 1)
    assert panel.value(points) == [MARKED, "Shorter.", "Say why."]
    assert panel.value("document.activeElement.value") == "Shorter."
    panel.write("point", "Half a point")
    panel.write("revision", "Antibiotics do not help.")
    panel.write("summary", "Short and right.")
    chrome.stop_worker()
    revision = accepted(chrome, desk, panel)["revision"]
    assert [each["text"] for each in revision["points"]] == [MARKED, "Shorter.", "Say why.", "Half a point"]
    assert (revision["text"], revision["summary"]) == ("Antibiotics do not help.", "Short and right.")


def test_answers_that_cannot_be_ranked_are_said_to_be_so_with_a_reason(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=WORDS[:1], pause=0.01)
    panel.value("document.getElementById('ask-count').value = '1'")
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 1")
    at(panel, "#own-list textarea")
    press(panel, "n")
    assert panel.value("document.activeElement.id") == "unrankable-why"
    assert panel.value("document.getElementById('send').disabled")
    assert "Say why" in panel.value("document.getElementById('reason').textContent")
    panel.send("Input.insertText", text="Both refuse.")
    press(panel, "Enter")
    assert "Answer B" in panel.value("document.activeElement.ariaLabel"), "back where it came from"
    press(panel, "n")
    assert panel.value("document.getElementById('unrankable').ariaPressed") == "false"
    press(panel, "n")
    panel.send("Input.insertText", text="Both refuse.")
    panel.until("!document.getElementById('send').disabled")
    assert accepted(chrome, desk, panel)["verdicts"] == [{"axis": "overall", "not_rankable": "Both refuse."}]


@pytest.mark.long
def test_own_answers_stop_and_are_not_judged_for_another_prompt(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=["word " * 2000], pause=0.01)
    panel.press("ask")
    panel.until("document.querySelector('#own-list textarea')?.value.length > 20")
    panel.press("stop")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    panel.value("document.querySelector('#own-list .scale button').click()")
    panel.write("prompt", "Something else?")
    panel.until("document.getElementById('own-problem').textContent.includes('another prompt')")
    assert [answer["key"] for answer in accepted(chrome, desk, panel)["answers"]] == ["a"]


@pytest.mark.long
@pytest.mark.parametrize("ends", ["desk", "host"])
def test_own_answers_end_with_the_connection_and_the_panel_says_so_and_shows_what_had_come(
    chrome: Chrome, desk: DeskOfTest, ends: str
) -> None:
    """Where the host alone had ended the panel said that Preceptor had been closed, and the words were gone."""
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=["word " * 5000], pause=0.01)
    panel.press("ask")
    panel.until("document.querySelector('#own-list textarea')?.value.length > 20")
    if ends == "desk":
        desk.kill()
    else:
        kill_hosts(desk.profile)
    problem = "document.getElementById('own-problem').textContent"
    assert panel.until(problem) == "The connection ended before they were written. Ask again."
    assert str(panel.value("document.querySelector('#own-list textarea').value")).startswith("word word word word")
    assert panel.value("document.querySelectorAll('#own-list .scale').length") == 0
    if ends == "desk":
        assert panel.value("document.getElementById('ask').disabled")
        return
    panel.press("ask")
    panel.until("document.getElementById('stop').checkVisibility()")
    panel.until("document.querySelector('#own-list textarea')?.value.length > 20")
    panel.press("stop")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    assert panel.value(problem) == ""


@pytest.mark.long
def test_the_starter_model_answers_in_its_worker_and_the_record_says_so(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    assert desk.asked("starter", "done")
    panel.value("document.getElementById('ask-count').value = '1'")
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 1", patience_s=300)
    panel.value("document.querySelector('#own-list .scale button:last-child').click()")  # worse
    panel.until("document.querySelector('#own-ranking input').value === 'a>b'")
    for _ in "ab":
        at(panel, "#ratings [tabindex='0']")
        press(panel, *"33333")
        panel.value("document.querySelectorAll('#rated button')[1].click()")
    draft = accepted(chrome, desk, panel)
    assert draft["answers"][1]["origin"]["kind"] == "local"
    assert draft["answers"][1]["origin"]["engine"]["llama_cpp"]
    known = panel.until("document.querySelector('#where .now').textContent.includes('On the bench')")
    assert known
    record = desk.asked("save", "record")
    panel.until("document.querySelector('#where .now').textContent.includes('Saved')")
    desk.asked("seal", "done", record=record)
    panel.until("document.querySelector('#where .now').textContent.includes('Signed')")


def test_the_panel_says_that_a_state_is_the_last_known_while_the_desk_is_away(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    assert panel.value("document.getElementById('stale').hidden")
    desk.kill()
    panel.until("!document.getElementById('stale').hidden")
    assert panel.value("document.querySelector('#where .now').textContent").endswith("On the desk")


def test_what_was_said_is_there_when_the_panel_is_opened_again(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    at(panel, "#ratings [tabindex='0']")
    press(panel, "3")
    panel.write("justification", "Well.")
    panel.until("!document.getElementById('send').disabled")
    panel.send("Page.reload")
    panel.until("document.querySelector('#ratings [aria-checked=\"true\"]')?.textContent === '3'")
    assert panel.value("document.getElementById('justification').value") == "Well."


@pytest.mark.long
def test_another_capture_sets_aside_what_was_worked_on_and_only_that(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = ready(chrome, desk)
    panel.until("!document.getElementById('send').disabled")
    at(panel, "#ratings [tabindex='0']")
    press(panel, "3")
    panel.write("justification", "Well.")
    panel.until("document.querySelector('#ratings [aria-checked=\"true\"]')?.textContent === '3'")
    captured(chrome)
    panel.until("document.querySelectorAll('#aside-list li').length === 1")
    assert panel.value("document.getElementById('justification').value") == ""
    captured(chrome)  # the one between was not touched
    panel.until("document.getElementById('prompt').value === ''")
    assert panel.value("document.querySelectorAll('#aside-list li').length") == 1
    panel.value("document.querySelector('#aside-list button').click()")
    panel.until("document.getElementById('justification').value === 'Well.'")
    panel.until("document.getElementById('aside').hidden")
    draft = accepted(chrome, desk, panel)
    assert (draft["justification"], [each["value"] for each in draft["ratings"]]) == ("Well.", [3])


@pytest.mark.long
def test_what_the_window_refuses_is_said_in_the_language_of_the_panel(
    play: Playwright, place: Path, address: str, desk: DeskOfTest
) -> None:
    program = Program.this_one(place / "profile")
    chrome = Chrome(play, place / "chrome", address, host=program, language="de")
    try:
        panel = ready(chrome, desk)
        panel.press("ask")  # nothing was said about models: there is none
        panel.until("document.getElementById('own-problem').textContent")
        said = panel.value("document.getElementById('own-problem').textContent")
        assert said.startswith("Auf diesem Rechner gibt es kein Modell.")
    finally:
        chrome.close()
