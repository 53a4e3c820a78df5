"""T7: whatever ends at whichever arrow of a capture's way, it is on the desk exactly once, and once in the batch.

The true window, host and browser. Here each arrow is walked with one of what can end; all of them, three times each,
are in the soak (`just soak -k arrow`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Playwright

from tests.desktop.browser.chrome import Chrome, Panel, kill_hosts, until
from tests.desktop.browser.halting import VICTIMS, Halting, end, let_come
from tests.desktop.browser.halting_window import PAIRING, RESUMING, WRITES
from tests.desktop.browser.halting_worker import INSIDE, go_on, halt_worker, wait_for_halt
from tests.desktop.browser.steps import ANSWER, DIGITS, arrived, captured, sent
from tests.desktop.browser.test_page_to_batch import judged
from tests.desktop.browser.true_window import let_in

pytestmark = pytest.mark.needs("chromium")

VERDICT = ("verdict", "verdict's acknowledgement")
WAY = (*INSIDE, *RESUMING, "capture", "acknowledgement")
# What is done at the window so that it comes to an arrow.
ACTS = {each: act for act in ("accept", "save", "release", "seal") for each in (act, f"{act.removesuffix('e')}ed")}


# From the page to the desk


def walk(chrome: Chrome, window: Halting, arrow: str, victim: str, before: int) -> None:
    """One capture, with an end at an arrow; `before` are on the desk already."""
    if arrow == "page":
        chrome.go("plain.html")
        halt_worker(chrome, arrow)
        chrome.judge()
    else:
        panel = captured(chrome)
        if arrow in INSIDE:
            halt_worker(chrome, arrow)
        else:
            window.halt(arrow)
        if arrow in RESUMING:
            kill_hosts(window.profile)  # so that the browser comes again
        sent_off(panel)
    if arrow in INSIDE:
        wait_for_halt(chrome, arrow)
    else:
        assert window.hear() == {"halted": arrow}
    end(victim, chrome, window)
    if arrow in INSIDE and victim != "worker":
        go_on(chrome)
    elif arrow in WRITES and victim != "window":
        window.do("go_on")
    if arrow == "page":  # nothing was captured, or all of it; the button is pressed again
        sent(captured(chrome))
    arrived(chrome.panel())
    assert window.inbox() == [ANSWER] * (before + 1)


def sent_off(panel: Panel) -> None:
    """Said, whether or not it is done."""
    panel.write("prompt", "Should I ask for antibiotics?")
    panel.until("!document.getElementById('send').disabled")
    panel.key("Enter", 13, 2)


def test_t7_what_ends_at_an_arrow_from_the_page_to_the_desk_loses_and_doubles_nothing(
    chrome: Chrome, halting_window: Halting
) -> None:
    let_come(chrome, halting_window)
    for number, arrow in enumerate(WAY):
        walk(chrome, halting_window, arrow, VICTIMS[number % 3], number)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", WAY)
def test_t7_every_arrow_to_the_desk_with_everything_that_can_end_three_times_each(
    chrome: Chrome, halting_window: Halting, arrow: str, victim: str
) -> None:
    let_come(chrome, halting_window)
    for before in range(3):
        walk(chrome, halting_window, arrow, victim, before)


def walk_judged(chrome: Chrome, window: Halting, arrow: str, victim: str, before: int) -> None:
    """One capture with its judgement, with an end while that is written; `before` are on the desk already."""
    panel = captured(chrome)
    panel.write("prompt", "Should I ask for antibiotics?")
    window.halt(arrow)
    judged(panel, 1, chrome.page.title())
    assert window.hear() == {"halted": arrow}
    end(victim, chrome, window)
    if victim != "window":
        window.do("go_on")
    panel = chrome.panel()
    panel.until("document.getElementById('waiting').hidden && document.getElementById('standing').className === 'well'")
    arrived(panel)
    assert window.inbox() == [ANSWER] * (before + 1)
    assert window.counts()["verdicts"] == before + 1


@pytest.mark.long
def test_t7_what_ends_while_a_judgement_is_written_beside_its_capture_loses_and_doubles_nothing(
    chrome: Chrome, halting_window: Halting
) -> None:
    let_come(chrome, halting_window)
    for number, (arrow, victim) in enumerate(zip(VERDICT, ("host", "window"), strict=True)):
        walk_judged(chrome, halting_window, arrow, victim, number)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", VERDICT)
def test_t7_every_arrow_of_a_judgement_with_everything_that_can_end_three_times_each(
    chrome: Chrome, halting_window: Halting, arrow: str, victim: str
) -> None:
    let_come(chrome, halting_window)
    for before in range(3):
        walk_judged(chrome, halting_window, arrow, victim, before)


SOAKED = [pytest.param(each, marks=pytest.mark.soak) for each in ("outbox", "arrived", "forgotten")]


@pytest.mark.long
@pytest.mark.parametrize("arrow", ["kept", *SOAKED])
def test_t7_a_browser_that_is_killed_at_an_arrow_hands_over_once_when_it_is_started_again(
    play: Playwright, address: str, chrome: Chrome, halting_window: Halting, arrow: str
) -> None:
    let_come(chrome, halting_window)
    panel = captured(chrome)
    halt_worker(chrome, arrow)
    sent_off(panel)
    wait_for_halt(chrome, arrow)
    chrome.kill()
    later = Chrome(play, chrome.folder, address, host=None)
    if arrow == "outbox":  # it was not on the disk, so it was not sent; the draft was
        assert halting_window.inbox() == []
        sent(captured(later, "After the kill"))  # the draft of before is shown until this one is there
    until(later.page, lambda: halting_window.inbox() == [ANSWER], "the capture is on the desk")
    panel = captured(later)
    panel.until("document.getElementById('standing').className === 'well'")
    panel.until("document.getElementById('waiting').hidden")
    assert halting_window.inbox() == [ANSWER]
    later.close()


# While a browser is connected for the first time


def walk_pairing(chrome: Chrome, window: Halting, arrow: str, victim: str, before: int) -> None:
    """A browser is connected, with an end at an arrow; what was sent before it was follows once."""
    panel = captured(chrome)
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    window.do("pair")
    assert window.hear() == {"waits": True}
    window.halt(arrow)
    kill_hosts(window.profile)  # the next one introduces itself
    panel.press("pair")
    shown = ""
    if arrow == "data back":
        window.do("asked")
        assert window.hear() == {"asked": True}
        shown = panel.until(DIGITS)
        window.do("allow", code=shown)
    assert window.hear() == {"halted": arrow}
    shown = shown or str(panel.value("document.getElementById('code-shown').textContent"))
    if arrow == "data back":
        assert window.hear() == {"allowed": True}
    end(victim, chrome, window)
    again(chrome, window, shown, dialog=victim != "window" and arrow != "data back")
    arrived(chrome.panel())
    assert window.inbox() == [ANSWER] * (before + 1)
    assert window.counts()["browsers"] == 1
    panel = chrome.panel()
    panel.value("document.getElementById('more').open = true")
    panel.press("leave")
    panel.until("document.getElementById('leave').hidden")


def again(chrome: Chrome, window: Halting, shown: str, *, dialog: bool) -> None:
    """What a person does then: Connect in the window, where its dialog is gone, and in the panel, where that asks."""
    if not dialog:
        window.do("pair")
        assert window.hear() == {"waits": True}
    panel = chrome.panel()
    fresh = (
        f"!document.getElementById('code').hidden && document.getElementById('code-shown').textContent !== {shown!r}"
    )

    def asks() -> bool:
        return bool(
            panel.value(
                "(e => { if (e.checkVisibility() && !e.disabled) e.click(); })(document.getElementById('pair')) || "
                f"({fresh})"
            )
        )

    until(chrome.page, asks, "new digits are shown")
    let_in(window, panel, shown)


@pytest.mark.long
def test_t7_what_ends_at_an_arrow_of_the_pairing_loses_and_doubles_nothing(
    chrome: Chrome, halting_window: Halting
) -> None:
    for number, arrow in enumerate(PAIRING):
        walk_pairing(chrome, halting_window, arrow, VICTIMS[number % 3], number)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", PAIRING)
def test_t7_every_arrow_of_the_pairing_with_everything_that_can_end_three_times_each(
    chrome: Chrome, halting_window: Halting, arrow: str, victim: str
) -> None:
    for before in range(3):
        walk_pairing(chrome, halting_window, arrow, victim, before)


# From the desk to the batch

# What there is after each: captures that wait, judgements, those of them not released, and lines of batches.
STANDS = {
    "accept": (1, 0, 0, 0),
    "accepted": (0, 0, 0, 0),
    "save": (0, 0, 0, 0),
    "saved": (0, 1, 1, 0),
    "release": (0, 1, 1, 0),
    "released": (0, 1, 0, 0),
    "seal": (0, 1, 0, 0),
    "sealed": (0, 1, 0, 1),
}


def walk_desk(window: Halting, arrows: Sequence[str], number: int) -> None:
    """The capture that waits becomes a draft, a judgement and a line of a batch; at each arrow the window ends."""
    for arrow in arrows:
        inbox, judgements, unreleased, lines = STANDS[arrow]
        window.halt(arrow)
        window.do(ACTS[arrow])
        assert window.hear() == {"halted": arrow}
        window.kill()
        window.again()
        found = window.counts()
        assert found["sealed"] == [1] * (number + lines), arrow
        assert (found["inbox"], found["records"], found["saved"]) == (inbox, number + judgements, unreleased), arrow


@pytest.mark.long
@pytest.mark.parametrize(
    ("arrows", "rounds"),
    [
        pytest.param([each for each in STANDS if each not in ACTS.values()], 1, id="committed"),
        pytest.param([*STANDS], 3, id="all", marks=pytest.mark.soak),
    ],
)
def test_t7_a_window_that_ends_at_an_arrow_from_the_desk_to_the_batch_loses_and_doubles_nothing(
    chrome: Chrome, halting_window: Halting, arrows: Sequence[str], rounds: int
) -> None:
    let_come(chrome, halting_window)
    for number in range(rounds):
        panel = captured(chrome)
        panel.write("prompt", "Should I ask for antibiotics?")
        judged(panel, 1, chrome.page.title())
        arrived(chrome.panel())
        walk_desk(halting_window, arrows, number)
