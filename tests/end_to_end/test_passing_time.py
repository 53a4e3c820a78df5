"""What a test sees of a window after time has passed."""

from __future__ import annotations

from passing_time import live
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot


def test_what_changes_at_the_end_of_it_has_its_room_when_it_is_looked_at(qtbot: QtBot) -> None:
    """A comparison came in the last look of a busy machine: its words were read in the room of those before."""
    window = QWidget()
    qtbot.addWidget(window)
    words = QLabel("One line.")
    words.setWordWrap(True)
    column = QVBoxLayout(window)
    column.addWidget(words)
    column.addStretch(1)
    window.resize(200, 400)
    with qtbot.waitExposed(window):
        window.show()
    QTimer.singleShot(0, window, lambda: words.setText("Words that need more than one line. " * 4))
    live(0)
    assert words.heightForWidth(words.width()) <= words.height(), "no line of it is cut"
