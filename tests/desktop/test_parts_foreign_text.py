"""T14: text by strangers opens nothing, whichever control shows it. T15: what hides in it is seen."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from watched import Watch

from desktop.qt_models.ratings import RatingLine
from desktop.theme.theme import Theme
from desktop.views.parts import (
    AnswerText,
    Badge,
    DiffText,
    ElidedLabel,
    FlagList,
    FlagRow,
    KeyButton,
    MenuButton,
    Message,
    MessageBar,
    RatingGrid,
    RatingTable,
    SealedText,
    StatusLine,
    dress,
    plain_label,
    plain_tooltip,
)


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Watch]:
    """A picture that somebody's text points at."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the kernel's own witness is Linux's inotify")
    path = tmp_path / "marker.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(path))
    watch = Watch(path)
    yield watch
    watch.close()


def hostile(path: Path) -> str:
    url = QUrl.fromLocalFile(str(path)).toString()
    return f'<img src="{url}"><img src="{path}"> ![x]({url}) <a href="{url}">x</a> <link href="{url}" rel=stylesheet>'


def views(text: str) -> list[QWidget]:
    answer, sealed, diff = AnswerText(), SealedText(), DiffText("deleted")
    for view in (answer, sealed, diff):
        view.set_text(text)
        view.append_text(text)
    flags = FlagList()
    flags.show_rows([FlagRow(0, "bias", 1, text, text)])
    table = RatingTable()
    table.show_grid(RatingGrid((RatingLine(text, 0, 4),), 1))
    bar = MessageBar()
    bar.show_message(Message("warning", text, text, (("a", text),)))
    button = KeyButton(text)
    button.setToolTip(plain_tooltip(text))
    line = StatusLine()
    line.show_words(text)
    return [answer, sealed, diff, flags, table, bar, button, line, plain_label(text), ElidedLabel(text), Badge(text)]


def red(widget: QWidget) -> int:
    image = widget.grab().toImage()
    pure = 0xFFFF0000
    return sum(image.pixel(x, y) == pure for x in range(image.width()) for y in range(image.height()))


def test_t14_no_control_opens_what_a_text_points_at(qapp: QApplication, qtbot: QtBot, marker: Watch) -> None:
    dress(qapp, Theme())
    for widget in views(hostile(marker.path)):
        qtbot.addWidget(widget)
        widget.resize(400, 200)
        widget.show()
        QApplication.sendPostedEvents()
        assert red(widget) == 0, type(widget).__name__
    assert not marker.opened


def test_the_watch_itself_sees_a_reading(qapp: QApplication, qtbot: QtBot, marker: Watch) -> None:
    """What the test above relies on: an unsealed view shows the picture, and the witness sees Qt open it."""
    from PySide6.QtWidgets import QTextBrowser

    open_view = QTextBrowser()
    qtbot.addWidget(open_view)
    open_view.setHtml(hostile(marker.path))
    open_view.resize(400, 200)
    open_view.show()
    assert red(open_view) > 0
    assert marker.opened


@pytest.mark.parametrize("make", [AnswerText, SealedText, lambda: DiffText("inserted")])
def test_t14_even_markup_set_by_mistake_loads_nothing(
    qapp: QApplication, qtbot: QtBot, marker: Watch, make: Callable[[], SealedText]
) -> None:
    view = make()
    qtbot.addWidget(view)
    view.setHtml(hostile(marker.path))
    view.resize(400, 200)
    view.show()
    assert red(view) == 0
    for kind in QTextDocument.ResourceType:
        loaded = view.loadResource(kind.value, QUrl.fromLocalFile(str(marker.path)))
        assert not loaded or (isinstance(loaded, QImage) and loaded.isNull())
    assert not marker.opened


def test_dropped_and_pasted_things_change_nothing(qapp: QApplication, qtbot: QtBot) -> None:
    view = AnswerText()
    qtbot.addWidget(view)
    view.set_text("as it was")
    assert not view.acceptDrops() and view.isReadOnly()
    QApplication.clipboard().setText("pasted")
    view.paste()
    qtbot.keyClicks(view, "typed")
    assert view.text() == view.toPlainText() == "as it was"


def test_t15_an_override_cannot_turn_the_text_around(qapp: QApplication, qtbot: QtBot) -> None:
    """U+202E would show "gpj.exe" for "exe.jpg"; here it is a named object and the order stands."""
    view = AnswerText()
    qtbot.addWidget(view)
    view.resize(400, 60)
    text = "open \u202eexe.jpg now"
    view.set_text(text)
    view.show()
    assert view.text() == text
    assert "\u202e" not in view.toPlainText()
    xs = []
    for place in range(6, 13):
        cursor = view.textCursor()
        cursor.setPosition(place)
        xs.append(view.cursorRect(cursor).x())
    assert xs == sorted(xs)


def test_t15_a_projects_name_says_which_characters_are_not_seen_in_it(qtbot: QtBot) -> None:
    button = MenuButton(QMenu(), name="project")
    qtbot.addWidget(button)
    button.show_name("Pay \u202egpj.exe", "Project")
    assert button.text() == "Pay [RLO]gpj.exe"
