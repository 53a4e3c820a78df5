"""What a person does with the extension, step by step."""

from __future__ import annotations

import json
from itertools import count

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel

SELECT = """() => { const range = document.createRange(); range.selectNodeContents(document.getElementById("answer"));
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""
ANSWER = "For a common cold, antibiotics **usually** do not help 🙂.\n\n- Rest and drink enough.\n- Use saline spray."
CTRL = 2
COUNT = count(1)
# Those that are shown: the digits of an earlier time stay in their place unseen.
DIGITS = "(e => e.checkVisibility() && e.textContent)(document.getElementById('code-shown'))"
CODES = {"Enter": 13, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "Backspace": 8, "Escape": 27}


def captured(chrome: Chrome, title: str = "") -> Panel:
    """The answer of the plain page, selected and in the panel. Each has a title of its own, so that the panel is not
    taken to show it while an earlier one still stands there."""
    title = title or f"A page of anybody's, {next(COUNT)}"
    chrome.go("plain.html")
    chrome.page.evaluate("(title) => { document.title = title; }", title)
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    shown = f"document.getElementById('title').textContent === {json.dumps(title)}"
    panel.until(f"{shown} && document.getElementById('response').value && !document.getElementById('draft').hidden")
    return panel


def connected(chrome: Chrome, desk: DeskOfTest, panel: Panel) -> None:
    """Let this browser in, by the digits that its panel shows."""
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    code = panel.until(DIGITS)
    desk.do("allow", code=code)
    assert desk.hear() == {"allowed": "allowed"}
    panel.until("document.getElementById('standing').className === 'well'")


def sent(panel: Panel, prompt: str = "Should I ask for antibiotics?") -> None:
    panel.write("prompt", prompt)
    panel.until("!document.getElementById('send').disabled")
    panel.key("Enter", 13, CTRL)
    panel.until("document.getElementById('draft').hidden")


def arrived(panel: Panel) -> None:
    panel.until("document.querySelector('#where .now')?.textContent.includes('On the desk')")
    assert panel.value("document.getElementById('waiting').hidden")


def press(panel: Panel, *keys: str) -> None:
    for key in keys:
        panel.key(key, CODES.get(key, ord(key.upper()[0])))


# An answer is laid out, or stands in its field as it was written.
ANSWER_AT = """(field => field.hidden ? field.closest('.answer-text').querySelector('.laid') : field)"""
SELECT_WORDS = """((e, words) => { e.focus();
    const from = e.matches('textarea') ? e.value.indexOf(words) : -1;
    if (from >= 0) return e.setSelectionRange(from, from + words.length);
    const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), range = new Range();
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0) continue;
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        getSelection().removeAllRanges();
        return getSelection().addRange(range);
    } })"""


def mark(panel: Panel, words: str, field: str = "#response") -> None:
    """Select words in an answer, the keyboard there."""
    panel.value(f"{SELECT_WORDS}({ANSWER_AT}(document.querySelector({field!r})), {words!r})")


def at(panel: Panel, field: str) -> None:
    panel.value(f"{ANSWER_AT}(document.querySelector({field!r})).focus()")
