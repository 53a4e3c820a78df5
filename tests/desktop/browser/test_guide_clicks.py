"""docs/guide/browser.md counts the clicks to install the extension, by the buttons that there are."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.flow.browser_words import FoundRow
from desktop.views.settings.browsers_page import BrowsersPage

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "browser.md").read_text(encoding="utf-8")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
CHROMES = {"Developer mode", "Load unpacked", "Open"}  # its own page and dialog


def test_the_guide_counts_every_click_and_each_is_a_button_that_there_is(qtbot: QtBot) -> None:
    counted = re.search(r"these are (\w+) clicks:(.*?)\. Two before lead", GUIDE, re.S)
    assert counted is not None
    number, told = counted.groups()
    clicks = re.findall(r"\*\*([^*]+)\*\*", re.sub(r"\([^)]*\)", "", told))
    assert len(clicks) == NUMBERS.index(number) <= 5
    page = BrowsersPage()
    qtbot.addWidget(page)
    here = {each.text() for each in page.findChildren(QAbstractButton)}
    assert [each for each in clicks if each not in here] == [each for each in clicks if each in CHROMES]
    assert set(clicks) >= CHROMES


def test_the_first_browser_that_does_not_find_preceptor_is_marked_without_a_click(qtbot: QtBot) -> None:
    page = BrowsersPage()
    qtbot.addWidget(page)
    page.show_found((FoundRow("Brave", True, "", ""), FoundRow("Chromium", False, "", "", repairable=True)))
    asked: list[str] = []
    page.repair_asked.connect(asked.append)
    assert page.repair.isEnabled()
    page.repair.click()
    assert asked == ["Chromium"]
