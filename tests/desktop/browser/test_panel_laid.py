"""Answers that are laid out in the panel: as the window lays them out, and nothing of a foreign text but its words."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from desktop.views.parts.rendering import to_html
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import SELECT, at, captured, connected, mark, press, sent

pytestmark = pytest.mark.long

TEXTS = [
    "Children are given **110 to 160 mg**, *at most* three `times` a day.",
    "# Dose\n\nText\n\n## More ##\nText right below\n\nTitle\n=====\n\nOther\n---\n",
    "- Give it with food.\n- See a physician.\n\n  Soon.\n- And\n  - nested\n  - twice\n",
    "1. one\n2. two\n   going on\nlazily\n\n7) seven\n\n- [ ] a box",
    "> quoted **words**\nlazily\n>\n> - a list\n> - in it\n\nafter",
    "```python\nif a < b:\n\n    print('**x**')\n```\n\n    indented\n      more\n\ntext",
    "| Age | Dose |\n|:---|---:|\n| 4 | **150** mg |\n| 5 \\| 6 |\n\nafter",
    "| `a\\|b` | c\\|d |\n|---|---|\n| `e\\\\|f` | g\\\\\\|h |",
    'A [link](https://example.org/a_b_c "title") and <https://example.org> and [named][1].\n\n[1]: https://example.org/n',
    "![a picture](https://example.org/x.png) and <img src=x onerror=alert(1)> and <script>alert(1)</script>",
    "[run](javascript:alert(1)) [data](data:text/html,x) [mail](mailto:a@b.c) <javascript:alert(1)>",
    "**bold *both* bold** ***all*** snake_case_name 2 * 3 * 4 ~~gone~~ ~one~ __dunder__ a**b**c *a**b*",
    "back\\*slash\\* &amp; &lt;b&gt; &copy; &#x41; &nosuch; 5 < 6 & 7",
    "two spaces  \nbreak\\\nand soft\nbreak",
    "``a ` b`` `` ` `` `open\n\n***\n\n* * *\n\n- - -",
    "*открыто* «**так**» 「**重要**」です **重要。**です",
    "a\n\n\n\nb\nc\n \nd",
    "1) a\n\n   b\n2) c\n\n\n\nend\n- x\n\n\n- y",
    "[a](<b c> 'd') [e]() [f](g\\)h) [i](j(k)l) [m [n](o) p](q) [r",
]


def plain(html: str) -> str:
    """HTML without what makes no difference to the eye."""
    html = re.sub(
        r"</?t(head|body)>|</?(ol)(?: start=\"\d+\")", lambda tag: tag[0].split(" ")[0] if tag[2] else "", html
    )
    html = re.sub(r"<a [^>]*>", "<a>", html).replace("&quot;", '"')
    html = re.sub(r"\s+", " ", html)
    return re.sub(r"\s*(</?(?:p|ul|ol|li|blockquote|pre|table|tr|td|th|hr|br)>)\s*", r"\1", html).strip()


@pytest.mark.needs("nodejs")
def test_the_panel_lays_an_answer_out_as_the_window_does() -> None:
    node = shutil.which("node")
    assert node is not None, "Node runs this: apt-get install nodejs"
    script = Path(__file__).resolve().parent / "extension" / "laid_as_html.mjs"
    ran = subprocess.run(
        [node, script], input=json.dumps(TEXTS), capture_output=True, text=True, timeout=180, check=True
    )
    for text, html in zip(TEXTS, json.loads(ran.stdout), strict=True):
        assert plain(html) == plain(to_html(text)), text


HOSTILE = """**bold** <img src="http://127.0.0.1:9/i.png" onerror="document.title='ran'"> ![p](http://127.0.0.1:9/p.png)

<script>document.title = 'ran'</script><iframe src="http://127.0.0.1:9/f"></iframe>

[run](javascript:document.title='ran') [go](http://127.0.0.1:9/l) <http://127.0.0.1:9/a>

<style>body{background:url(http://127.0.0.1:9/s)}</style>
<a href="http://127.0.0.1:9/h" onclick="document.title='ran'">x</a>

| <svg onload=document.title='ran'> | `</textarea><script>document.title='ran'</script>` |
|---|---|
| [x]: http://127.0.0.1:9/r | \u202etxet\u202c |
"""
TAGS = [
    "A",
    "IMG",
    "SCRIPT",
    "IFRAME",
    "SVG",
    "STYLE",
    "LINK",
    "OBJECT",
    "EMBED",
    "VIDEO",
    "AUDIO",
    "FORM",
    "BASE",
    "META",
]


def rewritten(panel: Panel, text: str) -> None:
    """Have another text as the page's answer, as a person who edits it."""
    panel.press("edit")
    panel.value("document.getElementById('response').select()")
    panel.write("response", text)
    panel.press("edit")


@pytest.mark.needs("chromium")
def test_t1_an_answer_that_holds_a_page_is_words_in_the_panel_and_nothing_is_loaded(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.send("Network.enable")
    panel.value("""(() => { window.violations = []; window.loaded = [];
        document.addEventListener('securitypolicyviolation', (e) => violations.push(e.blockedURI));
        new PerformanceObserver((list) => loaded.push(...list.getEntries().map((e) => e.name)))
            .observe({ type: 'resource', buffered: false }); })()""")
    rewritten(panel, HOSTILE)
    panel.until("document.querySelector('.laid strong')?.textContent === 'bold'")
    inside = "[...document.querySelectorAll('.laid, .laid *')]"
    assert set(panel.value(f"{inside}.map((e) => e.tagName)")) & set(TAGS) == set()
    attributes = panel.value(f"{inside}.slice(1).flatMap((e) => [...e.attributes].map((a) => a.name))")
    assert set(attributes) <= {"class", "title", "start"}
    titles = panel.value("[...document.querySelectorAll('.laid .address')].map((e) => e.title)")
    assert titles == ["http://127.0.0.1:9/p.png", "http://127.0.0.1:9/l", "http://127.0.0.1:9/a"]
    assert panel.value("[...document.querySelectorAll('.laid .unseen')].map((e) => e.textContent)") == [
        "U+202E",
        "U+202C",
    ]
    panel.value("document.querySelectorAll('.laid *').forEach((e) => e.click())")
    for key in ("x", "Enter", "Backspace"):
        at(panel, "#response")
        press(panel, key)
    assert panel.value("document.title") == "Preceptor"
    assert panel.value("[violations, loaded]") == [[], []]
    assert panel.value("document.getElementById('response').value") == HOSTILE


@pytest.mark.needs("chromium")
def test_t15_what_turns_the_reading_of_a_title_a_quote_or_a_row_is_seen(chrome: Chrome, desk: DeskOfTest) -> None:
    """It was seen in the answer alone; in the title, at a flag and in the lists it did its work."""
    page = chrome.go("plain.html")
    page.evaluate("""() => { document.title = "Bank \u202emoc.knab"; answer.textContent = "ab\u202ecd ef"; }""")
    page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('title').textContent === 'Bank [U+202E]moc.knab'")
    connected(chrome, desk, panel)
    panel.until("!document.getElementById('judging').hidden")
    at(panel, "#response")
    panel.value("getSelection().selectAllChildren(document.querySelector('.laid p'))")
    press(panel, "f")
    panel.until("document.querySelector('.flag-quote')?.textContent === 'Flag “ab[U+202E]cd ef”'")
    press(panel, "Escape")
    desk.kill()
    sent(panel)
    row = "document.querySelector('#waiting-list .beginning')?.textContent"
    assert panel.until(row) == "ab[U+202E]cd ef"


@pytest.mark.needs("chromium")
def test_what_is_laid_out_takes_the_caret_and_no_change_and_is_flagged_where_it_stands_in_the_text(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    panel.until("!document.getElementById('flag').hidden")
    text = "So **110 to 160 mg** &amp; *no* more.\n\n- Give it with `food`."
    rewritten(panel, text)
    panel.until("document.querySelectorAll('.laid code').length")
    shown = panel.value("document.querySelector('.laid').textContent")
    mark(panel, "110 to 160 mg")
    panel.send("Input.insertText", text="no")
    assert panel.value("document.querySelector('.laid').textContent") == shown
    mark(panel, "food")
    press(panel, "f", "f", "2", "Enter")
    mark(panel, "mg")
    panel.value("getSelection().extend(document.querySelector('.laid em').firstChild, 2)")
    press(panel, "f", "w", "1", "Enter")
    assert panel.value("[...CSS.highlights.get('flag-severe')].map(String)") == ["food"]
    assert panel.value("[...CSS.highlights.get('flag-mild')].map(String).join('')") == "mg & no"
    panel.key("m", 77, 2)  # as it was written
    panel.until("document.querySelector('.laid').hidden")
    assert panel.value("document.activeElement.id") == "response"
    marked = panel.value("[...document.querySelectorAll('.marks mark')].map((e) => e.textContent)")
    assert marked == ["mg** &amp; *no", "food"]
    panel.key("m", 77, 2)
    panel.until("!document.querySelector('.laid').hidden")
    assert panel.value("document.activeElement.id") == "response-laid"
