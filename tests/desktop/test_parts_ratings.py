"""The table of ratings by its keys: digits rate and go on, arrows move, Backspace clears, Esc leaves."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.qt_models.ratings import Mark, RatingGrid, RatingLine, RatingsModel, Value
from desktop.theme.appearance import Appearance
from desktop.theme.theme import Theme
from desktop.views.parts import RatingRow, RatingTable, dress

AXES = (RatingLine("Helpfulness", 0, 4), RatingLine("Correctness", 0, 4), RatingLine("Verbosity", 0, 4))
HELP, CORRECT, VERBOSE = range(3)
YES_NO = (Mark("Y", "yes", "yes", "yes"), Mark("N", "no", "no", "no"))
KINDS = (Mark("1", "fact", "1", "A wrong fact"), Mark("2", "logic", "2", "A contradiction"))
EMPTY = RatingGrid(AXES, 2)
Key = Qt.Key


class Sheet:
    """Ratings kept as the bench keeps them: the table tells, this remembers and shows again."""

    def __init__(self, table: RatingTable, grid: RatingGrid) -> None:
        self.table, self.grid = table, grid
        self.told: list[tuple[int, int, object]] = []
        table.rated.connect(self.take)
        table.show_grid(grid)

    def take(self, position: int, row: int, value: Value) -> None:
        self.told.append((position, row, value))
        values = {k: v for k, v in self.grid.values.items() if k != (position, row)}
        if value is not None:
            values[position, row] = value
        self.grid = RatingGrid(self.grid.lines, self.grid.answers, values, self.grid.closed)
        self.table.show_grid(self.grid)


@pytest.fixture(params=[RatingTable, RatingRow])
def make(request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot) -> Callable[..., Sheet]:
    dress(qapp, Theme())

    def made(grid: RatingGrid = EMPTY) -> Sheet:
        table = request.param()
        qtbot.addWidget(table)
        sheet = Sheet(table, grid)
        table.resize(360, 200)
        table.show()
        return sheet

    return made


def place(table: RatingTable) -> tuple[int, int]:
    return table.current_axis, table.current_answer


def test_digits_rate_and_go_to_the_next_axis_then_to_the_next_answer(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make()
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "304123")
    assert sheet.told == [
        (0, HELP, 3), (0, CORRECT, 0), (0, VERBOSE, 4), (1, HELP, 1), (1, CORRECT, 2), (1, VERBOSE, 3),
    ]  # fmt: skip
    assert place(sheet.table) == (2, 1)


def test_a_digit_above_the_scale_does_nothing_and_the_scale_is_said(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make()
    said: list[str] = []
    sheet.table.refused.connect(said.append)
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "79")
    assert sheet.told == []
    assert said == ["7 is not on the scale: 0 to 4.", "9 is not on the scale: 0 to 4."]
    assert place(sheet.table) == (0, 0)
    qtbot.keyClicks(sheet.table, "3")
    assert len(said) == 2


def test_arrows_move_between_axes_and_answers_and_stop_at_the_edges(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make()
    sheet.table.start_at(0)
    moved: list[int] = []
    sheet.table.moved.connect(moved.append)
    back, on, left, right = Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right
    if isinstance(sheet.table, RatingRow):  # its axes stand side by side: the arrows go as it is seen
        back, on, left, right = left, right, back, on
    for key in (back, left, on, right, right, on, on):
        qtbot.keyClick(sheet.table, key)
    assert place(sheet.table) == (2, 1)
    assert moved == [1]


def test_the_current_line_of_the_next_answer_is_in_sight(qapp: QApplication, qtbot: QtBot) -> None:
    """After the last line of an answer the next one's first was left of what was seen: one rated it unseen."""
    dress(qapp, Theme())
    row = RatingRow()
    qtbot.addWidget(row)
    sheet = Sheet(row, EMPTY)
    row.resize(200, 40)
    row.show()
    row.start_at(0)

    def in_sight() -> bool:
        return row.viewport().rect().contains(row.visualRect(row.currentIndex()).center())

    qtbot.keyClicks(row, "304")
    assert place(row) == (0, 1) and in_sight()
    qtbot.keyClicks(row, "12")
    assert place(row) == (2, 1) and in_sight()
    row.show_current(0)
    assert place(row) == (2, 0) and in_sight()
    row.start_at_missing()
    assert place(row) == (2, 1) and in_sight()
    row.resize(150, 40)
    assert in_sight()
    assert sheet.told[-1] == (1, CORRECT, 2)


def test_each_answer_has_a_line_as_high_as_the_text_is_now(qapp: QApplication, qtbot: QtBot) -> None:
    """What was hidden while the text became smaller kept its height, and the line was cut through."""
    dress(qapp, Appearance("light", 2.0).theme)
    row = RatingRow()
    qtbot.addWidget(row)
    Sheet(row, EMPTY)
    row.show()
    row.start_at(0)
    dress(qapp, Theme())
    for answer in range(2):
        row.show_current(answer)
        assert row.visualRect(row.currentIndex()).height() == row.row_height()
    dress(qapp, Appearance("light", 2.0).theme)
    row.show_current(0)
    assert row.visualRect(row.currentIndex()).height() == row.row_height()
    dress(qapp, Theme())


def test_backspace_clears_and_stays(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make(RatingGrid(AXES, 2, {(0, HELP): 3}))
    sheet.table.start_at(0)
    qtbot.keyClick(sheet.table, Key.Key_Left if isinstance(sheet.table, RatingRow) else Key.Key_Up)
    qtbot.keyClick(sheet.table, Key.Key_Backspace)
    assert sheet.told == [(0, HELP, None)]
    assert place(sheet.table) == (0, 0)


def test_escape_asks_to_leave(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make()
    sheet.table.start_at(1)
    with qtbot.waitSignal(sheet.table.left):
        qtbot.keyClick(sheet.table, Key.Key_Escape)
    assert sheet.table.current_answer == 1


def test_starting_goes_to_what_is_missing(make: Callable[..., Sheet]) -> None:
    sheet = make(RatingGrid(AXES, 2, {(0, HELP): 1, (0, CORRECT): 1, (0, VERBOSE): 1, (1, HELP): 0}))
    sheet.table.start_at_missing()
    assert place(sheet.table) == (1, 1)
    sheet.table.start_at(0)
    assert place(sheet.table) == (0, 0)


def test_showing_values_again_keeps_the_place(make: Callable[..., Sheet]) -> None:
    sheet = make()
    sheet.table.start_at(1)
    sheet.table.show_grid(RatingGrid(AXES, 2, {(1, HELP): 2}))
    assert place(sheet.table) == (0, 1)
    sheet.table.show_grid(RatingGrid(AXES[:1], 1))
    assert place(sheet.table) == (0, 0)
    sheet.table.show_grid(RatingGrid())
    sheet.table.start_at_missing()


def test_what_is_said_of_a_line_begins_with_the_first_line_when_new_answers_come(make: Callable[..., Sheet]) -> None:
    sheet, turned = make(EMPTY), list[int]()
    sheet.table.turned.connect(turned.append)
    sheet.table.setCurrentIndex(sheet.table.index_of(2, 1))
    sheet.table.show_grid(RatingGrid())
    sheet.table.show_grid(EMPTY)
    assert turned[-1] == sheet.table.current_axis == 0


def test_a_scale_above_nine_gathers_digits(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make(RatingGrid((RatingLine("Overall", 1, 100), RatingLine("Tone", 1, 10)), 1))
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "57")
    assert sheet.grid.values[0, 0] == 57
    assert place(sheet.table) == (1, 0)
    qtbot.keyClicks(sheet.table, "10")
    assert sheet.grid.values[0, 1] == 10


def test_enter_ends_a_number_that_could_go_on(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make(RatingGrid((RatingLine("Overall", 1, 100), RatingLine("Tone", 1, 100)), 1))
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "5\r7")
    assert sheet.told == [(0, 0, 5), (0, 1, 7)]


def test_questions_are_answered_by_their_letters_and_digits(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    lines = (RatingLine("Polite?", marks=YES_NO), RatingLine("What is wrong?", marks=KINDS, several=True), *AXES[:1])
    sheet = make(RatingGrid(lines, 1))
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "n")
    assert place(sheet.table) == (1, 0)
    qtbot.keyClicks(sheet.table, "21")
    assert sheet.grid.values[0, 1] == ("fact", "logic"), "in the rubric's order"
    qtbot.keyClicks(sheet.table, "1\r4")
    assert sheet.grid.values == {(0, 0): "no", (0, 1): ("logic",), (0, 2): 4}
    sheet.table.start_at(0)
    qtbot.keyClick(sheet.table, Key.Key_Right if isinstance(sheet.table, RatingRow) else Key.Key_Down)
    qtbot.keyClicks(sheet.table, "0")
    assert sheet.grid.values[0, 1] == (), "none of them is an answer"


def test_not_applicable_only_where_the_axis_may_not_apply(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make(RatingGrid((RatingLine("Honesty", 1, 5, na=True), *AXES[:1]), 1))
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "--")
    assert sheet.told == [(0, 0, "na")]
    assert place(sheet.table) == (1, 0)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_space_opens_all_values_with_their_names(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    steps = ((0, "no help"), (4, "just what was needed"))
    sheet = make(RatingGrid((RatingLine("Helpfulness", 0, 4, steps=steps),), 1))
    sheet.table.start_at(0)
    qtbot.keyClick(sheet.table, Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts[0].startswith("0 no help") and len(texts) == 7
    assert menu.activeAction() is menu.actions()[0]
    qtbot.keyClick(menu, Key.Key_Down)
    qtbot.keyClick(menu, Key.Key_Return)
    assert sheet.told == [(0, 0, 1)]


def test_other_keys_are_left_to_the_window(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make()
    sheet.table.start_at(0)
    qtbot.keyClick(sheet.table, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(sheet.table, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(sheet.table, Key.Key_Q)
    assert sheet.told == []


def test_a_click_makes_its_cell_current(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    table = RatingTable()
    qtbot.addWidget(table)
    table.resize(360, 200)
    table.show_grid(RatingGrid(AXES, 3))
    table.show()
    rect = table.visualRect(table.index_of(1, 2))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center() + QPoint(1, 1))
    assert place(table) == (1, 2)


def test_where_names_need_the_room_words_are_one_letter_and_choices_their_number() -> None:
    safe = RatingLine("Safe?", marks=(*YES_NO, Mark("U", "unsure", "unsure", "unsure")))
    assert [safe.shown(value, short=True) for value in ("yes", "no", "unsure", None)] == ["y", "n", "u", "?"]
    kinds = RatingLine("Kinds", marks=KINDS, several=True)
    assert [kinds.shown(value, short=True) for value in ((), ("fact",), ("fact", "logic"))] == ["–", "1", "2×"]


def test_a_screen_reader_hears_axis_answer_and_value() -> None:
    model = RatingsModel()
    model.show_grid(RatingGrid(AXES, 3, {(2, CORRECT): 2, (1, CORRECT): "na"}))

    def said(row: int, column: int) -> str:
        return str(model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))

    assert said(1, 2) == "Correctness, answer C, 2 of 4"
    assert said(1, 1) == "Correctness, answer B, not applicable"
    assert said(0, 0) == "Helpfulness, answer A, missing"


def test_zero_and_missing_differ_by_the_digit() -> None:
    model = RatingsModel()
    model.show_grid(RatingGrid(AXES, 2, {(0, HELP): 0}))
    assert model.index(0, 0).data() == "0"
    assert model.index(0, 1).data() == "?"


def test_the_model_keeps_to_qt_rules(qtbot: QtBot) -> None:
    from PySide6.QtTest import QAbstractItemModelTester

    model = RatingsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.show_grid(RatingGrid(AXES, 4))
    model.show_grid(RatingGrid(AXES, 4, {(0, HELP): 1}))
    model.show_grid(RatingGrid())
    del tester


def test_names_of_axes_keep_their_room_and_pips_give_it(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    table = RatingTable()
    qtbot.addWidget(table)
    table.show_grid(RatingGrid(AXES, 4))
    table.show()
    needed = table.verticalHeader().sizeHint().width()
    for width, pips in ((400, True), (300, True), (210, False)):
        table.resize(width, 160)
        assert table.with_pips is pips, width
        assert table.verticalHeader().width() >= needed
        cells = sum(table.columnWidth(column) for column in range(4))
        assert table.verticalHeader().width() + cells <= width


@pytest.mark.parametrize("zoom", [1.0, 1.3, 1.4])
def test_eight_answers_stand_side_by_side_and_a_name_that_is_cut_is_a_tooltip(
    zoom: float, qapp: QApplication, qtbot: QtBot
) -> None:
    dress(qapp, Theme(zoom=zoom))
    table = RatingTable()
    qtbot.addWidget(table)
    table.show_grid(RatingGrid((*AXES, RatingLine("Faithfulness to <b>every</b> source", 0, 4)), 8))
    table.resize(294, 300)
    table.show()
    across = table.horizontalHeader()
    assert across.length() <= table.viewport().width() + 1
    assert all(across.sectionSizeFromContents(at).width() <= across.sectionSize(at) for at in range(8))
    whole = table.ratings_model.headerData(3, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert "Faithfulness to &lt;b&gt;every&lt;/b&gt; source" in whole
    dress(qapp, Theme())


def test_in_a_line_a_single_question_is_read_in_full_and_many_give_way(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    row = RatingRow()
    qtbot.addWidget(row)
    row.show()
    asked = RatingLine("How helpful is the answer?", marks=YES_NO)
    row.show_grid(RatingGrid((asked,), 2))
    alone = row.name_width(asked)
    assert alone >= QFontMetrics(Theme().font("label")).horizontalAdvance(asked.name)
    row.show_grid(RatingGrid((asked,) * 6, 2))
    assert row.name_width(asked) < alone


def test_after_the_last_line_digits_go_on_to_whatever_is_missing_and_then_change_nothing(
    make: Callable[..., Sheet], qtbot: QtBot
) -> None:
    sheet = make(RatingGrid(AXES, 3))
    sheet.table.start_at(2)
    qtbot.keyClicks(sheet.table, "123")
    assert place(sheet.table) == (HELP, 0)  # it was the last line of C, and each digit more overwrote the same value
    qtbot.keyClicks(sheet.table, "123" * 2)
    assert len(sheet.told) == 9
    qtbot.keyClicks(sheet.table, "4")
    assert len(sheet.told) == 9
    qtbot.keyClick(sheet.table, Key.Key_Backspace)
    qtbot.keyClicks(sheet.table, "4")
    assert sheet.grid.value(*reversed(place(sheet.table))) == 4


def test_an_answer_of_which_nothing_is_asked_is_passed(make: Callable[..., Sheet], qtbot: QtBot) -> None:
    sheet = make(RatingGrid(AXES, 3, closed=frozenset({1})))
    sheet.table.start_at(0)
    qtbot.keyClicks(sheet.table, "123")
    assert place(sheet.table) == (HELP, 2)
    said = sheet.table.ratings_model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Helpfulness, answer B, not asked"


def test_the_key_for_why_is_heard_at_the_ratings_and_other_letters_say_that_they_rate_nothing(qtbot: QtBot) -> None:
    table = RatingTable()
    qtbot.addWidget(table)
    table.show_grid(RatingGrid((RatingLine("Helpful", 0, 4),), 2))
    asked: list[str] = []
    said: list[str] = []
    table.why_asked.connect(lambda: asked.append("why"))
    table.refused.connect(said.append)
    QTest.keyClicks(table, "q")
    assert (asked, said) == (["why"], [])
    QTest.keyClicks(table, "d")
    assert said == ["D is no value here, so nothing was rated. Esc goes back to the answers."]
