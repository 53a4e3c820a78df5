"""What the worker says while a button is held down takes nothing of the click: of a rating, of what was set aside."""

from __future__ import annotations

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import captured
from tests.desktop.browser.test_panel_judging import ready

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

# Has the worker say how everything stands, as it does after each act and every few seconds.
SAID = """new Promise((done) => {
    const port = chrome.runtime.connect();
    port.onMessage.addListener(({ t }) => t === "done" && (port.disconnect(), setTimeout(() => done(true))));
    port.postMessage({ do: "stop", number: 1 });
})"""
RATING = "document.querySelectorAll('#ratings .scale button')[2]"
RATED = "[...document.querySelectorAll('#ratings [aria-checked=true]')].map((e) => e.textContent)"


def click(panel: Panel, button: str) -> None:
    """A mouse that presses, hears the worker, and lets go."""
    panel.send("Page.bringToFront")
    panel.value(f"{button}.scrollIntoView({{ block: 'center' }})")
    x, y = panel.value(f"(b => [(b.left + b.right) / 2, (b.top + b.bottom) / 2])({button}.getBoundingClientRect())")
    where = {"x": x, "y": y, "button": "left", "clickCount": 1}
    panel.send("Input.dispatchMouseEvent", type="mousePressed", **where)
    assert panel.value(SAID)
    panel.send("Input.dispatchMouseEvent", type="mouseReleased", **where)


def test_a_rating_that_is_clicked_or_pressed_while_the_worker_says_something_is_made(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """Its button was made anew between press and release, and nothing was clicked."""
    panel = ready(chrome, desk)
    click(panel, RATING)
    assert panel.value(RATED) == ["2"]
    panel.value(f"{RATING}.focus()")
    panel.send("Input.dispatchKeyEvent", type="keyDown", key=" ", code="Space", windowsVirtualKeyCode=32, text=" ")
    assert panel.value(SAID)
    panel.send("Input.dispatchKeyEvent", type="keyUp", key=" ", code="Space", windowsVirtualKeyCode=32)
    assert panel.value(RATED) == []  # taken back


def test_a_button_of_what_was_set_aside_is_clicked_and_what_was_said_meanwhile_is_shown_then(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = ready(chrome, desk)
    panel.write("justification", "Well.")
    captured(chrome)
    panel.until("document.querySelectorAll('#aside-list li').length === 1")
    click(panel, "document.querySelector('#aside-list button')")
    panel.until("document.getElementById('justification').value === 'Well.'")
