"""A word that the panel says again, its worker stopped before it said that it is done, takes nothing newer."""

from __future__ import annotations

import json

import pytest

from tests.desktop.browser.chrome import Chrome, Panel
from tests.desktop.browser.steps import captured, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

# Says a word to the worker as a panel does, and waits until it is done.
SAY = """(word) => new Promise((done) => {
    const port = chrome.runtime.connect();
    port.onMessage.addListener((told) => told.t === "done" && (port.disconnect(), done(true)));
    port.postMessage({ number: 1, ...word });
})"""
KEPT = """(async () => {
    const { openDatabase } = await import(chrome.runtime.getURL("worker/database.js"));
    const database = await openDatabase();
    return [(await database.draft())?.title ?? "", (await database.outbox()).length];
})()"""
DRAFT = """(async () => {
    const { openDatabase } = await import(chrome.runtime.getURL("worker/database.js"));
    return (await (await openDatabase()).draft()).id;
})()"""


def say(panel: Panel, act: str, **told: object) -> None:
    assert panel.value(f"({SAY})({json.dumps({'do': act, **told})})")


def test_a_discard_that_is_said_again_leaves_the_capture_that_was_taken_since(chrome: Chrome) -> None:
    panel = captured(chrome, "The first")
    first = panel.value(DRAFT)
    panel.press("drop")
    panel.until("document.getElementById('draft').hidden")
    captured(chrome, "The second")
    say(panel, "drop", id=first)
    assert panel.value(KEPT) == ["The second", 0]
    say(panel, "drop", id=panel.value(DRAFT))
    assert panel.value(KEPT) == ["", 0]


def test_deleting_everything_that_is_said_again_leaves_what_was_taken_since(chrome: Chrome) -> None:
    panel = captured(chrome, "The first")
    say(panel, "forgetAll", id="a wish")
    assert panel.value(KEPT) == ["", 0]
    sent(captured(chrome, "The second"))
    captured(chrome, "The third")
    say(panel, "forgetAll", id="a wish")
    assert panel.value(KEPT) == ["The third", 1]
    say(panel, "forgetAll", id="another wish")
    assert panel.value(KEPT) == ["", 0]


def test_what_is_deleted_while_it_is_being_sent_is_not_the_next_one_to_go(chrome: Chrome) -> None:
    panel = captured(chrome)
    assert panel.value("""(async () => {
        const { openDatabase } = await import(chrome.runtime.getURL("worker/database.js"));
        const database = await openDatabase();
        const waiting = { id: "1", bytes: new Uint8Array(1), sha256: "", at: "", origin: "", beginning: "" };
        await Promise.all([database.send(waiting), database.forget("1")]);
        return (await database.next()) === undefined;
    })()""")
