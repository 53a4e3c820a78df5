"""What is said where no personal data was found stands at its name, however large the text and narrow the panel."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.views.parts import dress
from desktop.views.personal_part import PersonalPart


@pytest.mark.parametrize(
    ("zoom", "width", "beside"), [(1.0, 344, True), (1.0, 456, True), (2.0, 940, True), (2.0, 440, False)]
)
def test_what_was_not_found_begins_in_the_line_of_its_name_or_below_it(
    qapp: QApplication, qtbot: QtBot, zoom: float, width: int, beside: bool
) -> None:
    """Its name stood in the middle of the height of seven lines, half below the edge of the panel."""
    dress(qapp, Theme(zoom=zoom))
    part = PersonalPart()
    qtbot.addWidget(part)
    part.show_found((), "", searched=True, gone=False)
    part.setFixedWidth(width)
    part.show()
    QTest.qWait(0)
    part.resize(width, part.heightForWidth(width))
    QTest.qWait(0)
    name, said = (next(each for each in part.findChildren(QLabel) if each.text().startswith(words))
                  for words in ("Personal data", "No numbers"))  # fmt: skip
    if beside:
        assert name.geometry().top() == said.geometry().top()
        assert 0 < said.geometry().left() - name.geometry().right() <= 10
    else:
        assert said.geometry().left() == name.geometry().left()
        assert 0 < said.geometry().top() - name.geometry().bottom() <= 8
    assert said.width() >= part.width() // 3
    assert part.height() <= 6 * name.fontMetrics().lineSpacing()
