"""docs/guide/browser.md counts the clicks to install the extension, by the buttons of the window and of a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.flow.browser_words import FoundRow
from desktop.views.settings.browsers_page import BrowsersPage
from tests.desktop.browser.chrome import Chrome

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "browser.md").read_text(encoding="utf-8")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


def counted(words: str) -> tuple[int, list[str]]:
    """How many clicks a sentence of the guide says there are, and those that it names."""
    found = re.search(words, GUIDE, re.S)
    assert found is not None
    number, told = found.groups()
    return NUMBERS.index(number), re.findall(r"\*\*([^*]+)\*\*", re.sub(r"\([^)]*\)", "", told))


COMMAND = r"From that command on these are (\w+) clicks: (.*?)\. The address"


@pytest.mark.needs("chromium")
def test_from_the_command_on_the_guide_counts_at_most_five_clicks_and_a_browser_has_those_before_its_own_dialog(
    chrome: Chrome,
) -> None:
    """The guide said five, and two before."""
    number, clicks = counted(COMMAND)
    assert number == len(clicks) <= 5
    assert clicks[-1] == "Open", "of the system's dialog, which no test can press"
    page = chrome.page
    page.goto("chrome://extensions")
    assert not page.get_by_role("button", name=clicks[-2]).is_visible()
    for name in clicks[:-2]:
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=clicks[-2]).wait_for(state="visible")


def test_the_windows_way_is_counted_with_the_way_to_it(qtbot: QtBot) -> None:
    number, clicks = counted(r"from the window, with (\w+) clicks: (.*?), which takes its whole")
    assert number == len(clicks) + len(counted(COMMAND)[1])
    assert clicks[:2] == ["Settings", "Browsers"]
    page = BrowsersPage()
    qtbot.addWidget(page)
    assert set(clicks[2:]) <= {each.text() for each in page.findChildren(QAbstractButton)}


def test_the_first_browser_that_does_not_find_preceptor_is_marked_without_a_click(qtbot: QtBot) -> None:
    page = BrowsersPage()
    qtbot.addWidget(page)
    page.show_found((FoundRow("Brave", True, "", ""), FoundRow("Chromium", False, "", "", repairable=True)))
    asked: list[str] = []
    page.repair_asked.connect(asked.append)
    assert page.repair.isEnabled()
    page.repair.click()
    assert asked == ["Chromium"]
