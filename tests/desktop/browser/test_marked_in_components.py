"""What is marked inside of a page's components is taken: in open trees and closed ones, in what they show of the page's
own, and across their edges. The marks are made by a mouse, since a script's differ. In a real Chromium."""

from __future__ import annotations

import pytest
from one_in import one_in

from tests.desktop.browser.chrome import Chrome
from tests.desktop.browser.test_marked_anywhere import CHAT, PAGE, refused, shown, taken

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

STYLE = "<style>body, p, pre, h3 { margin: 0; font: 16px/20px monospace; }</style>"
DOSE = "<p>Take <b>5</b> mg</p><p>Second line</p>"
LINE = 20  # px


def component(mode: str, inner: str, outer: str = "", name: str = "x-answer") -> str:
    """An element with a tree of its own."""
    tree = f"document.querySelector('{name}').attachShadow({{ mode: '{mode}' }}).innerHTML = `{STYLE}{inner}`"
    return f"<{name} style='display: block'>{outer}</{name}><script>{tree}</script>"


def dragged(chrome: Chrome, first: int, last: int, to: int = 300) -> str:
    """What is taken of what the mouse marks, from the beginning of a line to some place of another."""
    mouse = chrome.page.mouse
    mouse.move(1, first * LINE + 10)
    mouse.down()
    mouse.move(to, last * LINE + 10, steps=5)
    mouse.up()
    return taken(chrome.judge())


@pytest.mark.parametrize("mode", one_in(2, ["open", "closed"]))
@pytest.mark.parametrize("name", ["x-answer", "section"])
def test_what_the_mouse_marks_in_a_component_is_taken(chrome: Chrome, mode: str, name: str) -> None:
    """There was no answer to take, although one was marked."""
    shown(chrome, STYLE + component(mode, DOSE, name=name))
    assert dragged(chrome, 0, 1) == "Take **5** mg\n\nSecond line"


@pytest.mark.parametrize("mode", ["open", "closed"])
@pytest.mark.parametrize("way", ["double click", "Control+a"])
def test_what_is_marked_in_a_component_of_a_component_is_taken_by_each_way_of_marking(
    chrome: Chrome, mode: str, way: str
) -> None:
    shown(
        chrome,
        f"""{STYLE}<x-outer></x-outer><script>
        const tree = (host, inner) => Object.assign(host.attachShadow({{ mode: '{mode}' }}), {{ innerHTML: inner }});
        const outer = tree(document.querySelector('x-outer'), '{STYLE}<x-inner></x-inner>');
        tree(outer.querySelector('x-inner'), '{STYLE}{DOSE}');</script>""",
    )
    if way == "double click":
        chrome.page.mouse.dblclick(12, 10)
    else:
        chrome.page.mouse.click(12, 10)
        chrome.page.keyboard.press(way)
    # all that Chromium marks by Ctrl+A in a component is the paragraph with the cursor
    assert taken(chrome.judge()) == ("Take" if way == "double click" else "Take **5** mg")


@pytest.mark.parametrize("mode", one_in(2, ["open", "closed"]))
def test_what_a_component_shows_of_the_page_is_taken_where_it_is_marked(chrome: Chrome, mode: str) -> None:
    """Two paragraphs in a slot gave nothing."""
    shown(chrome, STYLE + component(mode, "<h3>Answer</h3><slot></slot><p>Like</p>", DOSE))
    assert dragged(chrome, 1, 2) == "Take **5** mg\n\nSecond line"


@pytest.mark.parametrize("mode", one_in(2, ["open", "closed"]))
def test_what_stands_between_in_a_component_is_taken_with_what_is_around_it(chrome: Chrome, mode: str) -> None:
    """It was lost without a word: `Take`, `daily`, as a whole answer."""
    code = component(mode, "<pre>5 mg\n2x</pre>")
    shown(chrome, f"{STYLE}<p>Take</p>{code}<p>daily now</p>")
    assert dragged(chrome, 0, 3, 48) == "Take\n\n```\n5 mg\n2x\n```\n\ndaily"


@pytest.mark.parametrize("mode", one_in(2, ["open", "closed"]))
def test_a_mark_that_begins_in_a_component_and_ends_below_it_is_taken(chrome: Chrome, mode: str) -> None:
    shown(chrome, f"{STYLE}{component(mode, '<p>Before</p><p>Take 5 mg</p>')}<p>daily now</p><p>Not this</p>")
    assert dragged(chrome, 1, 2, 48) == "Take 5 mg\n\ndaily"


@pytest.mark.parametrize("mode", one_in(2, ["open", "closed"]))
def test_a_known_chats_answer_has_what_its_components_show(chrome: Chrome, mode: str) -> None:
    code = component(mode, "<pre>5 mg</pre>")
    shown(
        chrome,
        f"{STYLE}<div data-message-author-role=user>Why?</div>"
        f"<div data-message-author-role=assistant><div class=markdown><p>Take</p>{code}</div></div>",
        CHAT,
    )
    assert taken(chrome.judge()) == "Take\n\n```\n5 mg\n```"


def test_what_is_marked_in_a_known_chats_component_takes_its_answer(chrome: Chrome) -> None:
    answers = (
        f"<div data-message-author-role=assistant>{inner}</div>"
        for inner in (component("closed", "<p>First</p>"), "<p>Last</p>")
    )
    shown(chrome, STYLE + "<div data-message-author-role=user>Why?</div>".join(["", *answers]), CHAT)
    assert dragged(chrome, 1, 1, 20) == "First"


def test_a_component_in_which_nothing_is_marked_gives_nothing(chrome: Chrome) -> None:
    shown(chrome, STYLE + component("closed", DOSE), PAGE)
    chrome.page.mouse.click(12, 10)
    assert "There is no answer to take here" in refused(chrome.judge())
