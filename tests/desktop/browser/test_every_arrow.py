"""T7: whatever ends at whichever arrow of the protocol, a capture is on the desk exactly once.

All of them, three times each, are in the soak (`just soak -k arrow`); here each arrow is walked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, kill_hosts
from tests.desktop.browser.halting_desk import ARROWS
from tests.desktop.browser.steps import ANSWER, arrived, captured, connected, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]

VICTIMS = ("worker", "host", "desk")
CAPTURE = ("capture", "acknowledgement")
EVERY = (*ARROWS, *CAPTURE)


class HaltingDeskOfTest(DeskOfTest):
    module = "tests.desktop.browser.halting_desk"


@pytest.fixture
def halting(place: Path) -> Iterator[HaltingDeskOfTest]:
    started = HaltingDeskOfTest(place / "profile")
    yield started
    started.stop()


@pytest.fixture
def open_chrome(play: Playwright, place: Path, address: str) -> Iterator[Callable[[], Chrome]]:
    opened: list[Chrome] = []

    def begin() -> Chrome:
        opened.append(Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile")))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def walk(chrome: Chrome, desk: HaltingDeskOfTest, arrow: str, victim: str, rounds: int) -> None:
    connected(chrome, desk, captured(chrome))
    chrome.panel().press("drop")
    for count in range(1, rounds + 1):
        panel = captured(chrome)
        if arrow == "capture":
            desk.do("hold")
            sent(panel)
        elif arrow == "acknowledgement":
            desk.do("drop_acks", count=1)
            sent(panel)
        else:
            desk.do("halt", at=arrow)
            kill_hosts(desk.profile)  # so that the browser comes again
            sent(panel)
        assert {"halted", "held", "kept"} & desk.hear().keys()
        end(victim, chrome, desk)
        if arrow == "capture" and victim != "desk":
            desk.do("release")
        arrived(chrome.panel())
        assert [each["response"] for each in desk.inbox()] == [ANSWER] * count


def end(victim: str, chrome: Chrome, desk: DeskOfTest) -> None:
    if victim == "worker":
        chrome.stop_worker()
    elif victim == "host":
        kill_hosts(desk.profile)
    else:
        desk.kill()
        desk.again()


@pytest.mark.parametrize(("arrow", "victim"), [(arrow, VICTIMS[number % 3]) for number, arrow in enumerate(EVERY)])
def test_t7_what_ends_at_an_arrow_loses_and_doubles_nothing(
    open_chrome: Callable[[], Chrome], halting: HaltingDeskOfTest, arrow: str, victim: str
) -> None:
    walk(open_chrome(), halting, arrow, victim, 1)


@pytest.mark.soak
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("arrow", EVERY)
def test_t7_every_arrow_with_everything_that_can_end_three_times_each(
    open_chrome: Callable[[], Chrome], halting: HaltingDeskOfTest, arrow: str, victim: str
) -> None:
    walk(open_chrome(), halting, arrow, victim, 3)
