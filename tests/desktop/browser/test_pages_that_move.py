"""Pages that change while they are read: an answer that is being written, a conversation that gives way to another. And
pages that are built so that they cannot be read, or not as a whole. In a real Chromium with the extension."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import arrived, connected
from tests.desktop.browser.test_marked_anywhere import CHAT, PAGE, refused, shown, taken

pytestmark = pytest.mark.needs("chromium")

DRAFT = """(async () => { const { openDatabase } = await import(chrome.runtime.getURL('worker/database.js'));
    return JSON.stringify(await (await openDatabase()).draft() ?? null); })()"""
LACKS = "document.getElementById('incomplete').hidden ? '' : document.getElementById('incomplete').textContent"
WRITTEN = "This answer is still being written. Take it again when it is done."
CHANGED = "The page changed while it was read. Press the button again."
# Not for ever: each step is told to this test too, and a busy computer would hear of nothing else
GO_ON = "(ms) => { const goes = setInterval(go, ms); setTimeout(() => clearInterval(goes), 3_000); }"
UNREAD = "This page is built in a way that cannot be read. Mark a smaller part of the answer"


def turn(role: str, inner: str) -> str:
    return f"<div data-message-author-role={role}><div class=markdown>{inner}</div></div>"


def chat(inner: str) -> str:
    return turn("user", "Why?") + turn("assistant", inner)


def draft(panel: Panel) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(panel.value(DRAFT))
    return found


CLAUDE = """<div data-testid=user-message>Why?</div><div data-is-streaming={}><div class=font-claude-response>
    <div class=progressive-markdown><p>The dose is</p></div></div></div>"""
GEMINI = """<user-query><div class=query-text>Why?</div></user-query><model-response><message-content>
    <div class=markdown aria-busy={}><p>The dose is</p></div></message-content></model-response>"""
STREAMING = """<div data-message-author-role=user>Why?</div><div data-message-author-role=assistant>
    <div class='markdown {}'><p>The dose is</p></div></div>"""
BEING = {
    "https://claude.ai/chat/1": (CLAUDE, "true", "false"),
    "https://gemini.google.com/app/1": (GEMINI, "true", "false"),
    CHAT: (STREAMING, "result-streaming", ""),
}


@pytest.mark.parametrize("address", BEING)
def test_an_answer_that_its_page_marks_as_being_written_is_said_to_be_and_is_not_whole(
    chrome: Chrome, desk: DeskOfTest, address: str
) -> None:
    """Half of it was taken as all of it, without a word."""
    body, being, done = BEING[address]
    shown(chrome, body.format(being), address)
    panel = chrome.judge()
    assert (taken(panel), panel.value(LACKS)) == ("The dose is", WRITTEN)
    connected(chrome, desk, panel)
    panel.press("send")
    arrived(panel)
    assert desk.inbox()[-1]["complete"] is False
    shown(chrome, body.format(done), address)
    chrome.judge()
    assert (taken(panel), panel.value(LACKS)) == ("The dose is", "")


GROWING = "<script>setInterval(() => answer.append(' and'), 40)</script>"


@pytest.mark.parametrize("address", [CHAT, PAGE])
def test_an_answer_that_grows_between_two_looks_is_said_to_be_being_written(chrome: Chrome, address: str) -> None:
    shown(chrome, chat("<p id=answer>The dose is</p>") + GROWING, address)
    if address == PAGE:
        chrome.page.evaluate("() => getSelection().selectAllChildren(answer.parentNode)")
    panel = chrome.judge()
    assert taken(panel).startswith("The dose is and")
    assert panel.value(LACKS) == WRITTEN
    assert draft(panel)["complete"] is False


def test_of_an_answer_that_is_done_nothing_is_said_while_all_around_it_goes_on(chrome: Chrome) -> None:
    """A clock, a later answer, and an answer whose elements are made anew are no answer that is being written."""
    clock = "<p id=clock>0</p><script>setInterval(() => clock.append('1'), 20)</script>"
    anew = "const at = document.querySelector('.markdown p'); at.replaceWith(at.cloneNode(true));"
    again = f"<script>setInterval(() => {{ {anew} }}, 20)</script>"
    shown(chrome, turn("user", "Why?") + turn("assistant", "<p>Because</p><p>so</p>") + clock + again, CHAT)
    panel = chrome.judge()
    assert (taken(panel), panel.value(LACKS)) == ("Because\n\nso", "")


@pytest.mark.long
def test_a_page_that_goes_on_and_on_is_refused_rather_than_given_anothers_address_or_title(chrome: Chrome) -> None:
    """The answer of c/128 had the address of c/140 and its title."""
    # Chromium stops to heed a page that goes on too often, so the page says where it is by then
    going = """let n = 1; const at = document.querySelectorAll('.markdown')[1];
        const go = () => { history.pushState(0, '', '/c/' + ++n); const now = location.pathname.slice(3);
            document.title = 'T' + now; at.textContent = 'answer of ' + now; }"""
    shown(chrome, f"{chat('answer of 1')}<script>{going}</script>", CHAT)
    panel = chrome.judge()
    taken(panel)
    for every_ms in (1, 7, 40, 150):
        chrome.page.evaluate(GO_ON, every_ms)
        before = draft(panel)["id"]
        chrome.judge()
        panel.until(f"!document.getElementById('trouble').hidden || ({DRAFT}).then((all) => !all.includes('{before}'))")
        if panel.value("!document.getElementById('trouble').hidden"):
            assert refused(panel) == CHANGED
            continue
        found = draft(panel)
        number = found["response"].removeprefix("answer of ")
        assert found["url"] == f"https://chatgpt.com/c/{number}"
        assert found["title"] in (f"T{number}", "")


def test_a_page_that_went_on_once_while_it_was_read_is_read_again(chrome: Chrome) -> None:
    shown(chrome, f"<title>T1</title>{chat('answer of 1')}", CHAT)
    [worker] = [each for each in chrome.context.service_workers if "worker.js" in each.url]
    worker.evaluate(
        """() => { const get = chrome.tabs.get;
        chrome.tabs.get = async (tabId) => { chrome.tabs.get = get;
            await chrome.scripting.executeScript({ target: { tabId }, world: "MAIN", func: () => {
                const at = document.querySelectorAll(".markdown")[1];
                history.pushState(0, "", "/c/2"); document.title = "T2"; at.textContent = "answer of 2"; } });
            return get(tabId); }; }"""
    )
    panel = chrome.judge()
    assert taken(panel) == "answer of 2"
    found = draft(panel)
    assert (found["url"], found["title"]) == ("https://chatgpt.com/c/2", "T2")


DEEP = """let at = document.querySelectorAll('.markdown')[1]; for (let n = 0; n < 3000; n++) {
    const inner = document.createElement('span'); at.append(inner); at = inner; } at.append('deep');"""
MARK_LAST = """() => { const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) getSelection().setBaseAndExtent(walker.currentNode, 0, walker.currentNode, 4);
    return getSelection().toString(); }"""


@pytest.mark.long
@pytest.mark.parametrize(
    "body",
    [
        chat(f"<script>{{ {DEEP} }}</script>"),
        chat("<form><input name=matches>Because.</form>"),
    ],
    ids=["deep", "form"],
)
def test_of_a_page_that_is_built_so_that_reading_it_fails_the_true_cause_is_said(chrome: Chrome, body: str) -> None:
    """It was said that the browser keeps the page to itself."""
    shown(chrome, body, CHAT)
    panel = chrome.judge()
    assert UNREAD in refused(panel)
    words = chrome.page.evaluate(MARK_LAST)  # the way out that is named
    panel = chrome.judge()
    panel.until("document.getElementById('trouble').hidden")
    assert taken(panel) == words


@pytest.mark.long
def test_an_answer_that_stands_too_deep_for_its_path_is_taken_with_its_other_places(chrome: Chrome) -> None:
    """All of it was refused for the path's length."""
    deep = "<blockquote>" * 400 + "<p id=answer>deep</p>"
    shown(chrome, deep, PAGE)
    chrome.page.evaluate("() => getSelection().selectAllChildren(answer.parentNode)")
    panel = chrome.judge()
    assert taken(panel) == "deep"
    found = draft(panel)
    kinds = [each["type"] for each in found["turns"][found["chosen"]]["selectors"]]
    assert kinds == ["TextQuoteSelector", "TextPositionSelector"]


TURNS = "This conversation has more than 1,000 turns; those before the last 1,000 are left out."


@pytest.mark.long
def test_of_a_conversation_of_more_than_a_thousand_turns_the_last_thousand_up_to_the_answer_are_taken(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """It was no answer that could be kept, marked or not."""
    many = "".join(turn("user", f"q{at}") + turn("assistant", f"<p>a{at}</p>") for at in range(600))
    shown(chrome, many, CHAT)
    mark = "(at) => getSelection().selectAllChildren(document.querySelectorAll('p')[at])"
    chrome.page.evaluate(mark, 599)
    panel = chrome.judge()
    assert (taken(panel), panel.value(LACKS)) == ("a599", TURNS)
    found = draft(panel)
    assert (found["turns"][0]["text"], len(found["turns"]), found["complete"]) == ("q100", 1000, False)
    connected(chrome, desk, panel)
    panel.press("send")
    arrived(panel)
    kept = desk.inbox()[-1]
    assert (kept["complete"], len(kept["messages"]), kept["messages"][0]) == (False, 999, ["user", "q100"])
    chrome.page.evaluate(mark, 20)
    chrome.judge()
    assert (taken(panel), panel.value(LACKS)) == ("a20", "")
    assert draft(panel)["messages"][0]["content"] == "q0"
