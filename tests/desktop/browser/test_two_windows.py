"""One browser with the panel open in two of its windows: both show the one draft, and neither overwrites the other."""

from __future__ import annotations

import pytest

from desktop.browser.hosts import EXTENSION_ID
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel, panels, until
from tests.desktop.browser.steps import CTRL, arrived, captured, connected

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

PROMPT = "document.getElementById('prompt').value"
WHY = "document.getElementById('justification').value"
HEARD = "document.getElementById('heard').textContent"
TAB = {"filter": [{"type": "tab", "exclude": False}, {"exclude": True}]}


def in_another_window(chrome: Chrome) -> Panel:
    """The panel of a second window, which shows what the first one shows."""
    address, before = f"{chrome.address}/sites/chatgpt.html", set(panels(chrome.cdp))
    chrome.cdp.send("Target.createTarget", {"url": address, "newWindow": True})
    tabs: list[str] = []

    def look() -> bool:
        infos = chrome.cdp.send("Target.getTargets", TAB)["targetInfos"]
        tabs[:] = [each["targetId"] for each in infos if each["url"] == address]
        return bool(tabs)

    until(chrome.page, look, "the second window is open")
    chrome.cdp.send("Extensions.triggerAction", {"id": EXTENSION_ID, "targetId": tabs[0]})
    until(chrome.page, lambda: len(panels(chrome.cdp)) == 2, "its panel is open")
    panel = Panel(chrome.cdp, chrome.page, (set(panels(chrome.cdp)) - before).pop())
    panel.until("document.readyState === 'complete' && document.getElementById('response')?.value")
    return panel


def why(panel: Panel, text: str) -> None:
    panel.value(
        f"(e => {{ e.value = {text!r}; e.dispatchEvent(new Event('input')); }})"
        "(document.getElementById('justification'))"
    )


def test_what_is_typed_in_one_window_stands_in_the_other_and_is_what_that_one_sends(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    first = captured(chrome)
    connected(chrome, desk, first)
    second = in_another_window(chrome)
    first.until(f"{PROMPT} === {second.value(PROMPT)!r}")
    first.write("prompt", "Edited in the first")
    why(first, "A reason of the first")
    second.until(f"{PROMPT} === 'Edited in the first' && {WHY} === 'A reason of the first'")
    assert second.value(HEARD) == ""
    why(second, "A reason of both")
    first.until(f"{WHY} === 'A reason of both'")
    assert first.value(PROMPT) == "Edited in the first"
    second.key("Enter", 13, CTRL)
    second.until("document.getElementById('draft').hidden")
    arrived(second)
    (kept,) = desk.inbox()
    assert kept["messages"][-1] == ["user", "Edited in the first"]


def test_words_that_give_way_to_those_of_another_window_are_told(chrome: Chrome) -> None:
    first = captured(chrome)
    second = in_another_window(chrome)
    first.until(f"{PROMPT} === {second.value(PROMPT)!r}")
    # It types on, and its rest never comes, while the first one's words arrive.
    second.value(
        "setInterval(() => document.getElementById('prompt').value !== 'Of the first'"
        " && document.getElementById('prompt').dispatchEvent(new Event('input')), 50) && true"
    )
    first.write("prompt", "Of the first")
    second.until(f"{PROMPT} === 'Of the first' && {HEARD}.startsWith('Two windows changed this capture')")
