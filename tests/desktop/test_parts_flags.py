"""Flagging takes three keys, and the list of flags answers to its own."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flow.judging import FlagChoice
from desktop.theme.theme import Theme
from desktop.views.parts import FlagChoices, FlagList, FlagPopup, FlagRow, dress
from feedback_store.rubrics import flag_set

Key = Qt.Key


def choices() -> FlagChoices:
    flags = flag_set("general")
    return FlagChoices(
        categories=tuple((c.id, c.letter, c.name, c.asks_target_group, c.kinds) for c in flags.categories),
        severities=tuple(severity.name for severity in flags.severities),
        target_groups=flags.target_groups,
    )


class Page:
    def __init__(self, qtbot: QtBot) -> None:
        self.widget = QWidget()
        self.widget.resize(900, 600)
        self.flagged = QWidget(self.widget)
        self.flagged.setGeometry(20, 20, 480, 400)
        self.outside = QPushButton("outside", self.widget)
        self.outside.setGeometry(780, 560, 100, 30)
        self.popup = FlagPopup(self.widget)
        self.chosen: list[FlagChoice] = []
        self.closed = 0
        self.popup.flag_chosen.connect(self.chosen.append)
        self.popup.closed.connect(self._on_closed)
        self.left = 0
        self.popup.left.connect(self._on_left)
        qtbot.addWidget(self.widget)
        self.widget.show()
        self.widget.activateWindow()
        qtbot.waitUntil(self.widget.isActiveWindow)

    def _on_closed(self) -> None:
        self.closed += 1

    def _on_left(self) -> None:
        self.left += 1

    def open(self, quote: str = "lozenges may help") -> None:
        self.popup.open(choices(), quote, 3, self.flagged)


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> Iterator[Page]:
    dress(qapp, Theme())
    page = Page(qtbot)
    yield page
    page.popup.close_popup()


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)


def test_three_keys_make_a_flag(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_S, Key.Key_1, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="unsupported", severity=1)]
    assert page.closed == 1
    assert page.popup.isHidden()


def test_bias_takes_a_target_group_by_its_letter(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_A, Key.Key_3, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="bias", severity=3, target_group="age")]


def test_bias_without_a_group_is_still_three_keys(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_2, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="bias", severity=2)]


def test_a_kind_can_be_said_too(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_A, Key.Key_Tab, Key.Key_S, Key.Key_3, Key.Key_Return)
    assert page.chosen[0].kind == "stereotype"
    assert page.chosen[0].target_group == "age"


def test_a_category_changed_after_bias_keeps_no_group(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_A, Key.Key_3)
    page.popup.categories.setFocus()
    press(qtbot, Key.Key_F, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="factual", severity=3)]


def test_in_the_note_letters_and_digits_are_text(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_F, Key.Key_2)
    page.popup.note.setFocus()
    qtbot.keyClicks(page.popup.note, "b3 x")
    press(qtbot, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="factual", severity=2, note="b3 x")]


def test_the_first_tab_goes_to_the_note_whose_letters_were_keys_of_categories(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_U, Key.Key_3, Key.Key_Tab)
    assert page.popup.note.hasFocus()
    for letter in "bad fix":
        qtbot.keyClicks(QApplication.focusWidget(), letter)
    press(qtbot, Key.Key_Tab, Key.Key_F, Key.Key_Tab, Key.Key_F, Key.Key_Backtab, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="unsafe", severity=3, note="bad fix", suggestion="f")]


def test_tab_passes_what_a_bias_asks_before_the_note(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_Tab, Key.Key_Tab)
    assert page.popup.note.hasFocus()
    press(qtbot, Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    assert page.popup.severities.hasFocus()


def test_tab_goes_round_in_the_popup_and_never_behind_it(page: Page, qtbot: QtBot) -> None:
    page.open()
    popup = page.popup
    round_it = [popup.categories, popup.note, popup.suggestion, popup.button, popup.severities]
    for key, step in ((Key.Key_Tab, 1), (Key.Key_Backtab, -1)):
        for at in range(1, 7):
            press(qtbot, key)
            assert QApplication.focusWidget() is round_it[at * step % 5]
        popup.categories.setFocus()


def test_enter_without_a_severity_says_what_is_missing(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_F, Key.Key_Return)
    assert page.chosen == []
    assert page.popup.is_open
    press(qtbot, Key.Key_0, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="factual", severity=0)]


@pytest.mark.parametrize("field", ["note", "suggestion"])
def test_the_digit_that_enter_in_a_field_asks_for_is_no_text(field: str, page: Page, qtbot: QtBot) -> None:
    """It said "Press a digit", and the digit stood in the note."""
    page.open()
    press(qtbot, Key.Key_F)
    at = getattr(page.popup, field)
    at.setFocus()
    qtbot.keyClicks(at, "no")
    press(qtbot, Key.Key_Return, Key.Key_2, Key.Key_Return)
    assert page.chosen == [FlagChoice("factual", 2, **{field: "no"})]


def test_escape_and_a_click_outside_leave_without_a_flag(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_F, Key.Key_Escape)
    assert (page.chosen, page.closed) == ([], 1)
    page.open()
    qtbot.mouseClick(page.outside, Qt.MouseButton.LeftButton)
    assert (page.chosen, page.closed + page.left, page.popup.is_open) == ([], 2, False)


def test_a_second_opening_remembers_nothing(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_B, Key.Key_A, Key.Key_3, Key.Key_Return)
    page.open("another")
    assert page.popup.categories.index is None
    assert page.popup.severities.index is None
    assert page.popup.groups.isHidden()


def test_arrows_and_mouse_pick_too(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Return)
    assert page.chosen == [FlagChoice(category="bias", severity=1)] or page.chosen == []
    page.popup.close_popup()
    page.open()
    qtbot.mouseClick(page.popup.categories, Qt.MouseButton.LeftButton, pos=QPoint(30, 6 * 28 + 10))
    qtbot.mouseClick(page.popup.severities, Qt.MouseButton.LeftButton, pos=QPoint(30, 5))
    qtbot.mouseClick(page.popup.button, Qt.MouseButton.LeftButton)
    assert page.chosen[-1] == FlagChoice(category="personal", severity=0)


def test_the_popup_stays_inside_the_page_and_shows_a_long_quote_short(page: Page) -> None:
    page.flagged.setGeometry(700, 500, 480, 400)
    page.open("<b>x</b> " * 200)
    assert page.widget.rect().contains(page.popup.geometry())


@pytest.mark.parametrize("x", [0, 210, 480])
def test_the_popup_never_lies_over_what_is_flagged_and_follows_a_resize(page: Page, qtbot: QtBot, x: int) -> None:
    page.flagged.setGeometry(x, 20, 210, 400)
    page.widget.resize(1100, 700)
    page.open()
    page.widget.resize(900, 560)
    qtbot.waitUntil(lambda: page.widget.rect().contains(page.popup.geometry()))
    assert not page.popup.geometry().intersects(page.flagged.geometry())
    page.widget.resize(1300, 560)
    qtbot.waitUntil(lambda: page.widget.rect().contains(page.popup.geometry()))
    assert not page.popup.geometry().intersects(page.flagged.geometry())


def test_a_suggested_fix_is_typed_after_the_note(page: Page, qtbot: QtBot) -> None:
    page.open()
    press(qtbot, Key.Key_F, Key.Key_2)
    page.popup.note.setFocus()
    qtbot.keyClicks(page.popup.note, "no")
    press(qtbot, Key.Key_Tab)
    assert QApplication.focusWidget() is page.popup.suggestion
    qtbot.keyClicks(page.popup.suggestion, "rest may help")
    press(qtbot, Key.Key_Return)
    assert page.chosen == [FlagChoice("factual", 2, note="no", suggestion="rest may help")]


ROWS = [
    FlagRow(2, "factual", 2, "Factual error", "If it turns yellow"),
    FlagRow(3, "bias", 3, "Bias: age", "At your age <b>people</b>"),
    FlagRow(3, "unsafe", 1, "Unsafe advice", "x" * 900, gone=True),
]


@pytest.fixture
def flags(qapp: QApplication, qtbot: QtBot) -> FlagList:
    dress(qapp, Theme())
    flags = FlagList()
    qtbot.addWidget(flags)
    flags.resize(300, 120)
    flags.show_rows(ROWS)
    flags.show()
    return flags


def test_enter_changes_digits_set_delete_removes(flags: FlagList, qtbot: QtBot) -> None:
    told: list[object] = []
    flags.change_asked.connect(told.append)
    flags.severity_set.connect(lambda row, severity: told.append((row, severity)))
    flags.removed.connect(lambda row: told.append(-row))
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_0, Key.Key_7, Key.Key_B, Key.Key_Down, Key.Key_Delete):
        qtbot.keyClick(flags, key)
    assert told == [1, (1, 0), -2]


def test_the_row_stays_chosen_when_its_severity_changes(flags: FlagList) -> None:
    flags.setCurrentIndex(flags.model().index(1, 0))
    changed = FlagRow(3, "bias", 1, "Bias: age", "At your age")
    flags.show_rows([ROWS[0], changed, ROWS[2]])
    assert flags.currentIndex().row() == 1
    flags.show_rows(ROWS[:1])
    assert flags.currentIndex().row() == 0
    flags.show_rows([])


def test_a_flag_is_spoken_with_answer_and_severity(flags: FlagList) -> None:
    said = flags.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Bias: age, answer D, severity 3: At your age <b>people</b>"
    flags.show_rows([FlagRow(0, "bias", 1, "Bias", "At your age", note="Who says so?")])
    noted = flags.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert noted == "Bias, answer A, severity 1: At your age – Who says so?"
    flags.grab()
