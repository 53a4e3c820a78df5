"""Ranking in the panel by the bench's keys and by dragging, in a real Chromium: each way says the same as typing it."""

from __future__ import annotations

import pytest

from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import CTRL, at, press
from tests.desktop.browser.test_panel_judging import WORDS, accepted, ready

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

SHIFT = 8
CHIPS = "document.querySelector('#own-ranking .chips')"
FIELD = "document.querySelector('#own-ranking input')"
SHOWN = f"{CHIPS}.textContent"


def asked(chrome: Chrome, desk: DeskOfTest) -> Panel:
    """Three answers to be ranked, the keyboard at the chips."""
    panel = ready(chrome, desk)
    assert desk.asked("answer", "done", texts=WORDS, pause=0.01)
    panel.press("ask")
    panel.until("document.querySelectorAll('#own-list .scale').length === 2")
    at(panel, "#own-list textarea")
    press(panel, "v")
    assert panel.value(f"document.activeElement === {FIELD}")
    panel.key("Tab", 9, SHIFT)
    assert panel.value(f"document.activeElement === {CHIPS}")
    return panel


def ranked(panel: Panel) -> str:
    """What stands in the field."""
    text: str = panel.value(f"{FIELD}.value")
    return text


def chip(panel: Panel, key: str) -> tuple[float, float, float]:
    """Left, right and middle height of a chip in the panel."""
    box = f"{CHIPS}.querySelector('[data-key={key}]').getBoundingClientRect()"
    left, right, middle = panel.value(f"(b => [b.left, b.right, (b.top + b.bottom) / 2])({box})")
    return left, right, middle


def drag(panel: Panel, start: tuple[float, float], *ways: tuple[float, float], drop: bool = True) -> None:
    """A mouse that presses, moves and lets go."""
    panel.send("Input.dispatchMouseEvent", type="mouseMoved", x=start[0], y=start[1])
    panel.send("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], button="left", clickCount=1)
    for x, y in ways:
        panel.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
    if drop:
        x, y = (start, *ways)[-1]
        panel.send("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)


def heard(panel: Panel) -> str:
    """What the row says to who does not see it."""
    text: str = panel.value("document.querySelector('#own-ranking .read-out').textContent")
    return text


def test_answers_are_moved_by_the_benchs_keys_and_the_desks_draft_has_that_ranking(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = asked(chrome, desk)
    assert panel.value(SHOWN) == "ABC", "nothing is ranked yet"
    press(panel, "c", "ArrowLeft")
    assert (ranked(panel), panel.value(SHOWN)) == ("a>c>b", "A>C>B")
    press(panel, "ArrowUp")
    assert ranked(panel) == "a=c>b"
    press(panel, "ArrowDown")
    assert ranked(panel) == "a>c>b"
    press(panel, "ArrowLeft", "b", "ArrowUp")
    assert (ranked(panel), panel.value(SHOWN)) == ("c>a=b", "C>A=B")
    assert panel.value(f"document.activeElement === {CHIPS}"), "the keyboard stays while chips change their places"
    press(panel, "Escape")
    assert panel.value("document.activeElement.closest('#own-list') !== null")
    assert accepted(chrome, desk, panel)["verdicts"] == [{"axis": "overall", "tiers": [["c"], ["a", "b"]]}]


def test_a_screen_reader_hears_the_current_answer_its_place_and_what_a_move_made_of_it(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = asked(chrome, desk)
    current = f"document.getElementById({CHIPS}.getAttribute('aria-activedescendant'))"
    label = f"{current}.ariaLabel"
    assert panel.value(f"[{CHIPS}.role, {CHIPS}.ariaLabel]") == ["listbox", "Ranking, best first"]
    assert panel.value(f"[{current}.role, {current}.ariaSelected, {label}]") == ["option", "true", "A, not ranked yet"]
    press(panel, "b", "ArrowLeft")
    assert panel.value(label) == heard(panel) == "B, place 1 of 3"
    press(panel, "c", "ArrowUp")
    assert panel.value(label) == heard(panel) == "C, place 2 of 2, as good as A"
    panel.key("z", 90, CTRL)
    assert heard(panel) == "1: B; 2: A; 3: C"
    tree = panel.send("Accessibility.getFullAXTree")["nodes"]
    options = [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "option"]
    assert [name for name in options if "place" in name] == ["B, place 1 of 3", "A, place 2 of 3", "C, place 3 of 3"]


def test_steps_at_the_chips_are_taken_back_and_done_again_by_the_benchs_keys(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = asked(chrome, desk)
    panel.value(f"{FIELD}.focus()")
    panel.send("Input.insertText", text="b>a")
    panel.send("Input.insertText", text="=c")
    panel.key("Tab", 9, SHIFT)
    press(panel, "c", "ArrowLeft")
    panel.value("document.querySelectorAll('#own-list .scale')[0].querySelectorAll('button')[2].click()")  # B is worse
    panel.value(f"{CHIPS}.focus()")
    seen = [ranked(panel)]
    for _ in range(4):
        panel.key("z", 90, CTRL)
        seen.append(ranked(panel))
    assert seen == ["c>a>b", "b>c>a", "b>a=c", "", ""]
    assert panel.value(SHOWN) == "ABC"
    panel.key("y", 89, CTRL)
    panel.key("Z", 90, CTRL | SHIFT)
    assert ranked(panel) == "b>c>a"
    press(panel, "ArrowLeft")
    panel.key("y", 89, CTRL)
    assert ranked(panel) == "c>b>a", "what is done anew ends the way forward"


def test_an_answer_is_dragged_between_others_onto_one_and_to_the_end(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = asked(chrome, desk)
    panel.value(f"{CHIPS}.scrollIntoView({{ block: 'center' }})")
    panel.send("Page.bringToFront")

    def middle(key: str) -> tuple[float, float]:
        left, right, y = chip(panel, key)
        return (left + right) / 2, y

    left, _, y = chip(panel, "a")
    drag(panel, middle("c"), (left + 20, y + 3), (left - 1, y + 9))
    assert ranked(panel) == "c>a>b"
    drag(panel, middle("b"), middle("a"), middle("c"), drop=False)
    assert panel.value(f"{CHIPS}.querySelector('.with').dataset.key") == "c"
    press(panel, "Escape")
    assert panel.value(f"{CHIPS}.querySelector('.with')") is None
    x, y = middle("c")
    panel.send("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)
    assert ranked(panel) == "c>a>b", "Escape drops what is dragged"
    drag(panel, middle("b"), middle("a"), middle("c"))
    assert ranked(panel) == "b=c>a"
    _, right, y = chip(panel, "a")
    drag(panel, middle("c"), (right + 30, y))
    assert ranked(panel) == "b>a>c"
    x, y = middle("a")
    drag(panel, (x, y), (x + 3, y))
    assert ranked(panel) == "b>a>c", "a click chooses and moves nothing"
    press(panel, "ArrowLeft")
    assert ranked(panel) == "a>b>c", "the one that was clicked"
    panel.key("z", 90, CTRL)
    panel.key("z", 90, CTRL)
    assert ranked(panel) == "b=c>a", "a drag is taken back as a move is"


def test_enter_in_the_rankings_field_accepts_it_and_in_no_field_of_one_line_sends_the_capture(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    """It did from the ranking and the summary; on the bench it goes back to the answers."""
    panel = asked(chrome, desk)
    panel.value(f"{FIELD}.focus()")
    panel.send("Input.insertText", text="b>a")
    press(panel, "Enter")
    assert panel.value(f"document.activeElement === {FIELD}"), "it is no ranking yet"
    panel.send("Input.insertText", text="=c")
    panel.until("!document.getElementById('send').disabled")
    press(panel, "Enter")
    assert panel.value("document.activeElement.closest('#own-list') !== null")
    assert not panel.value("document.getElementById('draft').hidden")
    press(panel, "e")
    panel.write("summary", "Shorter.")
    press(panel, "Enter")
    panel.value("document.getElementById('keep-url').focus()")
    press(panel, "Enter")
    assert not panel.value("document.getElementById('draft').hidden")
    assert accepted(chrome, desk, panel)["verdicts"] == [{"axis": "overall", "tiers": [["b"], ["a", "c"]]}]
