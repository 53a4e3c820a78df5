"""What the extension writes of formulas whose source is not in their page: of KaTeX without MathML, and of MathJax with
and without what it writes for screen readers. In a real Chromium; the pages are what these programs made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.desktop.browser.chrome import PAGES, launched
from tests.desktop.browser.test_reading_pages import SITES, run_scripts

pytestmark = pytest.mark.needs("chromium")

LAID: list[dict[str, Any]] = json.loads((PAGES / "formulas_laid.json").read_text(encoding="utf-8"))["formulas"]
READ = """([html, sites]) => {
    document.querySelector("[data-message-author-role=assistant] .markdown").innerHTML = html;
    return preceptor.read(document, "chatgpt.com", sites); }"""
CHTML = (
    '<mjx-container class="MathJax" jax="CHTML"><mjx-math class=" MJX-TEX" aria-hidden="true"><mjx-msup>'
    '<mjx-mi class="mjx-i"><mjx-c class="mjx-c1D465 TEX-I"></mjx-c></mjx-mi>'
    '<mjx-script style="vertical-align: 0.363em;"><mjx-mn class="mjx-n" size="s"><mjx-c class="mjx-c32"></mjx-c>'
    "</mjx-mn></mjx-script></mjx-msup></mjx-math>{}</mjx-container>"
)
SVG = (
    '<mjx-container class="MathJax" jax="SVG"><svg xmlns="http://www.w3.org/2000/svg" role="img" focusable="false"'
    ' aria-hidden="true"><g data-mml-node="math"><g data-mml-node="msup"><g data-mml-node="mi">'
    '<use data-c="1D465"></use></g><g data-mml-node="mn"><use data-c="32"></use></g></g></g></svg>{}</mjx-container>'
)
ASSISTIVE = (
    '<mjx-assistive-mml unselectable="on" display="inline"><math xmlns="http://www.w3.org/1998/Math/MathML"><msup>'
    "<mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml>"
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        opened.goto((PAGES / "sites" / "chatgpt.html").as_uri())
        run_scripts(opened)
        yield opened


def read(page: Page, html: str) -> tuple[str, int]:
    """What is written of an answer, and how many formulas in it could not be told."""
    offer = page.evaluate(READ, [html, [SITES["chatgpt"]]])
    assert offer["complete"]
    return offer["turns"][1]["text"], offer["formulas"]


@pytest.mark.parametrize("formula", LAID, ids=[f"{each['by']} {each['tex']}" for each in LAID])
def test_a_formula_that_is_only_laid_out_is_written_as_tex(page: Page, formula: dict[str, Any]) -> None:
    """Of x² only x2 was left."""
    found, lost = read(page, f"<p>So {formula['html']}.</p>")
    display = formula["html"].startswith('<span class="katex-display">')
    written = f"$$\n{formula['written']}\n$$" if display else f"${formula['written']}$"
    assert found == (f"So\n\n{written}\n\n." if display else f"So {written}.")
    assert lost == (not formula["known"])


@pytest.mark.parametrize("laid", [CHTML, SVG])
def test_what_mathjax_writes_for_screen_readers_is_read(page: Page, laid: str) -> None:
    assert read(page, f"<p>So {laid.format(ASSISTIVE)}.</p>") == ("So $x^{2}$.", 0)


@pytest.mark.parametrize("laid", [CHTML, SVG])
def test_a_formula_of_which_nothing_is_known_is_a_gap_and_counted(page: Page, laid: str) -> None:
    """Nothing at all stood there, between two signs that begin a formula of its own."""
    assert read(page, f"<p>So {laid.format('')} and {laid.format('')}.</p>") == ("So $…$ and $…$.", 2)
    select = "() => getSelection().selectAllChildren(document.querySelector('.markdown'))"
    page.evaluate(select)
    offer = page.evaluate("() => preceptor.read(document, 'x.example', [])")
    assert (offer["selected"], offer["formulas"]) == (True, 2)
    page.evaluate("() => getSelection().removeAllRanges()")
