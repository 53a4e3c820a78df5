"""Header buttons, fields, choices with a sentence each, and the dialog that holds them."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.views.parts import (
    ChoiceBox,
    CountPill,
    ExplainedChoice,
    Field,
    HouseDialog,
    MenuButton,
    dress,
    plain_label,
)

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SENTENCE = "This says at some length what is wrong with what was typed, and what to type in its place. " * 3


def test_a_count_is_a_state_loud_only_when_something_waits(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    pill = CountPill(name="count")
    qtbot.addWidget(pill)
    pill.show_count(0, "Nothing to send")
    pill.resize(pill.sizeHint())
    ground = pill.grab().toImage().pixelColor(pill.width() // 2, 3)
    assert pill.accessibleName() == "Nothing to send"
    pill.show_count(3, "3 to send")
    pill.resize(pill.sizeHint())
    assert pill.accessibleName() == "3 to send"
    assert pill.grab().toImage().pixelColor(pill.width() // 2, 3) == Theme().colour("surface") != ground
    assert pill.sizeHint().height() >= 24
    with qtbot.waitSignal(pill.clicked):
        qtbot.keyClick(pill, Qt.Key.Key_Space)


def test_a_menu_button_opens_by_key_on_what_is_checked_and_gives_up_the_end_of_a_long_name(
    qapp: QApplication, qtbot: QtBot
) -> None:
    menu = QMenu()
    window = QWidget()
    qtbot.addWidget(window)
    button = MenuButton(menu, name="project", parent=window)
    for name in ("First", "Second"):
        menu.addAction(name).setCheckable(True)
    menu.actions()[1].setChecked(True)
    window.show()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Down):
        qtbot.keyClick(button, key)
        assert QApplication.activePopupWidget() is menu
        assert menu.activeAction() is menu.actions()[1]
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        assert QApplication.activePopupWidget() is None
    button.show_name("Short", "Project: Short")
    short = button.sizeHint().width()
    assert (button.accessibleName(), button.toolTip()) == ("Project: Short", "")
    button.show_name("<b>Long</b> " * 40, "Project")
    assert short < button.sizeHint().width() < 400
    assert "&lt;b&gt;" in button.toolTip()


def test_a_field_says_below_what_is_wrong_until_it_is_changed(qapp: QApplication, qtbot: QtBot) -> None:
    field = Field("address", "Address")
    qtbot.addWidget(field)
    field.show()
    field.edit.setText("nowhere")
    field.show_problem("Type an address.")
    assert field.problem == field.edit.accessibleDescription() == "Type an address."
    assert field.edit.selectedText() == "nowhere" and field.edit.property("problem") is True
    qtbot.keyClicks(field.edit, "x")
    assert field.problem == "" and field.edit.property("problem") is False


def test_a_choice_goes_by_arrows_and_each_has_its_sentence(qapp: QApplication, qtbot: QtBot) -> None:
    choice = ExplainedChoice("form", "Format", [("a", "Apples & pears", "Fruit."), ("b", "Bees", "Insects.")])
    qtbot.addWidget(choice)
    choice.show()
    QTest.qWaitForWindowActive(choice)
    assert choice.chosen == "a"
    choice.take_focus()
    first = QApplication.focusWidget()
    assert first is not None and first.accessibleDescription() == "Fruit."
    with qtbot.waitSignal(choice.changed) as told:
        qtbot.keyClick(first, Qt.Key.Key_Down)
    assert told.args == ["b"] and choice.chosen == "b"


def test_a_dialog_grows_so_that_no_words_are_cut(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    dialog = HouseDialog("some", "Some", "Do it")
    qtbot.addWidget(dialog)
    field = Field("field", "Field")
    dialog.body.addWidget(field)
    dialog.open()
    before = dialog.height()
    field.show_problem(SENTENCE)
    qtbot.waitUntil(lambda: dialog.height() > before)
    dialog.say(SENTENCE, "danger")
    QTest.qWait(0)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_a_dialog_is_no_larger_than_its_screen_and_its_buttons_are_in_sight(qapp: QApplication, qtbot: QtBot) -> None:
    """Export and a new project were higher than the screen where text is large."""
    dress(qapp, Theme(zoom=2.0))
    dialog = HouseDialog("some", "Some", "Do it")
    qtbot.addWidget(dialog)
    fields = [Field(f"field{number}", f"Field {number}") for number in range(20)]
    for field in fields:
        dialog.body.addWidget(plain_label(SENTENCE, wrap=True))
        dialog.body.addWidget(field)
    dialog.open()
    room = dialog.screen().availableGeometry()
    QTest.qWait(0)
    assert room.contains(dialog.geometry())
    assert dialog.main.visibleRegion().boundingRect() == dialog.main.rect()
    assert fields[-1].visibleRegion().isEmpty()
    qtbot.keyClick(dialog.main, Qt.Key.Key_PageDown)
    assert fields[0].visibleRegion().isEmpty()
    fields[-1].edit.setFocus()
    assert fields[-1].visibleRegion().boundingRect() == fields[-1].rect()
    dialog.show_busy("Working …")
    assert not fields[0].isEnabled() and dialog.leave.isEnabled()
    dialog.show_idle()


def test_a_dialog_is_as_wide_for_large_text_as_for_small(qapp: QApplication, qtbot: QtBot) -> None:
    heights = []
    for zoom in (1.0, 2.0):
        dress(qapp, Theme(zoom=zoom))
        dialog = HouseDialog("some", "Some", "Do it")
        qtbot.addWidget(dialog)
        dialog.body.addWidget(plain_label(SENTENCE, wrap=True))
        dialog.open()
        QTest.qWait(0)
        heights.append(dialog.height())
    assert dialog.width() >= 2 * 520
    assert heights[1] <= 2 * heights[0]


@pytest.mark.parametrize("how", ["what it lists is wide", "text became large"])
def test_a_dialog_at_the_right_edge_of_its_screen_stays_on_it_when_it_grows(
    qapp: QApplication, qtbot: QtBot, how: str
) -> None:
    """It grew over the edge, with the button that does it."""
    dress(qapp, Theme())
    dialog = HouseDialog("some", "Some", "Do it")
    qtbot.addWidget(dialog)
    dialog.body.addWidget(plain_label("Words"))
    dialog.open()
    there = dialog.screen().availableGeometry()
    dialog.move(there.right() + 1 - dialog.frameGeometry().width(), there.top() + 20)
    assert there.contains(dialog.frameGeometry())
    if how == "text became large":
        dress(qapp, Theme(zoom=1.4))
    else:
        dialog.widen(dialog.width() + 100)
    QTest.qWait(0)
    assert dialog.width() > 520 and there.contains(dialog.frameGeometry())


def test_a_wheel_that_scrolls_a_dialog_chooses_nothing_on_its_way(qapp: QApplication, qtbot: QtBot) -> None:
    """Whoever scrolled past a box of choices, an export's verdict for instance, chose the next one."""
    dress(qapp, Theme())
    dialog = HouseDialog("some", "Some", "Do it")
    qtbot.addWidget(dialog)
    box = ChoiceBox()
    box.addItems(["one", "two", "three"])
    field = Field("field", "Field")
    dialog.body.addWidget(field)
    dialog.body.addWidget(box)
    dialog.body.addSpacing(4000)
    dialog.open()
    assert QTest.qWaitForWindowActive(dialog)
    field.edit.setFocus()

    def turn() -> None:
        QTest.wheelEvent(dialog.windowHandle(), QPointF(box.mapTo(dialog, box.rect().center())), QPoint(0, -120))

    before = box.mapTo(dialog, QPoint(0, 0)).y()
    turn()
    assert box.currentText() == "one" and field.edit.hasFocus()
    assert box.mapTo(dialog, QPoint(0, 0)).y() < before
    box.setFocus()
    turn()
    assert box.currentText() == "two"


def test_enter_clicks_the_filled_button_and_escape_leaves(qapp: QApplication, qtbot: QtBot) -> None:
    dialog = HouseDialog("some", "Some", "Do it")
    field = Field("field", "Field")
    dialog.body.addWidget(field)
    dialog.open()
    with qtbot.waitSignal(dialog.main.clicked):
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    told: list[str] = []
    dialog.rejected.connect(lambda: told.append("left"))
    dialog.destroyed.connect(lambda: told.append("gone"))
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: told == ["left", "gone"])


def test_a_dialog_that_is_closed_while_it_works_lives_until_the_work_has_ended(
    qapp: QApplication, qtbot: QtBot
) -> None:
    dialog = HouseDialog("some", "Some", "Do it")
    dialog.body.addWidget(plain_label("Words"))
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.open()
    dialog.show_busy("Working …")
    bar = dialog.findChild(QProgressBar)
    assert dialog.words == "Working …" and not dialog.main.isEnabled() and bar.isHidden()
    qtbot.waitUntil(bar.isVisible)  # what lasts shows a bar
    dialog.reject()
    QTest.qWait(0)
    assert not gone
    dialog.show_idle()
    qtbot.waitUntil(lambda: bool(gone))
