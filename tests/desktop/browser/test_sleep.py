"""T7: a computer that sleeps, and a browser that unloads its worker: what was sent is on the desk once, and the session
goes on by itself.

What sleeps is halted by the system (SIGSTOP): it hears and says nothing until it is woken, and its sockets and pipes
stay open, as they do in a computer that sleeps.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from one_in import one_in

from tests.desktop.browser.chrome import Chrome, host_processes
from tests.desktop.browser.steps import ANSWER, arrived, captured, sent
from tests.desktop.browser.test_every_arrow import Halting, let_come, sent_off
from tests.desktop.browser.true_window import Window

pytestmark = pytest.mark.needs("chromium")

WELL = "document.getElementById('standing').className === 'well'"
KEPT = "!document.getElementById('waiting').hidden"


def processes(who: str, chrome: Chrome, window: Window) -> list[int]:
    return {"host": host_processes(window.profile), "window": [window.process.pid], "browser": chrome.processes()}[who]


@contextmanager
def asleep(who: Sequence[int]) -> Iterator[None]:
    assert who
    for each in who:
        os.kill(each, signal.SIGSTOP)
    try:
        while any(state(each) not in "TZ" for each in who):
            os.sched_yield()
        yield
    finally:
        for each in who:
            os.kill(each, signal.SIGCONT)


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("who", ["host", "window"])
def test_t7_what_is_sent_while_the_way_sleeps_is_kept_and_arrives_once_in_the_same_session(
    chrome: Chrome, halting_window: Halting, who: str
) -> None:
    let_come(chrome, halting_window)
    hosts = host_processes(halting_window.profile)
    panel = captured(chrome)
    with asleep(processes(who, chrome, halting_window)):
        sent(panel)
        panel.until(KEPT)
    arrived(panel)
    assert halting_window.inbox() == [ANSWER]
    assert host_processes(halting_window.profile) == hosts
    sent(captured(chrome))
    arrived(panel)
    assert halting_window.inbox() == [ANSWER] * 2


@pytest.mark.long
def test_t7_a_browser_that_sleeps_while_the_desk_writes_hears_of_it_when_it_is_woken(
    chrome: Chrome, halting_window: Halting
) -> None:
    let_come(chrome, halting_window)
    panel = captured(chrome)
    halting_window.halt("capture")
    sent_off(panel)
    assert halting_window.hear() == {"halted": "capture"}
    with asleep(processes("browser", chrome, halting_window)):
        halting_window.do("go_on")
        while halting_window.inbox() != [ANSWER]:
            pass
    arrived(panel)
    assert halting_window.inbox() == [ANSWER]


@pytest.mark.long
@pytest.mark.parametrize("arrow", one_in(2, ["capture", "acknowledgement"]))
def test_t7_a_computer_that_sleeps_in_the_midst_of_a_capture_has_it_once_when_it_is_woken(
    chrome: Chrome, halting_window: Halting, arrow: str
) -> None:
    let_come(chrome, halting_window)
    panel = captured(chrome)
    halting_window.halt(arrow)
    sent_off(panel)
    assert halting_window.hear() == {"halted": arrow}
    with asleep([each for who in ("browser", "host", "window") for each in processes(who, chrome, halting_window)]):
        pass
    halting_window.do("go_on")
    arrived(panel)
    assert halting_window.inbox() == [ANSWER]


@pytest.mark.long
def test_t7_a_worker_that_is_unloaded_while_the_way_sleeps_hands_over_once_when_it_runs_again(
    chrome: Chrome, halting_window: Halting
) -> None:
    let_come(chrome, halting_window)
    panel = captured(chrome)
    with asleep(host_processes(halting_window.profile)):
        sent(panel)
        panel.until(KEPT)
        chrome.stop_worker()
    arrived(chrome.panel())
    assert halting_window.inbox() == [ANSWER]


def test_t7_a_worker_that_was_unloaded_at_rest_resumes_its_session(chrome: Chrome, halting_window: Halting) -> None:
    let_come(chrome, halting_window)
    for number in (1, 2):
        chrome.stop_worker()
        chrome.panel().until(WELL)
        sent(captured(chrome))
        arrived(chrome.panel())
        assert halting_window.inbox() == [ANSWER] * number


@pytest.mark.soak
@pytest.mark.parametrize("who", ["host", "window"])
def test_t7_a_way_that_sleeps_longer_than_an_answer_is_waited_for_gets_it_once_in_another_session(
    chrome: Chrome, halting_window: Halting, who: str
) -> None:
    let_come(chrome, halting_window)
    panel = captured(chrome)
    with asleep(processes(who, chrome, halting_window)):
        sent(panel)
        panel.until(f"!({WELL})", patience_s=90)
    panel.until(WELL, patience_s=90)
    arrived(panel)
    assert halting_window.inbox() == [ANSWER]
