"""Small controls: what they say, how they behave when there is little room, and that they leave nothing ticking."""

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.views.parts import (
    AnswerText,
    Badge,
    ElidedLabel,
    FocusRing,
    IconButton,
    KeyButton,
    Message,
    MessageBar,
    RailButton,
    SegmentedChoice,
    StatusLine,
    WrappingRow,
    dress,
    plain_label,
)

LONG = "Ťĥíš îš ǻ þšéúðó-łóñĝ ŵóřð ťĥǻť ñéṽéř éñðš " * 12


def test_a_hint_disappears_before_the_words_do(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    button = KeyButton("Save and next", "Ctrl+S", "main")
    qtbot.addWidget(button)
    bare = KeyButton("Save and next", "", "main")
    qtbot.addWidget(bare)
    assert button.minimumSizeHint().width() == bare.sizeHint().width() < button.sizeHint().width()
    button.resize(bare.sizeHint())
    bare.resize(bare.sizeHint())
    assert button.grab().toImage() == bare.grab().toImage()


def test_a_button_says_its_words_and_its_key(qapp: QApplication, qtbot: QtBot) -> None:
    button = KeyButton("Generate", "Ctrl+↵", icon="refresh-cw", name="generate")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.accessibleDescription()) == ("Generate", "Ctrl+↵")
    button.setText("Stop")
    button.set_hint("Ctrl+.")
    assert (button.accessibleName(), button.accessibleDescription()) == ("Stop", "Ctrl+.")
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_icon_buttons_have_words_and_room_for_a_finger(qapp: QApplication, qtbot: QtBot) -> None:
    button = IconButton("pencil", "Rewrite answer A", small=True)
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Rewrite answer A"
    assert button.sizeHint().width() >= 24 and button.sizeHint().height() >= 24


def test_a_segmented_choice_goes_by_arrows_digits_and_mouse(qapp: QApplication, qtbot: QtBot) -> None:
    choice = SegmentedChoice([str(n) for n in range(1, 6)])
    qtbot.addWidget(choice)
    choice.show()
    told: list[int] = []
    choice.chosen.connect(told.append)
    for key in (Qt.Key.Key_4, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_9, Qt.Key.Key_Space):
        qtbot.keyClick(choice, key)
    assert told == [3, 4, 4, 3, 3]
    qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.rect().center())
    assert told[-1] == 2
    choice.show_choice(None)
    assert told[-1] == 2 and choice.index is None


def test_segments_without_room_beside_each_other_stand_in_alike_lines_and_none_is_cut(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """The last one ran out of sight."""
    dress(qapp, Theme())
    row = WrappingRow(choice := SegmentedChoice(("As the system", "Light", "Dark", "High contrast"), folds=True))
    qtbot.addWidget(row)
    row.resize(500, 60)
    row.show()
    line, whole = choice.height(), choice.sizeHint().width()
    assert choice.width() == whole
    row.resize(whole - 20, 60)
    assert choice.width() < whole and choice.height() == choice.heightForWidth(choice.width()) == 2 * line
    assert row.heightForWidth(whole - 20) >= 2 * line
    told: list[int] = []
    choice.chosen.connect(told.append)
    right, below = choice._cells(Theme())[1].right() - 8, 3 * line // 2
    for x, y in ((8, line // 2), (right, line // 2), (8, below), (right, below)):
        qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
    assert told == [0, 1, 2, 3]
    choice.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPointF(choice.width() - 8, below).toPoint())
    assert told[-1] == 2


def test_success_goes_by_itself_and_errors_stay(qapp: QApplication, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    timer = bar.findChild(QTimer)
    assert timer is not None and timer.interval() == 6000
    bar.show_message(Message("success", "Saved."))
    assert timer.isActive()
    timer.setInterval(1)
    bar.show_message(Message("success", "Saved again."))
    qtbot.waitUntil(bar.isHidden)
    bar.show_message(Message("error", "The disk is full.", "Free some space.", (("again", "Save again"),)))
    assert not timer.isActive()
    assert bar.isVisible()
    button = bar.findChild(KeyButton, "way_again")
    assert button is not None
    with qtbot.waitSignal(bar.chosen) as told:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == ["again"]
    assert bar.isHidden()


def test_an_error_after_a_success_is_not_taken_away_by_its_time(qapp: QApplication, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message(Message("success", "Saved."))
    bar.show_message(Message("warning", "Look again."))
    timer = bar.findChild(QTimer)
    assert timer is not None and not timer.isActive()
    assert bar.message == Message("warning", "Look again.")


def test_the_status_line_never_gives_up_the_list_of_all_keys(qapp: QApplication, qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_keys([(("↑", "↓"), LONG), (("?",), "all keys")])
    line.show_words(LONG)
    line.resize(400, line.sizeHint().height())
    line.grab()
    assert line.accessibleName().endswith("? all keys")


def test_of_what_the_status_line_says_at_the_right_each_is_whole_or_left_out(qapp: QApplication, qtbot: QtBot) -> None:
    """At twice the size of text it ended "Mode…"."""
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_words("Draft kept   Models idle")
    for width, said in ((1000, "Draft kept   Models idle"), (250, "Draft kept")):
        line.resize(width, line.sizeHint().height())
        assert line.said == said
    assert line.accessibleDescription() == "Draft kept   Models idle"
    line.resize(80, line.sizeHint().height())
    assert line.said.endswith("…"), "the first is cut before nothing is said"


def test_words_that_do_not_fit_are_cut_and_told_by_the_tooltip(qapp: QApplication, qtbot: QtBot) -> None:
    label = ElidedLabel("<b>bold</b> " * 30)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    assert "&lt;b&gt;" in label.toolTip() and "<b>" not in label.toolTip()
    label.resize(4000, 20)
    assert label.toolTip() == ""


def test_a_plain_label_shows_markup_as_text(qapp: QApplication, qtbot: QtBot) -> None:
    label = plain_label("<img src='x'>", role="title")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_pseudo_long_words_break_no_control(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme(zoom=1.5))
    holder = QWidget()
    layout = QVBoxLayout(holder)
    rail = RailButton(LONG, "inbox")
    rail.set_count(120)
    bar = MessageBar()
    for widget in (KeyButton(LONG, LONG), Badge(LONG, icon="eye-off"), SegmentedChoice([LONG, "x"]), rail, bar):
        layout.addWidget(widget)
    bar.show_message(Message("warning", LONG, LONG, (("a", LONG),)))
    qtbot.addWidget(holder)
    holder.resize(300, 400)
    holder.show()
    assert not holder.grab().isNull()
    dress(qapp, Theme())


def test_the_ring_follows_the_focus_and_leaves_fields_alone(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    window = QWidget()
    row = QHBoxLayout(window)
    button, field = KeyButton("One"), QLineEdit()
    card = QFrame()
    card.setProperty("card", True)
    answer = AnswerText()
    QVBoxLayout(card).addWidget(answer)
    for widget in (button, field, card):
        row.addWidget(widget)
    ring = FocusRing(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert ring.widget() is button and ring.isVisible()
    assert ring.geometry().contains(button.geometry()) and ring.width() == button.width() + 6
    field.setFocus()
    assert not ring.isVisible()
    answer.setFocus()
    assert ring.widget() is card


def test_a_window_that_opens_without_the_keyboard_shows_no_ring(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    window = QWidget()
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)  # such a window is never given the keyboard
    button = KeyButton("One")
    QHBoxLayout(window).addWidget(button)
    ring = FocusRing(window)
    qtbot.addWidget(window)
    window.show()
    button.setFocus()
    assert window.isVisible() and QApplication.focusWidget() is None and not ring.isVisible()


def test_a_rail_button_is_checked_by_the_window_only(qapp: QApplication, qtbot: QtBot) -> None:
    button = RailButton("Bench", "scale")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isChecked()
    wide = button.sizeHint()
    button.set_narrow(True)
    assert button.sizeHint().width() == 48 < wide.width()


def test_a_message_is_never_cut_in_a_narrow_place(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme(zoom=1.5))
    page = QWidget()
    column = QVBoxLayout(page)
    bar, below = MessageBar(), QFrame()
    column.addWidget(bar)
    column.addWidget(below, 1)
    qtbot.addWidget(page)
    bar.show_message(
        Message("error", "The disk is full. This judgement is kept.", "Free some space. " * 4, (("x", "Go"),))
    )
    page.resize(280, 500)
    page.show()
    qtbot.waitUntil(lambda: bar.height() >= bar.heightForWidth(bar.width()) > 100)
    assert below.height() > 100
    dress(qapp, Theme())
