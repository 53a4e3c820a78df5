"""What the extension writes of the shapes that answers really have in chat pages: code in its covers, tables, lists,
notes, formulas, links. In a real Chromium; what is written is read back by the window and by the panel."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page, sync_playwright

from desktop.views.parts.rendering import to_html
from tests.desktop.browser.chrome import launched
from tests.desktop.browser.test_panel_laid import TEXTS, plain
from tests.desktop.browser.test_reading_pages import run_scripts

pytestmark = pytest.mark.needs("chromium")

READ_ALL = """(pages) => pages.map((html) => { const root = document.getElementById('root');
    root.setHTMLUnsafe(html); return preceptor.markdown(root); })"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        opened.set_content("<!doctype html><body><div id='root'></div>")
        run_scripts(opened)
        yield opened


def read(page: Page, *pages: str) -> list[str]:
    texts: list[str] = page.evaluate(READ_ALL, list(pages))
    return texts


def fence(code: str, language: str = "") -> str:
    return f"```{language}\n{code}\n```"


@pytest.mark.parametrize(
    ("html", "written"),
    [
        # each line is an element, and an empty one is as well
        ("<pre class='language-python'><code><div class='token-line'>def f():</div><div class='token-line'><span"
         " style='display:inline-block'>\n</span></div><div class='token-line'>    return 1</div></code></pre>",
         fence("def f():\n\n    return 1", "python")),
        ("<pre><code><span style='display:block'>def f():</span>"
         "<span style='display:block'>    return 1</span></code></pre>",
         fence("def f():\n    return 1")),
        ("<pre><code style='display:grid'><span>a</span>\n<span></span>\n<span> b</span></code></pre>",
         fence("a\n\n b")),
        ("<pre><code><span class='line'>a</span>\n<span class='line'> b</span></code></pre>", fence("a\n b")),
        ("<pre><code>a</code>\n<code>  b</code></pre>", fence("a\n  b")),
        # what stands in a row is one line, line numbers are none of it
        ("<pre><code><div style='display:flex'><span style='user-select:none'>1</span><span>a </span>"
         "<span>b</span></div>"
         "<div style='display:flex'><span style='user-select:none'>2</span><span>c</span></div></code></pre>",
         fence("a b\nc")),
        ("<pre><code><table class='hljs-ln'><tr><td class='hljs-ln-numbers'><div data-line-number='1'></div></td>"
         "<td>a</td></tr>"
         "<tr><td class='hljs-ln-numbers'><div data-line-number='2'></div></td><td> b</td></tr></table></code></pre>",
         fence("a\n b")),
        ("<pre><code style='float:left'><span class='react-syntax-highlighter-line-number'>1\n</span></code>"
         "<code class='language-js'><span>a\n</span><span>b</span></code></pre>", fence("a\nb", "js")),
        ("<pre style='user-select:none'><code><span>a</span>\n<span>b</span></code></pre>", fence("a\nb")),
        ("<pre><code><table><tr><td>a</td><td> = 1</td></tr><tr><td>b</td></tr></table></code></pre>",
         fence("a = 1\nb")),
        ("<pre><code><div style='display:grid; grid-template-columns:auto auto'><span>a</span><span> = 1</span></div>"
         "<div>b</div></code></pre>", fence("a = 1\nb")),
        ("<pre><code style='display:grid'><span>a</span><span>b</span></code></pre>", fence("a\nb")),
        ("<pre><code>a<div>b</div>c</code></pre>", fence("a\nb\nc")),
        # buttons and bars
        ("<pre><div><span>python</span><button>Copy<svg><title>Copy</title></svg></button></div><code>x = 1\n</code>"
         "<div><button>Run</button></div></pre>", fence("x = 1")),
        ("<pre><div><button>Copy</button></div>a\n b</pre>", fence("a\n b")),
        # an editor
        ("<div><div class='cm-editor'><div class='cm-gutters' aria-hidden='true'><div>1</div></div>"
         "<div class='cm-content' data-language='python'><div class='cm-line'>a</div><div class='cm-line'><br></div>"
         "<div class='cm-line'>  b</div></div></div></div>", fence("a\n\n  b", "python")),
        ("<pre><div class='cm-editor'><div class='cm-content'><span>a</span><br><span>  b</span></div></div></pre>",
         fence("a\n  b")),
        ("<code style='display:block; white-space:pre'>a\n  b</code>", fence("a\n  b")),
        # in lists and quotes it stays as it is, blanks at its ends too
        ("<ul><li>x<pre><code>steps:\n\n- run: a  \n    \n1. b</code></pre></li><li>y</li></ul>",
         "- x\n\n  ```\n  steps:\n\n  - run: a  \n      \n  1. b\n  ```\n- y"),
        ("<blockquote><pre><code>a  \n\n  b \t\n</code></pre></blockquote>", "> ```\n> a  \n>\n>   b \t\n> ```"),
        ("<ol><li>a<ul><li>b<pre><code>c\n\n  d</code></pre></li></ul></li></ol>",
         "1. a\n   - b\n\n     ```\n     c\n\n       d\n     ```"),
        # in a line
        ("<p>take <code>5\u00a0mg  now</code></p>", "take `5\u00a0mg  now`"),
        ("<p><code> x </code> <code>a\n   b</code></p>", "`  x  ` `a b`"),
        ("<p>C:\\<code>x</code></p>", "C:\\\\`x`"),
    ],
)  # fmt: skip
def test_code_is_its_characters_in_their_lines_and_nothing_that_stands_beside_it(
    page: Page, html: str, written: str
) -> None:
    assert read(page, html) == [written]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<tr><th>Take<th>Age<th>Dose<tr><td rowspan='2'>daily<td>4<td>100<tr><td>8<td>200",
         "| Take | Age | Dose |\n| --- | --- | --- |\n| daily | 4 | 100 |\n|  | 8 | 200 |"),
        ("<tr><th>a<th>b<th>c<tr><td rowspan='0' colspan='2'>x<td>1<tr><td>2<tr><td>3",
         "| a | b | c |\n| --- | --- | --- |\n| x |  | 1 |\n|  |  | 2 |\n|  |  | 3 |"),
        ("<thead><tr><th rowspan='9'>a<th>b<tbody><tr><td>c<td>d", "| a | b |\n| --- | --- |\n| c | d |"),
        ("<caption>Doses <b>now</b></caption><tr><th colspan='2'>Who<th style='text-align:right'>mg<tr>"
         "<td style='text-align:left'>a<td style='text-align:center'>b<td style='text-align:right'>1",
         "Doses **now**\n\n| Who |  | mg |\n| :--- | :---: | ---: |\n| a | b | 1 |"),
        ("<tr><th>a<th style='display:none'>no<th>b<tr style='display:none'><td>no<tr><td>c<td>d",
         "| a | b |\n| --- | --- |\n| c | d |"),
        ("<tr><th>a<tr><td><pre><code>if x:\n    y|z\n\nend\n</code></pre>",
         "| a |\n| --- |\n| `if x:`<br>`    y\\|z`<br>` `<br>`end` |"),
        ("<tr><th>a<th>b<tr><td><ul><li>x<li>y</ul><td><p>1</p><p>2</p>",
         "| a | b |\n| --- | --- |\n| \\- x<br>\\- y | 1<br>2 |"),
        ("<tr><th>a<tr><td><math alttext='x\n+ 1'></math>", "| a |\n| --- |\n| $x + 1$ |"),
    ],
)  # fmt: skip
def test_each_word_of_a_table_stands_in_its_column(page: Page, html: str, written: str) -> None:
    assert read(page, f"<table>{html}</table>") == [written]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        # lists
        ("<ul><li>a<ol start='3'><li>b</li><li>c</li></ol></li></ul>", "- a\n\n  3. b\n  4. c"),
        ("<ul><li>a<br>b</li><p>beside</p>too<li>c</li></ul>", "- a  \n  b\n\n  beside\n\n  too\n\n- c"),
        ("<ul><li>a<ul><li></li></ul></li></ul>", "- a\n\n  -"),
        # lists beside each other: one would go on with the items of the other
        ("<ul><li>a</li></ul><ul><li>b</li><li></li></ul><div><ul><li>c</li></ul></div><p>d</p><ul><li>e</li></ul>",
         "- a\n\n* b\n*\n\n- c\n\nd\n\n- e"),
        ("<ol><li>a</li></ol><ol start='4'><li>b<pre>- x\n1. y</pre></li></ol><ul><li>c</li></ul><ol><li>d</li></ol>",
         "1. a\n\n4) b\n\n   ```\n   - x\n   1. y\n   ```\n\n- c\n\n1. d"),
        ("<ul><li>a<ul><li>b</li></ul><ul><li>c</li></ul></li></ul><ul><li>d</li></ul>",
         "- a\n  - b\n\n  * c\n\n* d"),
        ("<ul><li>a</li><ul><li>b</li></ul><ul><li>c</li></ul></ul>", "- a\n  - b\n  * c"),
        ("<ul><li><ul><li>a</li></ul><ol><li>b</li></ol><ol><li>c</li></ol></li></ul>",
         "- - a\n  1. b\n\n  1) c"),
        ("<blockquote><ul><li>a</li></ul><ul><li>b</li></ul></blockquote><li>c</li><li>d</li>",
         "> - a\n>\n> * b\n\n- c\n\n- d"),
        ("<ul><li><div><p>a</p><ul><li>b</li></ul></div></li></ul>", "- a\n  - b"),
        ("<ul><li>a</li><div><p>b</p><p>c</p></div></ul>", "- a\n\n  b\n\n  c"),
        ("<ul><li><p>a</p><blockquote><p>q</p><ul><li>z</li></ul></blockquote></li><li><blockquote>r</blockquote></li></ul>",
         "- a\n\n  > q\n  >\n  > - z\n- > r"),
        ("<ul><li><hr></li><li><h3>Head</h3><p>t</p></li></ul>", "- ***\n- ### Head\n\n  t"),
        ("<ul><li><label><input type='checkbox' checked> a</label><ul><li><input type='checkbox'> b</li></ul></li>"
         "<li><p><input type='checkbox'> c</p></li><li><button role='checkbox' aria-checked='true'></button>"
         " d</li></ul>",
         "- [x] a\n  - [ ] b\n- [ ] c\n- [x] d"),
        ("<dl><dt>Term</dt><dd>What it <b>means</b></dd></dl>", "Term\n\nWhat it **means**"),
        ("<details><summary>Thought for 5 s</summary>no<p>inside</p></details><p>a</p>", "Thought for 5 s\n\na"),
        ("<details open><summary>More</summary>so<p>inside</p></details>", "More\n\nso\n\ninside"),
        ("<blockquote></blockquote><p>a</p>", "a"),
        # notes, and other places of the page itself, whose address is kept only where that is wanted
        ("<p>x<sup><a href='#fn1' data-footnote-ref>1</a></sup></p><section><ol><li id='fn1'><p>Note <a href='#r'"
         " class='data-footnote-backref' data-footnote-backref>↩</a></p></li></ol></section>",
         "x<sup>1</sup>\n\n1. Note"),
        # links and pictures
        ("<p><a href='https://a.example/b' title='A \"t\"'>x</a></p>", '[x](https://a.example/b "A \\"t\\"")'),
        ("<p><a href='https://a.example/'>y]z</a> <a href='https://a.example/'>[1]</a> wow!"
         "<a href='https://a.example/'>w</a></p>",
         "[y\\]z](https://a.example/) [[1]](https://a.example/) wow\\![w](https://a.example/)"),
        ("<p><img alt='a ] b\n c' src='https://e.example/1.png'> <img alt='🎉' src='data:,'>"
         "<img alt='*x*' src='data:,'></p>",
         "![a \\] b c](https://e.example/1.png) 🎉\\*x\\*"),
        # words that would be something else
        ("<p>&gt;60 kg</p><p>* no list</p><p>* * *</p><p>a<br>-</p><p>1.</p>",
         "\\>60 kg\n\n\\* no list\n\n\\* * \\*\n\na  \n\\-\n\n1\\."),
        ("<p>[1]: https://x.example</p>", "\\[1]: https://x.example"),
        ("<p><em>a</em>* b *<b>c</b></p>", "*a*\\* b \\***c**"),
        ("<p><b>one</b><b>word</b> <i>a</i><i>b</i></p>", "**oneword** *ab*"),
        ("<p><b>a <strong>b</strong></b> <em>c<i>d</i></em></p>", "**a b** *cd*"),
        ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> <q>x</q></p>", "漢(kan) “x”"),
        # right to left
        ("<p dir='rtl'>שלום <code>x</code> עולם\u200f</p><p><bdi>أ</bdi> <b>ب</b></p>",
         "שלום `x` עולם\u200f\n\nأ **ب**"),
        # formulas
        ("<p>10<math><msup><mi>x</mi><mn>2</mn></msup></math> <mjx-container><mjx-math data-latex='y^2'></mjx-math>"
         "<mjx-assistive-mml><math><msup><mi>y</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container></p>",
         "10$x^{2}$ $y^2$"),
        ("<math><mfrac><mrow><mi>ln</mi><mn>2</mn></mrow><msub><mi>t</mi><mrow><mn>1</mn><mo>/</mo><mn>2</mn></mrow></msub></mfrac>"
         "</math>", "$\\frac{\\ln 2}{t_{1/2}}$"),
        ("<math><msubsup><mo>∫</mo><mn>0</mn><mn>10</mn></msubsup><msqrt><mi>a</mi><mi>b</mi></msqrt>"
         "<mover><mi>x</mi><mo>¯</mo></mover><mtext>mg</mtext><mi>AUC</mi></math>",
         "$∫_{0}^{10}\\sqrt{ab}\\bar{x}\\text{mg}\\operatorname{AUC}$"),
    ],
)  # fmt: skip
def test_what_chat_pages_are_made_of_is_written_as_it_is_shown(page: Page, html: str, written: str) -> None:
    assert read(page, html) == [written]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p id='a'>one</p><ul><li id='z'>two</li></ul>", "one"),
        ("<p id='a'>one</p><blockquote id='z'>two</blockquote>", "one"),
        ("<p id='a'>one</p><table><tr><th id='z'>two</th></tr></table>", "one"),
        ("<ol><li>x</li><li id='a'>one</li><li id='z'>two</li></ol>", "2. one"),
        (
            "<pre><code><div>x</div><div id='a'>  one</div><div>two</div><div id='z'>y</div></code></pre>",
            fence("  one\ntwo"),
        ),
        (
            "<div class='cm-content'><div>x</div><div id='a'>one</div><div>two</div><div id='z'>y</div></div>",
            fence("one\ntwo"),
        ),
    ],
)
def test_a_selection_that_ends_where_the_next_part_begins_has_nothing_of_it(
    page: Page, html: str, written: str
) -> None:
    found = page.evaluate(
        """(html) => { const root = document.getElementById('root'), range = document.createRange();
        root.innerHTML = html;
        range.setStart(document.getElementById('a').firstChild, 0); range.setEnd(document.getElementById('z'), 0);
        return preceptor.markdown(root, { range: preceptor.marked.stretch(range) }); }""",
        html,
    )
    assert found == written


def test_a_link_with_another_query_keeps_it_and_tells_nothing_of_its_pages_own_address(page: Page) -> None:
    links = ["?id=6", "/t/secret?id=7#p", "?id=5&n=2", "#x", "/t/secret"]
    body = f"<div id='root'>{' '.join(f'<a href={each}>x</a>' for each in links)}</div>"
    page.route("https://forum.example/**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("https://forum.example/t/secret?id=5")
    run_scripts(page)
    found = page.evaluate("() => preceptor.markdown(document.getElementById('root'))")
    assert found == "[x](?id=6) [x](?id=7#p) x x x"


def test_a_link_to_a_place_in_its_own_page_is_its_words_since_the_address_is_nobodys(page: Page) -> None:
    body = "<div id='root'><a href='#one'>1</a> <a href='/c/secret#two'>2</a> <a href='/other#x'>3</a></div>"
    page.route("https://chat.example/**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("https://chat.example/c/secret")
    run_scripts(page)
    found = page.evaluate("() => preceptor.markdown(document.getElementById('root'))")
    assert found == "1 2 [3](/other#x)"


# Written, shown as a page, read, shown again

MORE = [
    "- a\n\n  ```py\n  x:\n\n  - y  \n  ```\n- b",
    "1. a\n   > q\n   > - z\n2. b",
    "| a | b |\n|:-:|--:|\n| `p\\|q` | \\* |\n| c\\|d | `e\\\\|f` |",
    "a\\\nb **b *c* d** e\n\n***x***\n\n~~a **b**~~",
    "\\> a\n\n\\- a\n\n1986\\. a year\n\n\\\\ a\\\\b \\`a\\` &lt;b> $x$ and \\$5",
    "* a\n* b\n\n  c\n* d",
    "- # h\n- ```\n  c\n  ```",
    "2. a\n3. b\n\n- [ ] a\n- [x] b",
    "- a\n- b\n\n* c\n\n+ d\n  - e\n\n  * f\n\n1. g\n\n1) h\n2) i\n\n3. j",
    "> a\n\n> b\n\n***\n\n# a `b` *c*",
]
PIECES = [
    *[
        "a",
        "b c",
        "**d**",
        "*e*",
        "`f  g`",
        "\n",
        "\n\n",
        "  \n",
        "- h\n",
        "* h\n",
        "  - i\n",
        "  + i\n",
        "1. j\n",
        "1) j\n",
        "> k\n",
        "# l\n",
    ],
    *["\n```py\nm  \n\n- n\n```\n", "\n| o | p |\n|---|---|\n| q | r |\n", '[s](http://t.u/v "w")', "\\* ", "~~x~~"],
    *["!", "&amp;", "<y>", "_z_", " ", "    ", "2 * 3", "\\|"],
]
UNLIKE = ["<https://", "[a](<b c>"]  # an address that is only text; one of no host


def drawn(seed: int, count: int) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices(PIECES, k=draw.randint(2, 10))) for _ in range(count)]


def words(html: str) -> str:
    """What is shown, but for whether the items of a list stand apart, and empty code."""
    html = (
        plain(html)
        .replace("&nbsp;", " ")
        .replace("\u00a0", " ")
        .replace("</em><em>", "")
        .replace("</strong><strong>", "")
        .replace("</s><s>", "")
    )
    html = re.sub(r"</?p>", " ", re.sub(r"<pre><code>\s*</code></pre>", " ", html))
    return re.sub(r"\s+(?=<)|(?<=>)\s+", "", html).strip()


@pytest.mark.needs("nodejs")
def test_what_is_read_of_a_page_says_the_same_again_in_the_window_and_in_the_panel(page: Page) -> None:
    texts = [text for text in TEXTS if not any(each in text for each in UNLIKE)] + MORE + drawn(5, 600)
    shown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    read_again = read(page, *(shown.render(text) for text in texts))
    node = shutil.which("node")
    assert node is not None, "Node runs this: apt-get install nodejs"
    script = Path(__file__).resolve().parent / "extension" / "laid_as_html.mjs"
    ran = subprocess.run(
        [node, script], input=json.dumps(read_again), capture_output=True, text=True, timeout=180, check=True
    )
    for text, again, in_panel in zip(texts, read_again, json.loads(ran.stdout), strict=True):
        assert words(to_html(again)) == words(to_html(text)), (text, again)
        assert words(in_panel) == words(to_html(text)), (text, again)
