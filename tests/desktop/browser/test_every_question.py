"""T7: whatever ends while the window is asked, or has own models answer, loses nothing that is handed over after it.

As test_every_arrow.py, with the arrows of a session beside a capture's way: the panel's questions, and what own models
write. Here each arrow is walked with one of what can end; all of them, three times each, are in the soak.
"""

from __future__ import annotations

import pytest

from tests.desktop.browser.chrome import Chrome, kill_hosts
from tests.desktop.browser.halting import VICTIMS, Halting, end, let_come
from tests.desktop.browser.halting_window import ASKED, QUESTIONS
from tests.desktop.browser.steps import ANSWER, arrived, captured, sent
from tests.desktop.browser.test_page_to_batch import judged

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]

PROBLEM = "document.getElementById('own-problem').textContent"


def walk_question(chrome: Chrome, window: Halting, arrow: str, victim: str, before: int) -> None:
    """Something ends while the window is asked; the next capture is on the desk once. `before` are there already."""
    window.halt(arrow)
    if arrow == "page.find":
        panel = captured(chrome)
        panel.press("drop")
        panel.until("document.getElementById('draft').hidden")  # the next one is not taken for it
    else:
        kill_hosts(window.profile)  # so that the browser comes again, and asks
    assert window.hear() == {"halted": arrow}
    end(victim, chrome, window)
    sent(captured(chrome))
    arrived(chrome.panel())
    assert window.inbox() == [ANSWER] * (before + 1)


def begin(chrome: Chrome, window: Halting) -> None:
    """One capture is on the desk, whose state is asked for from then on."""
    let_come(chrome, window)
    sent(captured(chrome))
    arrived(chrome.panel())


@pytest.mark.long
def test_t7_what_ends_while_the_window_is_asked_loses_and_doubles_nothing(
    chrome: Chrome, halting_window: Halting
) -> None:
    begin(chrome, halting_window)
    for number, arrow in enumerate(QUESTIONS):
        walk_question(chrome, halting_window, arrow, VICTIMS[number % 3], number + 1)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", QUESTIONS)
def test_t7_every_arrow_of_a_question_with_everything_that_can_end_three_times_each(
    chrome: Chrome, halting_window: Halting, arrow: str, victim: str
) -> None:
    begin(chrome, halting_window)
    for before in range(3):
        walk_question(chrome, halting_window, arrow, victim, before + 1)


def walk_asked(chrome: Chrome, window: Halting, arrow: str, victim: str, before: int) -> None:
    """Something ends while own models write; they are asked again, and what is judged is on the desk once."""
    panel = captured(chrome)
    panel.write("prompt", "Should I ask for antibiotics?")
    panel.until("!document.getElementById('judging').hidden")
    panel.value("document.getElementById('ask-count').value = '1'")
    window.halt(arrow)
    panel.press("ask")
    assert window.hear() == {"halted": arrow}
    end(victim, chrome, window)
    panel = chrome.panel()
    panel.until(f"{PROBLEM} === 'The connection ended before they were written. Ask again.'")
    judged(panel, 1, chrome.page.title(), own=True)
    arrived(chrome.panel())
    assert window.inbox() == [ANSWER] * (before + 1)
    assert window.counts()["verdicts"] == before + 1


@pytest.mark.long
def test_t7_what_ends_while_own_models_write_loses_and_doubles_nothing(chrome: Chrome, halting_window: Halting) -> None:
    let_come(chrome, halting_window)
    for number, arrow in enumerate(ASKED):
        walk_asked(chrome, halting_window, arrow, VICTIMS[(number + 1) % 3], number)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", ASKED)
def test_t7_every_arrow_of_an_asking_with_everything_that_can_end_three_times_each(
    chrome: Chrome, halting_window: Halting, arrow: str, victim: str
) -> None:
    let_come(chrome, halting_window)
    for before in range(3):
        walk_asked(chrome, halting_window, arrow, victim, before)
