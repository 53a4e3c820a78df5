"""What Qt asks a style for without painting: answered by the sheet, and by nothing that is written in Python."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QProxyStyle, QPushButton, QStyle, QStyleOptionComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.views.parts import ChoiceBox, FocusRing, dress
from desktop.views.parts.house_style import HouseStyle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Hint = QStyle.StyleHint


def test_a_hint_costs_no_call_into_python() -> None:
    """Eight thousand are asked for while a window is built."""
    assert HouseStyle.styleHint is QProxyStyle.styleHint


def test_the_list_of_a_choice_opens_below_it_and_not_over_it(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems(["one", "two", "three"])
    box.setCurrentIndex(2)
    box.show()
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert box.style().styleHint(Hint.SH_ComboBox_Popup, option, box) == 0
    box.showPopup()
    assert box.view().window().y() >= box.mapToGlobal(box.rect().bottomLeft()).y()
    box.hidePopup()


def test_nothing_moves_by_itself_where_less_motion_is_asked_for(qapp: QApplication, qtbot: QtBot) -> None:
    """A system without effects says 0 anyway, so that it is another number that shows who is asked."""
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    dress(qapp, Theme(motion=False))
    still = qapp.styleSheet()
    for duration in (0, 7):
        qapp.setStyleSheet(still.replace("widget-animation-duration: 0", f"widget-animation-duration: {duration}"))
        tree.ensurePolished()
        said = tree.style().styleHint(Hint.SH_Widget_Animation_Duration, None, tree)
        assert said == duration
    dress(qapp, Theme())
    assert "widget-animation-duration" not in qapp.styleSheet()


def test_the_ring_stands_above_what_it_surrounds_in_every_theme(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    window = QPushButton("around")
    qtbot.addWidget(window)
    ring = FocusRing(window)
    for theme in (Theme(), Theme("dark"), Theme("high-contrast")):
        dress(qapp, theme)
        assert ring.style().styleHint(Hint.SH_FocusFrame_AboveWidget, None, ring) == 1
    dress(qapp, Theme())
