"""What of a page is lost in reading: nothing that a person sees in it. In a real Chromium; what is read is held against
what stands there, character by character."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from desktop.views.parts.rendering import to_html
from tests.desktop.browser.chrome import launched
from tests.desktop.browser.test_reading_pages import run_scripts
from tests.desktop.browser.test_reading_shapes import fence, read

pytestmark = pytest.mark.needs("chromium")

HIDDEN = "aria-hidden='true'"
BLANK = "\u00a0"  # one that Markdown keeps


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        opened.set_content("<!doctype html><body><div id='root'></div>")
        run_scripts(opened)
        yield opened


@pytest.mark.parametrize(
    ("html", "written"),
    [
        # seen, and hidden from screen readers only
        (f"<p>Risk: <span role='img' {HIDDEN}>⚠️</span> high</p>", "Risk: ⚠️ high"),
        (f"<p {HIDDEN}>Never <b {HIDDEN}>more</b> than 5</p>", "Never **more** than 5"),
        (f"<p>a <span {HIDDEN} style='display:contents'>b</span></p>", "a b"),
        (f"<ul><li><span {HIDDEN}>✅</span> done</li></ul>", "- ✅ done"),
        (f"<p>x <span {HIDDEN}><img alt='🙂' src='data:,' width='9' height='9'></span></p>", "x 🙂"),
        (f"<pre {HIDDEN}><code>a\n  b</code></pre>", fence("a\n  b")),
        (f"<p>take <span {HIDDEN}>5</span> of <code>x</code></p>", "take 5 of `x`"),
        # not seen either
        (f"<p>a<span {HIDDEN} hidden>no</span></p>", "a"),
        (f"<p>a<span {HIDDEN} style='opacity:0'>no</span></p>", "a"),
        (f"<div style='opacity:0'><p {HIDDEN}>no</p></div><p>a</p>", "a"),
        (f"<p>a<span {HIDDEN} style='font-size:0'>no</span></p>", "a"),
        (f"<p>a<span {HIDDEN} style='display:block;height:0;overflow:hidden'>no</span></p>", "a"),
        (f"<p>a<span {HIDDEN} style='position:absolute;left:-9999px'>no</span></p>", "a"),
        (f"<p>a<span {HIDDEN} style='display:block;text-indent:-9999px'>no</span></p>", "a"),
        # the drawing of a formula, numbers of lines, icons, and what leads to its own place
        (f"<p><span class='katex'><span class='katex-mathml'><math alttext='x'></math></span>"
         f"<span class='katex-html' {HIDDEN}>x</span></span></p>", "$x$"),
        (f"<pre><code><span {HIDDEN}>1</span>a\n<span {HIDDEN}>2</span>b</code></pre>", fence("a\nb")),
        (f"<div><div {HIDDEN}><div>1</div><div>2</div></div><pre>a\nb</pre></div>", fence("a\nb")),
        (f"<p>a<span {HIDDEN} style='font-family:\"Material Symbols Outlined\", sans-serif'>copy</span></p>", "a"),
        (f"<p>a<i {HIDDEN}>\ue14d</i><span {HIDDEN} style='user-select:none'>·</span></p>", "a"),
        (f"<h2>Dose <a href='#dose' {HIDDEN}>#</a></h2>", "## Dose"),
    ],
)  # fmt: skip
def test_what_is_hidden_from_screen_readers_only_is_read_and_decoration_is_not(
    page: Page, html: str, written: str
) -> None:
    """Emoji and words that were to be seen were left out without a word."""
    assert read(page, html) == [written]


@pytest.mark.parametrize(
    "hidden",
    [
        "hidden='until-found'",
        "style='content-visibility:hidden'",
        "style='position:absolute;left:-9999px'",
        "style='position:relative;top:-9999px'",
        "style='text-indent:-9999px'",
        "style='clip-path:inset(50%)'",
        "style='clip-path:polygon(0 0, 0 0, 0 0)'",
        "style='opacity:0'",
    ],
)
def test_what_nobody_sees_is_not_read(page: Page, hidden: str) -> None:
    """It reached the desk as a part of the answer."""
    assert read(page, f"<p>a</p><div {hidden}><p>no</p></div><p>b</p>") == ["a\n\nb"]


def test_an_open_dialog_is_read_and_a_closed_one_is_not(page: Page) -> None:
    assert read(page, "<dialog open>a</dialog><dialog>no</dialog>") == ["a"]


def test_characters_that_reading_uses_itself_are_kept(page: Page) -> None:
    """U+FDD0 and U+000B ended as blanks."""
    signs = "a" + "".join(map(chr, range(0xFDD0, 0xFDF0))) + "\vb"
    found = page.evaluate(
        """(text) => { const root = document.getElementById('root'); root.innerHTML = '<p></p><pre><code></code></pre>';
        root.querySelector('p').textContent = root.querySelector('code').textContent = text;
        return preceptor.markdown(root); }""",
        signs,
    )
    assert found == f"{signs}\n\n{fence(signs)}"


KEEPS = "style='white-space:pre-wrap'"


@pytest.mark.parametrize(
    ("html", "written"),
    [
        (f"<div {KEEPS}>if so:\n    indented\n  less\nno  more</div>",
         f"if so:  \n{BLANK * 4}indented  \n{BLANK * 2}less  \nno{BLANK} more"),
        (f"<div {KEEPS}>    first\n\n   x   y</div>", f"{BLANK * 4}first  \n\n{BLANK * 3}x{BLANK * 2} y"),
        (f"<div {KEEPS}>\ta\tb</div>", f"{BLANK * 4}a\tb"),
        (f"<div {KEEPS}>a <b> b </b> c<i>  d</i></div>", f"a{BLANK} **b**{BLANK} c{BLANK} *d*"),
        (f"<div {KEEPS}>    - no list\n    # no heading</div>", f"{BLANK * 4}- no list  \n{BLANK * 4}# no heading"),
        (f"<div {KEEPS}>-  a</div>", f"\\-{BLANK} a"),
        (f"<h3 {KEEPS}>a  b</h3>", f"### a{BLANK} b"),
        (f"<table {KEEPS}><tr><th>a  b</th></tr><tr><td>x\n  y</td></tr></table>",
         f"| a{BLANK} b |\n| --- |\n| x<br>{BLANK * 2}y |"),
        (f"<div {KEEPS}>\n  <p>a</p>\n  <ul>\n  <li>b</li>\n  </ul>\n</div>", "a\n\n- b"),
        (f"<div {KEEPS}>one two \nthree  </div>", "one two  \nthree"),
        (f"<div {KEEPS}><code>a  b</code>  <code> c</code></div>", f"`a  b`{BLANK} ` c`"),
        ("<p>  a  b\n   c </p>", "a b c"),
    ],
)  # fmt: skip
def test_blanks_that_a_page_shows_are_kept_as_ones_that_markdown_keeps(page: Page, html: str, written: str) -> None:
    """Indents and double blanks of an answer that keeps them were gone; a prompt's were not."""
    assert read(page, html) == [written]


def test_very_many_blanks_are_kept_too(page: Page) -> None:
    """Each of them was looked at from each of those before it."""
    many = 200_000
    assert read(page, f"<div {KEEPS}>a{' ' * many}b{' ' * many}\nc{' ' * many}</div>") == [
        f"a{BLANK * (many - 1)} b  \nc"
    ]


@pytest.mark.needs("nodejs")
def test_kept_blanks_are_shown_by_the_window_and_by_the_panel(page: Page) -> None:
    (text,) = read(page, f"<div {KEEPS}>  if so:\n    - indented\n\tno  more\n\n    <ul><li>   b</li></ul></div>")
    node = shutil.which("node")
    assert node is not None, "Node runs this: apt-get install nodejs"
    script = Path(__file__).resolve().parent / "extension" / "laid_as_html.mjs"
    ran = subprocess.run(
        [node, script], input=json.dumps([text]), capture_output=True, text=True, timeout=180, check=True
    )
    (in_panel,) = json.loads(ran.stdout)
    first = f"<p>{BLANK * 2}if so:<br>{BLANK * 4}- indented<br>{BLANK * 4}no{BLANK} more</p>"
    shown = f"{first}<ul><li>{BLANK * 3}b</li></ul>"
    assert in_panel.replace("\n", "") == shown
    assert to_html(text).replace("&nbsp;", BLANK).replace("\n", "") == shown


SELECTED = """([html, from, to]) => { const root = document.getElementById('root'), range = document.createRange();
    root.innerHTML = html;
    const code = root.querySelector('code'), text = code.firstChild;
    if (from < 0) range.setStartBefore(code.parentNode); else range.setStart(text, from);
    if (to < 0) range.setEndAfter(code.parentNode); else range.setEnd(text, to);
    return preceptor.markdown(root, { range: preceptor.marked.stretch(range) }); }"""


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (-1, -1, "\n\na\n\n\n"),  # all of it, with what stands around it
        (0, 6, "\n\na\n\n\n"),  # the same, from its first sign to its last
        (1, -1, "a\n\n\n"),
        (-1, 4, "\n\na"),
        (1, 4, "a"),
    ],
)
def test_selected_code_keeps_its_own_empty_lines_where_the_selection_does_not_end_inside(
    page: Page, first: int, last: int, written: str
) -> None:
    code = "\n\na\n\n\n\n"  # the last break ends the last line
    found = page.evaluate(SELECTED, [f"<pre><code>{code}</code></pre>", first, last])
    assert found == fence(written)
