"""The side panel for those who do not see it, or use no mouse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import captured, connected

pytestmark = pytest.mark.needs("chromium")

ROLES = {"button", "textbox", "checkbox", "DisclosureTriangle", "progressbar", "link"}


def spoken(panel: Panel) -> list[tuple[str, str]]:
    """What a screen reader is told of everything that takes the focus."""
    nodes: list[dict[str, Any]] = panel.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored") and node["role"]["value"] in ROLES
    ]


def tabbed(panel: Panel, times: int) -> list[str]:
    """What Tab goes to after the button that connects."""
    panel.until("!document.getElementById('pair').hidden")
    panel.value("document.getElementById('pair').focus()")
    found = []
    for _ in range(times):
        panel.key("Tab", 9)
        found.append(panel.value("document.activeElement.id || document.activeElement.localName"))
    return found


def test_everything_that_takes_the_focus_has_a_name(chrome: Chrome, desk: DeskOfTest) -> None:
    chrome.go("sites/openwebui.html")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value")
    panel.value("document.getElementById('earlier').open = true")
    panel.until("!document.getElementById('pair').hidden")
    named = spoken(panel)
    assert [role for role, name in named if not name.strip()] == []
    names = [name for _, name in named]
    for name in ("Connect", "Keep the page’s address", "The answer before", "Discard", "2 earlier turns"):
        assert name in names
    connected(chrome, desk, panel)
    assert [role for role, name in spoken(panel) if not name.strip()] == []


def test_tab_goes_from_the_prompt_over_the_answer_to_what_sends_it(chrome: Chrome) -> None:
    panel = captured(chrome)
    panel.write("prompt", "Why?")
    panel.until("!document.getElementById('send').disabled")
    assert tabbed(panel, 6) == ["keep-url", "prompt", "edit", "response-laid", "as-written", "ask-count"]
    assert tabbed(panel, 11)[8:] == ["drop", "rewrite", "send"]


def test_the_focus_begins_where_something_is_missing(chrome: Chrome) -> None:
    panel = captured(chrome)
    assert panel.value("document.activeElement.id") == "prompt"


def test_what_is_typed_stays_while_the_worker_says_something(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    panel.write("prompt", "Half a")
    connected(chrome, desk, panel)
    assert panel.value("document.getElementById('prompt').value") == "Half a"
    chrome.stop_worker()
    panel.write("prompt", "Half a prompt")
    panel.until("document.getElementById('standing').className === 'well'")
    assert panel.value("document.getElementById('prompt').value") == "Half a prompt"


def test_what_is_typed_while_another_answer_is_taken_stays_with_its_own(chrome: Chrome) -> None:
    """Another window's panel chooses within the pause after which what is typed here is kept."""
    chrome.go("sites/openwebui.html")
    panel = chrome.judge()
    panel.until("document.getElementById('answer-number').textContent === '2 of 2'")
    panel.value("""(async () => {
        const { openDatabase } = await import("../worker/database.js");
        const { id, messages, response, round, chosen, turns } = await (await openDatabase()).draft();
        const why = document.getElementById("justification");
        why.value = "Of the second.";
        why.dispatchEvent(new Event("input"));
        const edits = { messages, response, keepUrl: false, round, chosen };
        const first = turns.findIndex(({ role }) => role === "assistant");
        chrome.runtime.connect().postMessage({ do: "choose", number: 7, id, edits, chosen: first });
    })()""")
    panel.until("document.getElementById('answer-number').textContent === '1 of 2'")
    assert panel.value("document.getElementById('justification').value") == ""
    first = panel.value("document.getElementById('response').value")
    panel.press("next")
    panel.until("document.getElementById('justification').value === 'Of the second.'")
    panel.press("previous")
    panel.until("document.getElementById('answer-number').textContent === '1 of 2'")
    assert panel.value("document.getElementById('response').value") == first
    assert panel.value("document.getElementById('justification').value") == ""


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(chrome: Chrome, dark: bool) -> None:
    panel = captured(chrome)
    panel.send(
        "Emulation.setEmulatedMedia",
        features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
    )
    assert panel.value(CONTRASTS) == []


CONTRASTS = """(() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((c) => c / 255).map((c) =>
            c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (e) => { for (; e; e = e.parentElement) {
        const found = getComputedStyle(e).backgroundColor;
        if (found !== "rgba(0, 0, 0, 0)") return found; } };
    const bad = [];
    for (const e of document.querySelectorAll("body *")) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || e.closest(":disabled, .marks")) continue;  // marks have no ink
        const [one, other] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a);
        if ((one + 0.05) / (other + 0.05) < 4.5) bad.push([e.id || e.className || e.localName, e.textContent]);
    }
    return bad;
})()"""
