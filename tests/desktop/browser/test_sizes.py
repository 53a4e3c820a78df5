"""What is captured arrives to the byte, whatever it is; what is too large is refused in the panel, in a sentence."""

from __future__ import annotations

import html
from typing import Any

import pytest
from one_in import one_in

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import SELECT, arrived, captured, connected

pytestmark = pytest.mark.needs("chromium")

MOST = 768 * 1024
CHAT = "https://chatgpt.com/c/1"
KINDS = {
    "emoji": "🙂👩🏽‍⚕️🏳️‍🌈 é\u0301 \U0001f600",
    "right to left": "שלום עולם \u200fمرحبا 123 (abc)",
    "code": "for (;;) { a < b && c > d; } // `x` \\ \"quoted\" 'y' $a\n\tif\u00a0x",
    "table": "| a | b |\n| --- | ---: |\n| 1 | 2 |",
    "maths": "$$\n\\int_0^1 x^2\\,dx \\le \\frac{1}{3}\n$$",
}
# The same kinds as pages lay them out, and the Markdown that is to arrive.
LAID = {
    "emoji": (
        '<p>Risk: <span role="img" aria-hidden="true">⚠️</span> high 👩🏽‍⚕️ <img alt="🏳️‍🌈" src="data:,"> é\u0301</p>',
        "Risk: ⚠️ high 👩🏽‍⚕️ 🏳️‍🌈 é\u0301",
    ),
    "right to left": (
        '<p dir="rtl">שלום <bdi>abc</bdi> \u200fمرحبا <b>123</b></p><ul dir="rtl"><li>(א)</li></ul>',
        "שלום abc \u200fمرحبا **123**\n\n- (א)",
    ),
    "code": (
        "<pre><code class='language-js'><span>\n\nif</span> (a &lt; b) {"
        "\n\t<span>`x`</span>\u00a0 \\\n}\n\n\n</code></pre>",
        "```js\n\n\nif (a < b) {\n\t`x`\u00a0 \\\n}\n\n\n```",
    ),
    "table": (
        '<table><tr><th>a<th style="text-align:right">b <code>|</code><tr><td><b>1</b><td>2 🙂</table>',
        "| a | b `\\|` |\n| --- | ---: |\n| **1** | 2 🙂 |",
    ),
    "maths": (
        '<p>So <span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding='
        '"application/x-tex">\\frac{1}{3}</annotation></semantics></math></span><span class="katex-html" '
        'aria-hidden="true">13</span></span> and <math display="block"><msup><mi>x</mi><mn>2</mn></msup></math></p>',
        "So $\\frac{1}{3}$ and\n\n$$\nx^{2}\n$$",
    ),
    "blanks": (
        '<div style="white-space: pre-wrap">  one\n    two  three</div>',
        "\u00a0\u00a0one  \n\u00a0\u00a0\u00a0\u00a0two\u00a0 three",
    ),
}
# Sets a field as a keyboard does, and counts the message's bytes as the worker will.
FILL = """(async (size) => {
    const { openDatabase } = await import(chrome.runtime.getURL("worker/database.js"));
    const { written } = await import(chrome.runtime.getURL("worker/captures.js"));
    const draft = await (await openDatabase()).draft();
    const messages = [{ role: "user", content: document.getElementById("prompt").value }];
    const least = written({ ...draft, messages, response: "x" }).length - 1;
    const field = document.getElementById("response");
    field.value = "x".repeat(size - least);
    field.dispatchEvent(new Event("input"));
})"""


def turns(count: int, size: int) -> list[tuple[str, str]]:
    return [
        ("user" if n % 2 == 0 else "assistant", f"Turn {n}: " + "word " * (size // 5) + "end.") for n in range(count)
    ]


def shown(chrome: Chrome, address: str, body: str) -> None:
    chrome.page.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    chrome.page.goto(address)
    chrome.page.unroute(address)


def sent_as_it_is(panel: Panel) -> str:
    response = str(panel.value("document.getElementById('response').value"))
    panel.until("!document.getElementById('send').disabled")
    panel.press("send")
    panel.until("document.getElementById('draft').hidden")
    return response


def kept(desk: DeskOfTest) -> dict[str, Any]:
    return desk.inbox()[-1]


def test_a_conversation_of_300_kb_arrives_to_the_byte(chrome: Chrome, desk: DeskOfTest) -> None:
    connected(chrome, desk, captured(chrome))
    chrome.panel().press("drop")
    said = turns(100, 3000)
    parts = [f'<div data-message-author-role="{role}"><p>{text}</p></div>' for role, text in said]
    shown(chrome, CHAT, f"<!doctype html><body><main>{''.join(parts)}</main>")
    chrome.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value.startsWith('Turn 99')")
    sent_as_it_is(panel)
    arrived(panel)
    found = kept(desk)
    assert [*map(tuple, found["messages"]), ("assistant", found["response"])] == said


@pytest.mark.parametrize("kind", one_in(2, KINDS))
def test_what_a_person_sees_in_the_panel_is_what_arrives(chrome: Chrome, desk: DeskOfTest, kind: str) -> None:
    text = KINDS[kind]
    shown(chrome, CHAT, f'<!doctype html><body><pre id="answer">{html.escape(text)}</pre>')
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    panel.write("prompt", f"{text} ?")
    connected(chrome, desk, panel)
    response = sent_as_it_is(panel)
    arrived(panel)
    found = kept(desk)
    assert found["response"] == response
    assert response == f"```\n{text}\n```"
    assert found["messages"] == [["user", f"{text} ?"]]


@pytest.mark.parametrize("kind", one_in(2, LAID, first=1))
def test_what_a_page_lays_out_arrives_as_it_is_seen(chrome: Chrome, desk: DeskOfTest, kind: str) -> None:
    page, text = LAID[kind]
    shown(chrome, CHAT, f'<!doctype html><body><div id="answer">{page}</div>')
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    panel.write("prompt", "Really?")
    connected(chrome, desk, panel)
    sent_as_it_is(panel)
    arrived(panel)
    assert kept(desk)["response"] == text


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_a_message_may_have_768_kib_to_the_byte(chrome: Chrome, desk: DeskOfTest, more: int, fits: bool) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.write("prompt", "How long?")
    panel.value(f"{FILL}({MOST + more})")
    if not fits:
        assert panel.value("document.getElementById('send').disabled")
        reason = panel.value("document.getElementById('reason').textContent")
        assert "786,433 bytes" in reason
        assert "786,432" in reason
        assert desk.inbox() == []
        return
    response = sent_as_it_is(panel)
    arrived(panel)
    assert kept(desk)["response"] == response


@pytest.mark.soak  # half a minute
def test_a_page_of_70_mb_is_refused_in_a_sentence_and_nothing_ends(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.press("drop")
    chrome.page.evaluate(
        """() => { const answer = document.getElementById("answer"), pre = document.createElement("pre");
            pre.textContent = "seventy ".repeat(8_750_000); answer.replaceChildren(pre); }"""
    )
    chrome.page.evaluate(SELECT)
    chrome.judge()
    panel.until("!document.getElementById('trouble').hidden", patience_s=100)
    said = panel.value("document.getElementById('trouble').textContent")
    assert said == "This capture is too large to be sent. Shorten the answer or the earlier turns."
    assert desk.inbox() == []
    assert captured(chrome).value("document.getElementById('response').value")
