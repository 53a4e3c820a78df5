"""Panes: what scrolls takes the room, headings stand at one height, and read text keeps a line that can be read."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.views.parts import KeyButton, ReadText, beside, dress, heading, pane, plain_label, split
from desktop.views.parts.measure import longest_line


def test_what_scrolls_takes_the_room_and_headings_align_with_and_without_a_button(
    qapp: QApplication, qtbot: QtBot
) -> None:
    dress(qapp, Theme())
    bare, full = plain_label("To send"), plain_label("What will leave")
    things, text = QListWidget(), ReadText("text", "The text")
    left = pane(heading(bare), things)
    right = pane(heading(full, right=(KeyButton("Join"),)), beside(text))
    both = split(Qt.Orientation.Horizontal, left, right, sizes=(400, 600))
    qtbot.addWidget(both)
    both.resize(1000, 500)
    both.show()
    assert bare.mapTo(both, bare.rect().center()).y() == full.mapTo(both, full.rect().center()).y()
    assert things.height() > 400 and text.height() > 400
    assert things.mapTo(both, things.rect().topLeft()).y() == text.mapTo(both, text.rect().topLeft()).y()


def test_read_text_is_never_wider_than_can_be_read_and_gives_the_focus_on(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    text = ReadText("text", "The text")
    qtbot.addWidget(text)
    text.show()
    usual = longest_line()
    assert text.longest() == usual
    for width in (300, 900, 1600):
        text.resize(width, 200)
        assert text.viewport().width() == min(width, usual)
    dress(qapp, Theme(zoom=1.5))
    assert text.viewport().width() == longest_line() > 1.4 * usual
    assert text.isReadOnly() and text.tabChangesFocus() and text.accessibleName() == "The text"
    dress(qapp, Theme())


def test_parts_are_read_under_headings_that_are_heavier_and_hostile_text_stays_text(
    qapp: QApplication, qtbot: QtBot
) -> None:
    dress(qapp, Theme())
    text = ReadText("text", "The text")
    qtbot.addWidget(text)
    text.show_parts((("Verdict", "B > A"), ("Why", "<b>two</b>\r\nlines"), ("", "Returned.")))
    assert text.toPlainText() == "Verdict\nB > A\n\nWhy\n<b>two</b>\nlines\n\nReturned."
    html = text.document().toHtml()
    assert re.findall(r"font-weight:600[^>]*>([^<]+)<", html) == ["Verdict", "Why"]
    assert text.textCursor().position() == 0
    text.show_parts(())
    assert text.toPlainText() == ""
