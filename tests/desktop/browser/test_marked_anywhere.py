"""What is marked is taken, wherever on a page it stands: in a field, and in a frame of the page's own host."""

from __future__ import annotations

import html

import pytest
from playwright.sync_api import Route

from tests.desktop.browser.chrome import Chrome, Panel

pytestmark = pytest.mark.needs("chromium")

PAGE, FRAME, OTHER = "https://forum.example/t/1", "https://forum.example/frame", "https://ads.example/frame"
CHAT = "https://chatgpt.com/c/1"
TEXT = "Not **more** than  5 mg.\nEver."
NOTHING = "There is no answer to take here."
SHUT = "What stands in a frame of another site cannot be read."
BODY = "<p>Take <b>5</b> mg</p><textarea id=field>Of a <i>frame</i></textarea>"
IN_FRAME = "document.querySelector('iframe').contentDocument"
MARK = "((at) => { at.defaultView.focus(); at.getSelection().selectAllChildren(at.querySelector('p')); })"
MARK_FIELD = "((field, from, to) => { field.focus(); field.setSelectionRange(from, to); })"
CHAT_BODY = """<div data-message-author-role="user">Why?</div>
<div data-message-author-role="assistant"><p id="answer">Because.</p></div>"""


def pressed(chrome: Chrome, body: str, mark: str, address: str = PAGE) -> Panel:
    """The panel, after the button was pressed on a page on which something is marked."""
    shown(chrome, body, address)
    chrome.page.evaluate(f"() => {mark}")
    return chrome.judge()


def shown(chrome: Chrome, body: str, address: str = PAGE) -> None:
    """Open a page at an address of the web."""
    pages = {address: body, FRAME: BODY, OTHER: BODY}

    def answer(route: Route) -> None:
        page = f"<!doctype html><body>{pages.get(route.request.url, '')}"
        route.fulfill(body=page, content_type="text/html; charset=utf-8")

    chrome.page.route(lambda url: url.startswith("https:"), answer)
    chrome.page.goto(address)


def taken(panel: Panel) -> str:
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    return str(panel.value("document.getElementById('response').value"))


def refused(panel: Panel) -> str:
    panel.until("!document.getElementById('trouble').hidden")
    return str(panel.value("document.getElementById('trouble').textContent"))


@pytest.mark.parametrize(
    ("field", "from_", "to", "text"),
    [
        (f"<textarea id=field>{TEXT}</textarea>", 0, 99, TEXT),
        (f"<textarea id=field>{TEXT}</textarea>", 4, 19, "**more** than  "),
        ("<input id=field value='take 5 mg'>", 5, 9, "5 mg"),
    ],
)
def test_what_is_marked_in_a_field_is_taken_as_it_stands_there(
    chrome: Chrome, field: str, from_: int, to: int, text: str
) -> None:
    """Nothing was found, although something was marked."""
    mark = f"{MARK_FIELD}(document.getElementById('field'), {from_}, {to})"
    assert taken(pressed(chrome, field, mark)) == text


@pytest.mark.parametrize("field", ["<input id=field type=password value=secret>", "<textarea id=field>a</textarea>"])
def test_of_a_password_and_of_a_field_in_which_nothing_is_marked_nothing_is_taken(chrome: Chrome, field: str) -> None:
    to = 6 if "password" in field else 0
    panel = pressed(chrome, field, f"{MARK_FIELD}(document.getElementById('field'), 0, {to})")
    assert NOTHING in refused(panel)


FRAMES = {
    "src": f"<iframe src='{FRAME}'></iframe>",
    "srcdoc": f'<iframe srcdoc="{html.escape(BODY)}"></iframe>',
}


@pytest.mark.parametrize("kind", FRAMES)
def test_what_is_marked_in_a_frame_of_the_pages_own_host_is_taken(chrome: Chrome, kind: str) -> None:
    assert taken(pressed(chrome, FRAMES[kind], f"{MARK}({IN_FRAME})")) == "Take **5** mg"
    chrome.page.evaluate(f"() => {MARK_FIELD}({IN_FRAME}.getElementById('field'), 5, 12)")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value.startsWith('<i>')")
    assert taken(panel) == "<i>fram"


@pytest.mark.long
@pytest.mark.parametrize("cover", [f"src='{OTHER}'", f'sandbox srcdoc="{html.escape(BODY)}"'], ids=["src", "sandbox"])
def test_in_a_frame_of_another_host_or_one_that_is_shut_in_nothing_is_read(chrome: Chrome, cover: str) -> None:
    """It asked for a mark, though there was one, and none could have helped."""
    panel = pressed(chrome, f"<iframe {cover}></iframe>", "document.querySelector('iframe').focus()")
    _, frame = chrome.page.frames
    frame.evaluate(f"() => {MARK}(document)")
    chrome.judge()
    panel.until(f"document.getElementById('trouble').textContent.startsWith({SHUT!r})")
    assert SHUT in refused(panel)


def test_in_a_frame_of_the_pages_own_host_in_which_nothing_is_marked_a_mark_is_asked_for(chrome: Chrome) -> None:
    panel = pressed(chrome, FRAMES["srcdoc"], f"{IN_FRAME}.getElementById('field').focus()")
    assert NOTHING in refused(panel)


@pytest.mark.long
def test_on_a_chat_page_a_frame_counts_only_while_the_keyboard_is_in_it(chrome: Chrome) -> None:
    panel = pressed(chrome, CHAT_BODY + FRAMES["srcdoc"], f"{MARK}({IN_FRAME})", CHAT)
    assert taken(panel) == "Take **5** mg"
    chrome.page.evaluate("() => { document.activeElement.blur(); window.focus(); }")
    panel = chrome.judge()
    panel.until("document.getElementById('response').value === 'Because.'")
