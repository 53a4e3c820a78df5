"""A button of a whole sentence: one line and its key where there is room, else as many lines as the words need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage, QPaintDevice
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.appearance import Appearance
from desktop.views.parts import KeyButton, WrappingButton, dress

SENTENCE = "Mein Vermieter behält die Kaution wegen Kratzern auf dem Fußboden ein. Darf er das überhaupt?"
SIZES = [1.0, 1.5]


@pytest.fixture(params=SIZES)
def zoom(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    dress(qapp, Appearance("light", request.param).theme)
    yield request.param
    dress(qapp, Appearance("light").theme)


def shown(button: QWidget, width: int, qtbot: QtBot) -> QWidget:
    """A column of this width in which the button stands, as high as it asks there."""
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(button)
    column.addStretch(1)
    page.resize(width, 400)
    page.show()
    qtbot.waitUntil(lambda: button.isVisible() and button.width() == width)
    return page


def ink(widget: QWidget, top: int, bottom: int) -> int:
    """How many points between two heights have another colour than the ground in the middle of the left side."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = QPaintDevice.devicePixelRatio(image)
    ground = image.pixel(round(4 * ratio), image.height() // 2)
    rows = range(round(top * ratio), round(bottom * ratio))
    return sum(image.pixel(x, y) != ground for y in rows for x in range(6, image.width() - 6))


def test_with_room_it_is_a_button_as_others_with_its_key(zoom: float, qtbot: QtBot) -> None:
    button, other = WrappingButton(SENTENCE, hint="Recht"), KeyButton(SENTENCE, hint="Recht")
    wide = other.sizeHint().width()
    assert button.sizeHint() == other.sizeHint() and button.heightForWidth(wide) == other.sizeHint().height()
    _pages = shown(button, wide, qtbot), shown(other, wide, qtbot)
    assert button.grab().toImage() == other.grab().toImage(), "its key is painted"


def test_where_its_key_has_no_room_the_words_stay_in_one_line(zoom: float, qtbot: QtBot) -> None:
    button = WrappingButton(SENTENCE, hint="Recht")
    bare = button.sizeHint().width() - 1
    assert button.heightForWidth(bare) == button.sizeHint().height()


@pytest.mark.parametrize("share", [0.7, 0.4, 0.25])
def test_in_less_room_it_grows_by_lines_and_every_line_is_painted(share: float, zoom: float, qtbot: QtBot) -> None:
    button = WrappingButton(SENTENCE, hint="Recht")
    one = button.sizeHint().height()
    width = max(round(KeyButton(SENTENCE).minimumSizeHint().width() * share), button.minimumSizeHint().width())
    _page = shown(button, width, qtbot)
    assert button.height() == button.heightForWidth(width) > one, "the column gives it the height that it asks"
    metrics = button.fontMetrics()
    lines = round((button.height() - one) / metrics.lineSpacing()) + 1
    assert lines >= 2
    edge = (one - metrics.lineSpacing()) // 2
    for line in range(lines):
        top = edge + line * (button.height() - 2 * edge) // lines
        assert ink(button, top, top + (button.height() - 2 * edge) // lines) > 20, f"line {line + 1} stands there"


@pytest.mark.parametrize("share", [0.9, 0.7, 0.4])
def test_its_lines_are_about_as_long_as_one_another(share: float, zoom: float, qtbot: QtBot) -> None:
    button = WrappingButton(SENTENCE)
    metrics = button.fontMetrics()
    width = round(metrics.horizontalAdvance(SENTENCE) * share)
    lines = button.heightForWidth(width + 24)
    room = button.balanced(width)
    assert room <= width and button.heightForWidth(room + 24) == lines, "no line more"
    assert share < 0.5 or room < 0.75 * metrics.horizontalAdvance(SENTENCE), "the last is no single word"


def test_it_is_never_narrower_than_its_longest_word(zoom: float, qtbot: QtBot) -> None:
    button = WrappingButton(SENTENCE)
    words = [KeyButton(word).minimumSizeHint().width() for word in SENTENCE.split()]
    assert button.minimumSizeHint().width() == max(words)


def test_a_screen_reader_is_told_the_whole_sentence_and_the_key(qapp: QApplication) -> None:
    button = WrappingButton(SENTENCE, hint="Recht", name="example2")
    assert (button.accessibleName(), button.accessibleDescription()) == (SENTENCE, "Recht")
