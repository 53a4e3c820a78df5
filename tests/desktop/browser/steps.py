"""What a person does with the extension, step by step."""

from __future__ import annotations

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel

SELECT = """() => { const range = document.createRange(); range.selectNodeContents(document.getElementById("answer"));
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""
ANSWER = "For a common cold, antibiotics **usually** do not help 🙂.\n\n- Rest and drink enough.\n- Use saline spray."
CTRL = 2
CODES = {"Enter": 13, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "Backspace": 8, "Escape": 27}


def captured(chrome: Chrome) -> Panel:
    """The answer of the plain page, selected and in the panel."""
    chrome.go("plain.html")
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    return panel


def connected(chrome: Chrome, desk: DeskOfTest, panel: Panel) -> None:
    """Let this browser in, by the digits that its panel shows."""
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    code = panel.until("document.getElementById('code-shown').textContent")
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


def mark(panel: Panel, words: str, field: str = "response") -> None:
    """Select words in an answer, the keyboard there."""
    place = f"document.getElementById('{field}')" if field == "response" else f"document.querySelector('{field}')"
    panel.value(f"""(e => {{ const at = e.value.indexOf({words!r}); e.focus();
        e.setSelectionRange(at, at + {len(words)}); }})({place})""")


def at(panel: Panel, field: str) -> None:
    panel.value(f"document.querySelector({field!r}).focus()")
