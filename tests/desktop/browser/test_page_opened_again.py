"""A page that is opened again scrolls to the answer: the browser finds the words of the address. In a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, sync_playwright

from desktop.flow.page_address import address
from feedback_store.record_parts import PositionSelector, QuoteSelector
from tests.desktop.browser.chrome import launched
from tests.desktop.browser.test_reading_pages import RULES, run_scripts

pytestmark = pytest.mark.needs("chromium")

PAGE = "https://chatgpt.com/c/1"
LONG = """Paracetamol is usually taken every four to six hours, and an adult should never take more than four grams in
twenty four hours, because the liver cannot cope with more than that amount. """
HAN = "扑热息痛通常每四至六小时服用一次，成人二十四小时内的服用量绝不能超过四克，因为肝脏无法处理更多的药物。"
ANSWERS = {
    "a short one": "<p>Take two tablets now.</p>",
    "one of one word": "<p>Yes.</p>",
    "a long one, whose quote is cut in a word": f"<p>{LONG * 3}</p>",
    "blocks without a blank between them": "<h2>Dosage</h2><p>Take <b>two</b> tablets now.</p><p>Never more.</p>",
    "a list": "<p>Do this now please today:</p><ol><li>Rest</li><li>Drink</li><li>Sleep</li></ol>",
    "lines of one word": "<ul><li>Rest</li><li>Drink</li><li>Sleep</li></ul>",
    "a table": "<table><tr><th>When</th><th>How</th></tr><tr><td>Now, and at once</td><td>Two</td></tr></table>",
    "code": "<pre><code>take --tablets 2 &amp;&amp;\n  sleep 6h\n</code></pre><p>Like this, then.</p>",
    "what runs to the right": "<p dir=rtl>שלום עולם זה טקסט ארוך מאוד שנכתב כאן בעברית כדי לבדוק</p>",
    "a script without blanks": f"<p>{HAN * 4}</p><p>{HAN}</p>",
}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        yield opened


def captured(page: Page, inner: str) -> dict[str, Any]:
    """The answer of a long page that stands far down, as the extension reads it."""
    far = "<div style='height: 4000px'></div>"
    body = f"""<!doctype html><meta charset=utf-8>{far}<div data-message-author-role=user>What is the dose?</div>
        <div data-message-author-role=assistant><div class=markdown id=answer>{inner}</div></div>{far}"""
    page.unroute_all()
    page.route("https://chatgpt.com/**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(PAGE)
    run_scripts(page)
    offer = page.evaluate("(sites) => preceptor.read(document, 'chatgpt.com', sites)", RULES["sites"])
    found: dict[str, Any] = offer["turns"][offer["chosen"]]
    return found


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_page_is_scrolled_to_its_answer(page: Page, kind: str) -> None:
    """Nothing was found of a quote that was cut in a word, nor across blocks that no blank parts."""
    turn = captured(page, ANSWERS[kind])
    quote, position, _ = turn["selectors"]
    selectors = (
        QuoteSelector(quote["exact"], quote["prefix"], quote["suffix"]),
        PositionSelector(position["start"], position["end"]),
    )
    found = address(PAGE, selectors, (turn["text"],))
    page.goto("about:blank")
    page.goto(found)
    seen = (
        "() => { const at = answer.getBoundingClientRect(); return scrollY && at.top < innerHeight && at.bottom > 0; }"
    )
    try:
        page.wait_for_function(seen, timeout=60_000)
    except Exception as error:
        raise AssertionError(unquote(found)) from error
