"""The extension as it is shipped, in a real Chromium, with a real native host and a real window's end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel, kill_hosts, served, until

pytestmark = pytest.mark.needs("chromium")

SELECT = """() => { const range = document.createRange(); range.selectNodeContents(document.getElementById("answer"));
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""
ANSWER = "For a common cold, antibiotics **usually** do not help 🙂.\n\n- Rest and drink enough.\n- Use saline spray."
CTRL = 2


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "run").mkdir(mode=0o700)
        (Path(folder) / "profile").mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
        yield Path(folder)


@pytest.fixture
def desk(place: Path) -> Iterator[DeskOfTest]:
    started = DeskOfTest(place / "profile")
    yield started
    started.stop()


@pytest.fixture
def chrome(play: Playwright, place: Path, address: str) -> Iterator[Chrome]:
    opened = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"))
    yield opened
    opened.close()


def captured(chrome: Chrome) -> Panel:
    """The answer of the plain page, selected and in the panel."""
    chrome.go("plain.html")
    chrome.page.evaluate(SELECT)
    panel = chrome.judge()
    panel.until("document.getElementById('response').value")
    return panel


def connected(chrome: Chrome, desk: DeskOfTest, panel: Panel) -> None:
    """Let this browser in, by the digits that its panel shows."""
    desk.do("pair")
    panel.press("pair")
    assert desk.hear()["asked"]
    code = panel.until("document.getElementById('code-shown').textContent")
    desk.do("allow", code=code)
    assert desk.hear() == {"allowed": "allowed"}
    panel.until("document.getElementById('standing').className === 'well'")


def sent(panel: Panel, prompt: str = "Should I ask for antibiotics?") -> None:
    panel.write("prompt", prompt)
    panel.until("!document.getElementById('send').disabled")
    panel.key("Enter", 13, CTRL)
    panel.until("document.getElementById('draft').hidden")


def arrived(panel: Panel) -> None:
    panel.until("document.querySelector('#where .now')?.textContent.includes('On the desk')")
    assert panel.value("document.getElementById('waiting').hidden")


def test_a_browser_is_connected_by_its_digits_and_an_answer_goes_onto_the_desk(
    chrome: Chrome, desk: DeskOfTest, address: str
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    (kept,) = desk.inbox()
    assert kept.pop("id")
    assert kept == {
        "origin": address,
        "title": "A page of anybody's",
        "url": None,
        "complete": True,
        "messages": [["user", "Should I ask for antibiotics?"]],
        "response": ANSWER,
        "selectors": ["QuoteSelector", "PositionSelector", "RangeSelector"],
    }


def test_what_is_sent_before_a_browser_is_connected_is_kept_and_follows(chrome: Chrome, desk: DeskOfTest) -> None:
    panel = captured(chrome)
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    assert desk.inbox() == []
    connected(chrome, desk, panel)
    arrived(panel)
    assert len(desk.inbox()) == 1


# T7: the worker, the host and the window end at each step of a capture; it is on the desk once in the end

VICTIMS = ("worker", "host", "desk")


def ended(victim: str, chrome: Chrome, desk: DeskOfTest) -> None:
    if victim == "worker":
        chrome.stop_worker()
    elif victim == "host":
        kill_hosts(desk.profile)
    else:
        desk.kill()
        desk.again()


def on_the_desk_once(chrome: Chrome, desk: DeskOfTest) -> None:
    arrived(chrome.panel())
    assert [each["response"] for each in desk.inbox()] == [ANSWER]


@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_before_a_capture_is_sent_loses_nothing(chrome: Chrome, desk: DeskOfTest, victim: str) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    ended(victim, chrome, desk)
    sent(panel)
    on_the_desk_once(chrome, desk)


@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_while_a_capture_is_on_its_way_loses_nothing(
    chrome: Chrome, desk: DeskOfTest, victim: str
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.do("hold")
    sent(panel)
    assert "held" in desk.hear()
    ended(victim, chrome, desk)
    if victim != "desk":
        desk.do("release")
    on_the_desk_once(chrome, desk)


@pytest.mark.parametrize("victim", VICTIMS)
def test_t7_what_ends_before_the_acknowledgement_comes_doubles_nothing(
    chrome: Chrome, desk: DeskOfTest, victim: str
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.do("drop_acks", count=1)
    sent(panel)
    assert "kept" in desk.hear()
    assert len(desk.inbox()) == 1
    ended(victim, chrome, desk)
    on_the_desk_once(chrome, desk)


def test_t7_what_the_browser_keeps_at_its_end_follows_at_its_next_start(
    play: Playwright, place: Path, address: str, chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    desk.kill()
    panel.until("!document.getElementById('start').hidden")
    sent(panel)
    panel.until("!document.getElementById('waiting').hidden")
    chrome.close()
    desk.again()
    later = Chrome(play, chrome.folder, address, host=None)
    until(later.page, lambda: len(desk.inbox()) == 1, "the capture is on the desk")
    later.close()
