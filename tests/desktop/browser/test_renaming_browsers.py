"""A connected browser is renamed in its row of the settings, whatever changes meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.desktop.browser.shown_browsing import Shown


def test_a_name_that_is_being_typed_is_left_alone_by_what_changes(qtbot: QtBot, browsing: Shown) -> None:
    page, kept = browsing.page, browsing._profile.store.browsers
    kept.add("1" * 32, "chrome-extension://a/", b"e" * 32, b"d" * 32, "Chromium").result()
    qtbot.waitUntil(lambda: page.current == "1" * 32, timeout=60_000)
    page.rename.click()
    qtbot.keyClicks(page.list.findChild(QLineEdit), "At wo")
    kept.rename("1" * 32, "Another").result()
    with qtbot.waitSignals([page.glance_asked, page.glance_asked], timeout=60_000):
        pass
    qtbot.keyClicks(page.list.findChild(QLineEdit), "rk")
    qtbot.keyClick(page.list.findChild(QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kept.list()[0].name == "At work", timeout=60_000)


def test_a_browser_is_renamed_in_its_row(qtbot: QtBot, browsing: Shown) -> None:
    browsers, page = browsing._profile.store.browsers, browsing.page
    browsers.add("a" * 32, "chrome-extension://x/", b"e" * 32, b"d" * 32, "Chromium").result()
    browsing.look()
    for typed, name in (("At  work ", "At work"), ("   ", "At work")):
        page.rename.click()
        edit = page.list.findChild(QLineEdit)
        assert edit is not None
        edit.selectAll()
        qtbot.keyClicks(edit, typed)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda name=name: page.list.topLevelItem(0).text(0) == name, timeout=60_000)
        qtbot.waitUntil(lambda: page.list.findChild(QLineEdit) is None, timeout=60_000)
        assert [each.name for each in browsers.list()] == [name]
