"""The window's rubric becomes another one while the panel is open: the panel has it soon, and mixes no two of them."""

from __future__ import annotations

import pytest

from desktop.browser.hosts import EXTENSION_ID
from feedback_store import rubrics
from tests.desktop.browser.chrome import Chrome, DeskOfTest
from tests.desktop.browser.steps import at, captured, connected, press
from tests.desktop.browser.test_panel_judging import accepted, ready

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

NAME = "document.getElementById('rubric-name').textContent"
RATED = "[...document.querySelectorAll('#ratings [aria-checked=true]')].map((e) => e.textContent)"
JUDGING = "!document.getElementById('judging').hidden"


def test_another_rubric_of_the_window_is_in_the_panel_without_a_new_session(chrome: Chrome, desk: DeskOfTest) -> None:
    """It was asked for as a session began, and what was judged by the old one was left out on the desk."""
    panel = ready(chrome, desk)
    before = panel.value(NAME)
    desk.do("rubric", id="ultrafeedback")
    panel.until(f"{NAME} !== {before!r}")
    at(panel, "#ratings [tabindex='0']")
    press(panel, "4")
    assert accepted(chrome, desk, panel)["rubric"] == rubrics.load("ultrafeedback").sha256


def test_what_is_begun_by_one_rubric_is_judged_by_it_to_its_end_and_the_next_capture_by_the_new_one(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """Values of one scale stood as values of another one's."""
    panel = ready(chrome, desk)
    before = panel.value(NAME)
    at(panel, "#ratings [tabindex='0']")
    press(panel, "0")
    panel.write("justification", "By the first.")
    panel.until(KEPT.format("draft.judging?.justification === 'By the first.'"))
    desk.do("rubric", id="ultrafeedback")
    panel.until(KEPT.format(f"(await database.rubric()).sha256 === {rubrics.load('ultrafeedback').sha256!r}"))
    panel.send("Page.reload")
    panel.until("document.getElementById('justification')?.value === 'By the first.'")
    assert (panel.value(NAME), panel.value(RATED)) == (before, ["0"])
    draft = accepted(chrome, desk, panel)
    assert draft["rubric"] == rubrics.load("helpsteer2").sha256
    assert [each["value"] for each in draft["ratings"]] == [0]
    captured(chrome)
    panel.until(f"{JUDGING} && {NAME} !== {before!r}")
    assert panel.value(RATED) == []


def test_who_deletes_all_that_is_kept_in_the_browser_can_judge_the_next_capture(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """The rubric went too, and a connected browser was told to be connected until the next session."""
    panel = ready(chrome, desk)
    forget_all(chrome)
    panel.until("document.getElementById('draft').hidden")
    captured(chrome)
    panel.until(JUDGING)


def test_where_no_rubric_is_known_it_says_what_brings_one(chrome: Chrome, desk: DeskOfTest) -> None:
    """Whoever was connected was told to connect, where Preceptor was closed."""
    text = "(e => e.checkVisibility() && e.textContent)(document.getElementById('no-rubric'))"
    panel = captured(chrome)
    assert panel.until(text) == "Ratings and flags come with the rubric of your project: connect this browser once."
    connected(chrome, desk, panel)
    panel.until(JUDGING)
    desk.kill()
    panel.until("document.getElementById('standing').textContent === 'Preceptor is closed'")
    forget_all(chrome)
    panel.until("document.getElementById('draft').hidden")
    captured(chrome)
    assert panel.until(text) == "Ratings and flags come with the rubric of your project, once Preceptor is open."


def forget_all(chrome: Chrome) -> None:
    """Delete all that is kept in the browser, in the options."""
    options = chrome.context.new_page()
    options.goto(f"chrome-extension://{EXTENSION_ID}/options/options.html")
    options.click("#delete")
    options.click("#delete-now")
    options.locator("#kept", has_text="Nothing is kept here.").wait_for()
    options.close()


KEPT = """(async () => {{
    const {{ openDatabase }} = await import(chrome.runtime.getURL("worker/database.js"));
    const database = await openDatabase();
    const draft = await database.draft();
    return {};
}})()"""
