"""What the extension reads in a page: turns by each site's rule, Markdown, places. In a real Chromium, without the
extension: its classic scripts run in the page as they would beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.desktop.browser.chrome import EXTENSION, PAGES, launched

pytestmark = pytest.mark.needs("chromium")

FILES = re.findall(r'"(page/\w+\.js)"', (EXTENSION / "worker" / "reading.js").read_text())
SCRIPTS = [EXTENSION / name for name in FILES if name != "page/find.js"]
RULES: dict[str, Any] = json.loads((EXTENSION / "rules.json").read_text())
SELECT = """(found) => { const range = document.createRange(); range.selectNodeContents(document.querySelector(found));
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""
SITES = {site["id"]: site for site in RULES["sites"]}
QUESTIONS = ["How do I count words?\nIn Python, please.", "And in a table? 🙂 שלום"]
CODE = "```python\nfor line in file:\n    print(line)\n```"
ANSWER = (
    "Use a **loop**:\n\n1. Read the `file`.\n2. Then\n   - count\n   - print\n\n"
    + CODE
    + "\n\n| Word | Count |\n| --- | ---: |\n| a\\|b | 2 |\n\nIn all $O(n \\log n)$."
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        yield opened


@pytest.fixture
def markdown(page: Page) -> Any:
    def read(html: str, select: str = "") -> str:
        page.set_content(f"<!doctype html><body><div id='root'>{html}</div>")
        run_scripts(page)
        if select:
            page.evaluate(
                f"() => {{ const r = document.createRange(); {select}; getSelection().removeAllRanges();"
                " getSelection().addRange(r); }"
            )
            offer = page.evaluate("() => preceptor.read(document, 'x.example', [])")
            return str(offer["turns"][0]["text"])
        return str(page.evaluate("() => preceptor.markdown(document.getElementById('root'))"))

    return read


def run_scripts(page: Page) -> None:
    """Run what the extension runs in a page, in its order."""
    for script in SCRIPTS:
        page.evaluate(script.read_text())


def offered(page: Page, site: str) -> dict[str, Any]:
    page.goto((PAGES / "sites" / f"{site}.html").as_uri())
    run_scripts(page)
    host = (SITES[site]["hosts"] or ["chat.company.example"])[0]
    found: dict[str, Any] = page.evaluate(
        "([host, sites]) => preceptor.read(document, host, sites)", [host, RULES["sites"]]
    )
    return found


@pytest.mark.parametrize("site", [site for site in SITES if site != "lmarena"])
def test_the_turns_of_each_chat_page_are_read_with_their_roles_and_as_markdown(page: Page, site: str) -> None:
    offer = offered(page, site)
    turns = [(turn["role"], turn["text"]) for turn in offer["turns"]]
    answer = ANSWER + ("\n\nDone." if site == "perplexity" else "")
    assert turns == [
        ("user", QUESTIONS[0]),
        ("assistant", "With `Counter`."),
        ("user", QUESTIONS[1]),
        ("assistant", answer),
    ]
    assert (offer["chosen"], offer["selected"]) == (3, False)
    assert offer["complete"] is (site != "deepseek")  # its list holds only what is near to the sight


def test_two_answers_beside_each_other_are_two(page: Page) -> None:
    offer = offered(page, "lmarena")
    roles = [turn["role"] for turn in offer["turns"]]
    assert roles == ["user", "assistant", "assistant"] * 2
    assert offer["turns"][4]["text"] == ANSWER


def test_a_selection_inside_an_answer_means_this_answer_and_one_elsewhere_is_the_answer(page: Page) -> None:
    offered(page, "chatgpt")
    read = "(sites) => preceptor.read(document, 'chatgpt.com', sites)"
    page.evaluate(SELECT, ".markdown code")
    assert page.evaluate(read, RULES["sites"])["chosen"] == 1
    page.evaluate(SELECT, "[data-message-author-role=user]")
    offer = page.evaluate(read, RULES["sites"])
    assert (offer["selected"], offer["turns"][0]["text"]) == (True, QUESTIONS[0].replace("\n", "  \n"))


def test_the_answer_of_which_most_is_in_sight_is_the_one(page: Page) -> None:
    offered(page, "claude")
    page.add_style_tag(content=".font-claude-response { min-height: 3000px; }")
    assert page.evaluate("(sites) => preceptor.read(document, 'claude.ai', sites).chosen", RULES["sites"]) == 1


def test_a_page_that_no_rule_knows_offers_nothing_without_a_selection(page: Page) -> None:
    page.goto((PAGES / "plain.html").as_uri())
    run_scripts(page)
    assert page.evaluate("(sites) => preceptor.read(document, 'x.example', sites).turns", RULES["sites"]) == []


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<h2>A <em>b</em></h2><p>c</p>", "## A *b*\n\nc"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<p>2 * 3 = snake_case and *x*</p>", "2 * 3 = snake_case and \\*x\\*"),
        ("<p>1. not a list</p><p># nor a heading</p>", "1\\. not a list\n\n\\# nor a heading"),
        ("<p><a href='https://a.example/(x)'>here</a> <a href='javascript:alert(1)'>not</a></p>",
         "[here](https://a.example/%28x%29) not"),
        ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<pre><code class='language-md'>```\nx\n```</code></pre>", "````md\n```\nx\n```\n````"),
        ("<p><code>a`b</code> <code>`</code></p>", "``a`b`` `` ` ``"),
        ("<ol start='3'><li><p>a</p><p>b</p></li><li>c</li></ol>", "3. a\n\n   b\n\n4. c"),
        ("<ul><li><input type='checkbox' checked> done</li><li><input type='checkbox'> open</li></ul>",
         "- [x] done\n- [ ] open"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<div class='katex-display'><span class='katex'><math><semantics><mi>x</mi><annotation"
         " encoding='application/x-tex'>x^2</annotation></semantics></math></span></div>", "$$\nx^2\n$$"),
        ("<p>a <script type='math/tex'>y_1</script></p>", "a $y_1$"),
        ("<math alttext='z'><mi>z</mi></math>", "$z$"),
        ("<p>👩‍👩‍👧 <b>عربي</b> \u2067x\u2069</p>", "👩‍👩‍👧 **عربي** \u2067x\u2069"),
        ("<p>a <b> b </b>c</p>", "a  **b** c".replace("  ", " ")),
        ("<p hidden>no</p><p style='display:none'>no</p><p style='visibility:hidden'>no</p><p>yes</p>", "yes"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("<p>x &lt;b&gt; &amp;amp;</p>", "x \\<b> \\&amp;"),
        ("<p><img alt='🙂' src='https://e.example/1.png'><img alt='a chart' src='https://e.example/2.png'></p>",
         "🙂![a chart](https://e.example/2.png)"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>c<br>d</td></tr></table>",
         "| a | b |\n| --- | --- |\n| c<br>d |  |"),
        ("<p>H<sub>2</sub>O, <del>no</del></p>", "H<sub>2</sub>O, ~~no~~"),
        ("<hr><p>a</p>", "---\n\na"),
        ("<div><template shadowrootmode='open'><p>s<slot></slot></p></template>lot</div>", "slot"),
    ],
)  # fmt: skip
def test_markdown_is_written_as_a_person_would(markdown: Any, html: str, written: str) -> None:
    assert markdown(html) == written


@pytest.mark.parametrize(
    ("html", "select", "written"),
    [
        ("<p>one two three</p>",
         "const t = root.querySelector('p').firstChild; r.setStart(t, 4); r.setEnd(t, 7)", "two"),
        ("<pre><code class='lang-js'>a\nb\nc</code></pre>",
         "const t = root.querySelector('code').firstChild; r.setStart(t, 2); r.setEnd(t, 3)", "```js\nb\n```"),
        ("<ul><li>a</li><li>b</li><li>c</li></ul>",
         "const l = root.querySelectorAll('li'); r.setStart(l[1], 0); r.setEnd(l[2].firstChild, 1)", "- b\n- c"),
        ("<p>a</p><p>b 🙂</p><p>c</p>",
         "const l = root.querySelectorAll('p'); r.setStart(l[0].firstChild, 0); r.setEnd(l[1].firstChild, 4)",
         "a\n\nb 🙂"),
    ],
)  # fmt: skip
def test_a_part_that_is_selected_is_that_part_and_what_it_is(
    markdown: Any, html: str, select: str, written: str
) -> None:
    assert markdown(html, f"const root = document.getElementById('root'); {select}") == written


def test_places_are_found_again_by_quote_position_and_path(page: Page) -> None:
    page.set_content("<!doctype html><body><p>🙂 before</p><p>the <b>very</b> same 🙂 text</p><p>after</p>")
    run_scripts(page)
    quote, position, between = page.evaluate(
        """() => { const r = document.createRange(), [, p] = document.querySelectorAll("p");
        r.setStart(p.querySelector("b").firstChild, 0); r.setEnd(p.lastChild, 8);
        return preceptor.places(document)(r); }"""
    )
    text = page.evaluate("() => document.body.textContent")
    assert quote == {
        "type": "TextQuoteSelector",
        "exact": "very same 🙂",
        "prefix": "🙂 beforethe ",
        "suffix": " textafter",
    }
    assert text[position["start"] : position["end"]] == "very same 🙂"
    assert (between["start"], between["start_offset"]) == ("/html[1]/body[1]/p[2]/b[1]/text()[1]", 0)
    assert (between["end"], between["end_offset"]) == ("/html[1]/body[1]/p[2]/text()[2]", 7)
    found = page.evaluate("(path) => document.evaluate(path, document, null, 9).singleNodeValue.data", between["end"])
    assert found == " same 🙂 text"


def test_the_quote_of_a_long_answer_is_its_beginning(page: Page) -> None:
    page.set_content("<!doctype html><body><p>" + "word " * 1000)
    run_scripts(page)
    quote, position, _ = page.evaluate(
        """() => { const range = document.createRange(); range.selectNodeContents(document.querySelector("p"));
        return preceptor.places(document)(range); }"""
    )
    assert len(quote["exact"]) == 300
    assert position["end"] - position["start"] == len("word " * 1000)


def test_rules_are_data_of_one_shape() -> None:
    known = {"id", "hosts", "mark", "turns", "leave_out", "language", "partial", "side_by_side", "writing"}
    for site in RULES["sites"]:
        assert set(site) <= known
        assert site["hosts"] or site["mark"]
        assert {turn["role"] for turn in site["turns"]} == {"user", "assistant"}
    assert {path.stem for path in Path(PAGES / "sites").glob("*.html")} == set(SITES)


# Found again in the page that was opened again


def found_again(page: Page, site: str, selectors: list[dict[str, Any]], change: str = "") -> dict[str, Any]:
    """How an answer is found in a site's page, after something changed there, and what of it is marked."""
    page.set_content((PAGES / "sites" / f"{site}.html").read_text())
    run_scripts(page)
    page.evaluate((EXTENSION / "page" / "find.js").read_text())
    if change:
        page.evaluate(f"() => {{ {change} }}")
    result: dict[str, Any] = page.evaluate(
        "(selectors) => { const how = preceptor.show(document, selectors);"
        " const marked = CSS.highlights.get('preceptor-answer'); CSS.highlights.clear();"
        " return { how, text: marked ? [...marked][0].toString() : '' }; }",
        selectors,
    )
    return result


@pytest.mark.parametrize("site", sorted(SITES))
def test_an_answer_is_found_again_in_its_page_also_after_others_came_before_it(page: Page, site: str) -> None:
    offer = offered(page, site)
    turn = offer["turns"][offer["chosen"]]
    before = found_again(page, site, turn["selectors"])
    assert before["how"] == "exactly"
    (quote,) = (each for each in turn["selectors"] if each["type"] == "TextQuoteSelector")
    assert before["text"].startswith(quote["exact"].rstrip()[:50])
    banner = (
        "document.body.prepend(Object.assign(document.createElement('p'), {textContent: 'A new banner. '.repeat(40)}))"
    )
    assert found_again(page, site, turn["selectors"], banner) == before


def test_an_answer_that_is_gone_marks_nothing_and_the_page_is_as_it_was(page: Page) -> None:
    offer = offered(page, "chatgpt")
    selectors = offer["turns"][offer["chosen"]]["selectors"]
    gone = found_again(page, "chatgpt", selectors, "document.body.textContent = 'Nothing here any more at all.'")
    assert gone == {"how": "gone", "text": ""}
    page.set_content((PAGES / "sites" / "chatgpt.html").read_text())
    before = page.content()
    page.evaluate((EXTENSION / "page" / "find.js").read_text())
    page.evaluate("(selectors) => preceptor.show(document, selectors)", selectors)
    assert page.content() == before, "marking changes nothing that the page could read"
