"""The sheet of all parts can be painted in every theme and size, and everything on it has a name."""

import pytest
from one_in import one_in
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.theme.tokens import THEME_NAMES, ThemeName
from desktop.views.parts import MessageBar, dress
from desktop.views.parts_sheet import PartsSheet


@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize("zoom", one_in(2, [1.0, 1.5]))
def test_the_sheet_is_painted_in_the_theme(qapp: QApplication, qtbot: QtBot, name: ThemeName, zoom: float) -> None:
    theme = Theme(name, zoom)
    dress(qapp, theme)
    sheet = PartsSheet()
    qtbot.addWidget(sheet)
    sheet.resize(round(1440 * zoom), round(1000 * zoom))
    sheet.show()
    image = sheet.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    for role in ("accent", "success-subtle", "warning-subtle", "danger-subtle", "inserted", "deleted"):
        assert theme.hex(role).lower() in seen, role
    for flag in theme.tokens.flags:
        assert theme.flag(flag).tint.name() in seen, flag
    dress(qapp, Theme())


def test_everything_that_takes_the_focus_has_two_names(qapp: QApplication, qtbot: QtBot) -> None:
    sheet = PartsSheet()
    qtbot.addWidget(sheet)
    nameless = [
        f"{type(child).__name__} {child.objectName()!r} {child.accessibleName()!r}"
        for child in sheet.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not (child.accessibleName() and child.objectName())
    ]
    assert [n for n in nameless if not n.startswith(("KeyButton 'way_", "QTextBrowser"))] == []


def test_only_a_success_ticks_on_the_sheet(qapp: QApplication, qtbot: QtBot) -> None:
    sheet = PartsSheet()
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitUntil(lambda: [t for t in sheet.findChildren(QTimer) if t.isActive() and t.interval() == 0] == [])
    active = [timer for timer in sheet.findChildren(QTimer) if timer.isActive()]
    assert [type(timer.parent()) for timer in active] == [MessageBar]
