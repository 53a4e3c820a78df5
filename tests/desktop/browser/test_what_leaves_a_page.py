"""What of a page goes to Preceptor, and what a page learns: no more than the privacy statement says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import arrived, connected, sent

pytestmark = pytest.mark.needs("chromium")

PLACE = "https://intern.example/cases/77/answer.txt?patient=Doe&token=abc"
TEXT = "Antibiotics do not help."
LINKS = f"""<!doctype html><body><p>{TEXT} See <a href="more?x=(1)">more</a>, <a href="/doses">doses</a>, <a href="#note">1</a>,
<a href="https://other.example/a">others</a> <img src="chart one.png" alt="a chart"></p>"""
SELECT = "() => getSelection().selectAllChildren(document.body)"


def taken(chrome: Chrome, body: str, kind: str) -> Panel:
    """All of a page at an address that nobody is told, in the panel."""
    chrome.page.route(PLACE, lambda route: route.fulfill(body=body, content_type=f"{kind}; charset=utf-8"))
    chrome.page.route("https://intern.example/**.png", lambda route: route.abort())
    chrome.page.goto(PLACE)
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    return panel


def on_the_desk(chrome: Chrome, desk: DeskOfTest, body: str, kind: str) -> dict[str, Any]:
    panel = taken(chrome, body, kind)
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    return desk.inbox()[-1]


@pytest.mark.parametrize(
    ("kind", "body", "response"),
    [
        ("text/plain", TEXT, f"```\n{TEXT}\n```"),
        (
            "text/html",
            LINKS,
            f"{TEXT} See [more](more?x=%281%29), [doses](/doses), 1, [others](https://other.example/a) "
            "![a chart](chart%20one.png)",
        ),
    ],
)
def test_of_a_page_without_a_title_nothing_but_the_host_is_told_where_the_address_is_not_kept(
    chrome: Chrome, desk: DeskOfTest, kind: str, body: str, response: str
) -> None:
    """Such a page's title is its address, and links of the page were made whole with it."""
    kept = on_the_desk(chrome, desk, body, kind)
    assert (kept["origin"], kept["title"], kept["url"], kept["response"]) == (
        "https://intern.example",
        "",
        None,
        response,
    )
    told = json.dumps(kept)
    assert not [word for word in ("cases", "answer.txt", "patient", "Doe", "token", "abc") if word in told]
