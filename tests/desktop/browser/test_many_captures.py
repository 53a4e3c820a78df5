"""T5: many captures in a moment, in a real Chromium: none is lost. The desk takes some, and says of the others in words
that they wait; those stay in the extension and follow by themselves.

They are sent by the panel's page as the panel does, by its own words to the worker, only faster than a person could.
"""

from __future__ import annotations

import pytest

from desktop.flow import capturing
from feedback_store.inbox import MOST_WAITING
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel, until
from tests.desktop.browser.steps import captured, connected

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]

SEND = """void (async (count) => {
    const { openDatabase } = await import("../worker/database.js");
    const { newId } = await import("../worker/captures.js");
    const database = await openDatabase(), port = chrome.runtime.connect(), ends = new Map();
    port.onMessage.addListener(({ t, number }) => t === "done" && ends.get(number)?.());
    const draft = await database.draft();
    for (let number = 1; number <= count; number++) {
        const [id, response] = [newId(new Date()), `Answer ${number}.`];
        await database.keepDraft({ ...draft, id, response });
        const done = new Promise((end) => ends.set(number, end));
        const { round, chosen } = draft;
        const edits = { messages: [{ role: "user", content: "Why?" }], response, keepUrl: false, round, chosen };
        port.postMessage({ do: "send", id, edits, number });
        await done;
    }
    port.disconnect();
    globalThis.sentAll = true;
})"""
SAID = "[...document.querySelectorAll('#waiting-list li .said')].map((each) => each.textContent)"
KEPT = "[...document.querySelectorAll('#waiting-list li .beginning')].map((each) => each.textContent)"


def send_many(chrome: Chrome, desk: DeskOfTest, count: int) -> Panel:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.value(f"{SEND}({count})")
    panel.until("globalThis.sentAll", patience_s=300)
    return panel


def answers(desk: DeskOfTest) -> list[str]:
    return sorted(each["response"] for each in desk.inbox())


def test_t5_more_captures_than_are_taken_at_once_are_all_on_the_desk_once(chrome: Chrome, desk: DeskOfTest) -> None:
    count = capturing.BURST + 20
    panel = send_many(chrome, desk, count)
    until(chrome.page, lambda: len(desk.inbox()) >= count, "all are on the desk", patience_s=120)
    panel.until("document.getElementById('waiting').hidden")
    assert answers(desk) == sorted(f"Answer {number}." for number in range(1, count + 1))


@pytest.mark.soak
def test_t5_of_more_than_a_thousand_captures_each_is_on_the_desk_or_kept_with_a_reason(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    count = MOST_WAITING + 2
    panel = send_many(chrome, desk, count)
    until(chrome.page, lambda: len(desk.inbox()) == MOST_WAITING, "a thousand are on the desk", patience_s=600)
    panel.until(f"{SAID}.some((each) => each.includes('inbox is full'))", patience_s=120)
    assert sorted(answers(desk) + panel.value(KEPT)) == sorted(f"Answer {number}." for number in range(1, count + 1))
