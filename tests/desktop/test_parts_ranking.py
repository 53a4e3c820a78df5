"""Chips and field show one ranking; chips ask for the next by arrows and drags, the field by text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_names import STRENGTHS
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.flow.ranking import Ranking, format_ranking, parse
from desktop.flow.ranking_moves import move, put, tie, untie
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import RankingField, StrengthChoice, dress

Key = Qt.Key


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    count = draw(st.integers(1, 6))
    order = draw(st.permutations(range(count)))
    tiers: list[list[int]] = [[order[0]]]
    for position in order[1:]:
        if draw(st.booleans()):
            tiers.append([position])
        else:
            tiers[-1].append(position)
    return Ranking(tuple(tuple(sorted(tier)) for tier in tiers))


@given(rankings(), st.data())
def test_every_move_keeps_each_answer_once(ranking: Ranking, data: st.DataObject) -> None:
    count = sum(map(len, ranking.tiers))
    position = data.draw(st.integers(0, count - 1))
    made = data.draw(
        st.sampled_from(
            [
                move(ranking, position, -1),
                move(ranking, position, 1),
                tie(ranking, position),
                untie(ranking, position),
                put(ranking, position, data.draw(st.integers(0, len(ranking.tiers))), tied=data.draw(st.booleans())),
            ]
        )
    )
    assert sorted(p for tier in made.tiers for p in tier) == list(range(count))
    assert all(made.tiers)
    assert parse(format_ranking(made), count).tiers == made.tiers


def test_moves_do_what_their_arrows_say() -> None:
    start = parse("b>a=c>d", 4)
    assert format_ranking(move(start, 3, -1)) == "b>d>a=c"
    assert format_ranking(move(start, 0, -1)) == "b>a>c>d"
    assert format_ranking(move(start, 1, -1)) == "b>a=c>d"
    assert format_ranking(tie(start, 3)) == "b>a=c=d"
    assert format_ranking(untie(start, 0)) == "b>c>a>d"
    assert format_ranking(put(start, 3, 0, tied=False)) == "d>b>a=c"


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> RankingField:
    dress(qapp, Theme())
    field = RankingField()
    qtbot.addWidget(field)
    field.show_ranking(parse("b>a=c>d", 4), 4)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow)
    return field


def test_enter_tells_what_was_typed(field: RankingField, qtbot: QtBot) -> None:
    assert field.field.text() == "b>a=c>d"
    field.begin()
    told: list[str] = []
    field.typed.connect(told.append)
    qtbot.keyClicks(field.field, "d>c>b>a")
    qtbot.keyClick(field.field, Key.Key_Return)
    assert told == ["d>c>b>a"]


def test_a_key_of_the_answers_begins_typing(field: RankingField) -> None:
    field.show_ranking(None, 4)
    field.begin(">")
    assert field.field.text() == ">"
    assert field.field.hasFocus()


def test_what_is_wrong_stands_below_until_typing_goes_on(field: RankingField, qtbot: QtBot) -> None:
    field.begin()
    qtbot.keyClicks(field.field, "b>a=c>e")
    field.show_problem("There is no answer E. Use A, B, C and D once each.")
    field.show_ranking(parse("b>a=c>d", 4), 4)
    assert field.field.text() == "b>a=c>e"
    assert field.problem.startswith("There is no answer E")
    assert field.field.accessibleDescription() == field.problem
    qtbot.keyClick(field.field, Key.Key_Backspace)
    assert field.problem == ""


def test_what_is_told_back_while_somebody_types_does_not_disturb_it(field: RankingField, qtbot: QtBot) -> None:
    field.edited.connect(lambda text: field.show_ranking(parse("b>a=c>d", 4), 4, None if "D" in text else text))
    field.begin()
    qtbot.keyClicks(field.field, "B > ")
    field.show_ranking(parse("b>a=c>d", 4), 4, "B > ")
    assert field.field.text() == "B > "
    qtbot.keyClicks(field.field, "a=c > D")
    assert field.field.text() == "B > a=c > D"


def test_what_is_no_ranking_stands_in_the_field_beside_the_ranking_that_is(field: RankingField) -> None:
    field.show_ranking(parse("b>a=c>d", 4), 4, "b>")
    assert field.field.text() == "b>"
    field.show_ranking(parse("b>a=c>d", 4), 4)
    assert field.field.text() == "b>a=c>d"


def test_escape_leaves_from_field_and_chips(field: RankingField, qtbot: QtBot) -> None:
    for widget in (field.field, field.chips):
        with qtbot.waitSignal(field.left):
            qtbot.keyClick(widget, Key.Key_Escape)


def test_arrows_on_a_chip_ask_for_the_next_ranking(field: RankingField, qtbot: QtBot) -> None:
    told: list[str] = []
    field.ranked.connect(lambda ranking: told.append(format_ranking(ranking)))
    qtbot.keyClick(field.chips, Key.Key_D)
    qtbot.keyClick(field.chips, Key.Key_Left)
    qtbot.keyClick(field.chips, Key.Key_Up)
    qtbot.keyClick(field.chips, Key.Key_A)
    qtbot.keyClick(field.chips, Key.Key_Down)
    assert told == ["b>d>a=c", "b>a=c=d", "b>c>a>d"]


def test_a_drag_moves_and_a_drop_on_a_chip_ties(field: RankingField, qtbot: QtBot) -> None:
    told: list[str] = []
    field.ranked.connect(lambda ranking: told.append(format_ranking(ranking)))
    middle = field.chips.height() // 2

    def drag(start: int, end: int) -> None:
        qtbot.mousePress(field.chips, Qt.MouseButton.LeftButton, pos=QPoint(start, middle))
        qtbot.mouseMove(field.chips, QPoint((start + end) // 2, middle))
        qtbot.mouseMove(field.chips, QPoint(end, middle))
        field.chips.grab()
        qtbot.mouseRelease(field.chips, Qt.MouseButton.LeftButton, pos=QPoint(end, middle))

    chip = [20 + index * 60 for index in range(4)]  # chips of 36 with marks of 24 between
    drag(chip[3], 1)
    drag(chip[0], chip[3])
    assert told == ["d>b>a=c", "a=c>b=d"]


@pytest.mark.parametrize("end", ["before the first", "behind the last"])
def test_while_a_chip_is_dragged_to_an_end_the_place_that_it_would_have_is_seen(
    field: RankingField, qtbot: QtBot, end: str
) -> None:
    """It was painted where the chips end, outside of them: with two answers, nowhere at all."""
    chips, middle = field.chips, field.chips.height() // 2
    place = 1 if end == "before the first" else chips.width() - 2
    accent = current_theme().colour("accent").rgb()

    def marked() -> int:
        picture = chips.grab().toImage()
        return sum(picture.pixel(x, 1) == accent for x in range(max(0, place - 3), min(place + 4, picture.width())))

    before = marked()
    qtbot.mousePress(chips, Qt.MouseButton.LeftButton, pos=QPoint(80, middle))
    qtbot.mouseMove(chips, QPoint(90, middle))
    qtbot.mouseMove(chips, QPoint(place, middle))
    assert before == 0 and marked() >= 2
    qtbot.mouseRelease(chips, Qt.MouseButton.LeftButton, pos=QPoint(80, middle))
    assert marked() == 0


def test_a_click_alone_changes_nothing(field: RankingField, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(field.ranked):
        qtbot.mouseClick(field.chips, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))


TYPED = {-3: "a>>>b", -2: "a>>b", -1: "a>b", 0: "a=b", 1: "b>a", 2: "b>>a", 3: "b>>>a"}


@pytest.mark.parametrize("step", STRENGTHS.strip().splitlines())
def test_each_step_of_strength_is_worded_as_published_and_is_what_is_typed(step: str, qapp: QApplication) -> None:
    number, words = step.split(maxsplit=1)
    typed = parse(TYPED[int(number)], 2, with_strength=True)
    choice = StrengthChoice()
    chosen: list[Ranking] = []
    choice.chosen.connect(chosen.append)
    choice.steps.chosen.emit(int(number) + 3)
    assert chosen == [typed]
    choice.show_ranking(typed)
    assert choice.steps.accessibleDescription() == words
