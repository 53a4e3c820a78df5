"""The true window that can be halted, and what can end beside it: for the tests that walk the arrows."""

from __future__ import annotations

from typing import Any

from tests.desktop.browser.chrome import Chrome, kill_hosts
from tests.desktop.browser.steps import captured
from tests.desktop.browser.true_window import Window, connect

VICTIMS = ("worker", "host", "window")


class Halting(Window):
    module = "tests.desktop.browser.halting_window"

    def halt(self, at: str) -> None:
        """From its answer on it halts at the next of these: what comes there before would go through."""
        assert self.asked("halt", "halts", at=at) == at

    def counts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.asked("counts", "counts")
        return found


def end(victim: str, chrome: Chrome, window: Window) -> None:
    if victim == "worker":
        chrome.stop_worker()
    elif victim == "host":
        kill_hosts(window.profile)
    else:
        window.kill()
        window.again()


def let_come(chrome: Chrome, window: Halting) -> None:
    """The browser is connected, and nothing stands in the panel."""
    connect(window, captured(chrome))
    chrome.panel().press("drop")
