"""Two browsers at once with the true window: each capture comes by its own browser's pairing, and is answered there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, Panel, until
from tests.desktop.browser.steps import arrived, captured, sent
from tests.desktop.browser.true_window import Window, connect

pytestmark = pytest.mark.needs("chromium")

PAIRING = """(async () => {
    const { openDatabase } = await import("../worker/database.js");
    return (await (await openDatabase()).desk()).pairing;
})()"""


@pytest.fixture
def second(play: Playwright, place: Path, address: str, true_window: Window) -> Iterator[Chrome]:
    started = Chrome(play, place / "second", address, host=Program.this_one(true_window.profile))
    yield started
    started.close()


def test_interleaved_captures_of_two_browsers_come_each_by_its_own_pairing_and_are_answered_there(
    chrome: Chrome, second: Chrome, true_window: Window
) -> None:
    browsers = {"first": chrome, "second": second}
    pairings: dict[str, str] = {}
    for name, browser in browsers.items():
        panel = captured(browser)
        connect(true_window, panel)
        pairings[name] = str(panel.value(PAIRING))
        panel.press("drop")
        panel.until("document.getElementById('draft').hidden")  # the next one is not taken for it
    assert len(set(pairings.values())) == 2
    for number in range(3):
        panels: list[tuple[str, Panel]] = [(name, captured(browser)) for name, browser in browsers.items()]
        for name, panel in panels if number % 2 else reversed(panels):
            sent(panel, f"{name} {number}")
    for browser in browsers.values():
        arrived(browser.panel())  # it has its own acknowledgements: nothing waits there any more
    expected = sorted([pairings[name], f"{name} {number}"] for name in browsers for number in range(3))
    until(chrome.page, lambda: true_window.asked("came", "came") == expected, "each came by its own")
