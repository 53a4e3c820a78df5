"""Walks an open menu by its keys. A menu has no Tab: arrows go through it, and Escape gives the keyboard back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from visit import Visit


def walked_menu(scene: str, visited: Visit) -> dict[str, list[str]]:
    """What a menu does wrong, by what was checked; it is closed then."""
    menu = visited.shown
    assert isinstance(menu, QMenu)
    entries = [action for action in menu.actions() if not action.isSeparator()]
    print(f"\n{scene}: {menu.objectName()} ({menu.accessibleName()}): " + ", ".join(map(_words, entries)))
    reached = [_words(each) for each in _by_arrows(menu)]
    checks = {
        "a menu without a name": [] if menu.objectName() and menu.accessibleName() else [str(menu)],
        "an entry without words": [str(each) for each in entries if not each.text().strip()],
        "arrows do not come to": [_words(each) for each in entries if each.isEnabled() and _words(each) not in reached],
    }
    before = (QApplication.activeModalWidget() or visited.trainer.window).focusWidget()
    levels = 0
    while (popup := QApplication.activePopupWidget()) is not None and levels < 3:
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        levels += 1
    checks["Escape does not close"] = [] if popup is None else [popup.objectName()]
    visited.trainer.until(lambda: visited.trainer.focus is before, f"the keyboard is at {before} again")
    return checks


def _by_arrows(menu: QMenu) -> list[QAction]:
    """Where the arrow down comes to, round and round."""
    reached = []
    for _step in range(len(menu.actions()) + 1):
        active = menu.activeAction()
        if active is not None:
            reached.append(active)
        QTest.keyClick(menu, Qt.Key.Key_Down)
    return reached


def _words(action: QAction) -> str:
    return action.text().partition("\t")[0]
