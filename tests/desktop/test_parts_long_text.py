"""A long text put in by pieces ends as one put in at once, and every place in it can be asked for meanwhile."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.flow.text_offsets import to_utf16
from desktop.theme.theme import Theme
from desktop.views.parts import AnswerText, PaintedSpan, dress
from desktop.views.parts.sealed_text import FIRST, PIECE, TURN_MS

WORDS = (
    "the sky is blue, ",
    "**light** and `code` ",
    "😀 ",
    "a\u200bb ",
    "I am SmolLM2 ",
    "# Head",
    "```",
    "\n",
    "\n\n",
    "\r\n",
)
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)


@pytest.fixture
def views(qapp: QApplication, qtbot: QtBot) -> Iterator[tuple[AnswerText, AnswerText]]:
    dress(qapp, Theme())
    made = AnswerText(), AnswerText()
    for view in made:
        view.resize(360, 240)
        qtbot.addWidget(view)
        view.show()
    yield made


def looks(view: AnswerText) -> list[tuple[object, ...]]:
    """All that a trainer sees of the document: its blocks, their heights and places, and the marks beside them."""
    found: list[tuple[object, ...]] = []
    block = view.document().begin()
    while block.isValid():
        rect = view.document().documentLayout().blockBoundingRect(block)
        formats = [(each.start, each.length, each.format.fontWeight()) for each in block.layout().formats()]
        found.append((block.text(), block.blockFormat().lineHeight(), rect.top(), rect.height(), tuple(formats)))
        block = block.next()
    return [*found, *((mark.top, mark.folded) for mark in view.gutter.marks)]


def stands(view: AnswerText) -> list[tuple[int, int]]:
    """Where inline objects stand, and of which kind the format of each is."""
    cursor = view.textCursor()
    found: list[tuple[int, int]] = []
    for place in range(view.document().characterCount() - 1):
        cursor.setPosition(place + 1)
        if cursor.charFormat().objectType():
            found.append((place, cursor.charFormat().objectType()))
    return found


def long(text: str) -> str:
    return text * (3 * PIECE // len(text) + 1)


@given(TEXT, st.lists(st.tuples(st.integers(0, 14_000), st.integers(1, 60)), max_size=5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_end_as_the_text_that_is_put_in_at_once(
    views: tuple[AnswerText, AnswerText], qtbot: QtBot, text: str, flags: list[tuple[int, int]]
) -> None:
    by_pieces, at_once = views
    text = long(text)
    spans = [PaintedSpan(start, start + length, "bias", 2) for start, length in flags if start + length < len(text)]
    masks = [(text.find("SmolLM2"), text.find("SmolLM2") + 7)] if "SmolLM2" in text else []
    for view in views:
        view.set_spans(spans)
        view.set_text(text, masks)
    at_once.fill_up()
    qtbot.waitUntil(lambda: by_pieces.whole and looks(by_pieces) == looks(at_once))
    assert by_pieces.text() == text


@given(TEXT, st.lists(st.tuples(st.integers(0, 150), st.integers(0, 12)), max_size=4), st.integers(0, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_that_are_covered_later_look_as_if_they_had_been_from_the_beginning(
    views: tuple[AnswerText, AnswerText], qtbot: QtBot, text: str, ranges: list[tuple[int, int]], first: int
) -> None:
    later, from_the_beginning = views
    masks = [(start, start + length) for start, length in ranges]
    later.set_text(text, masks[:first])
    later.set_masks(masks)
    from_the_beginning.set_text(text, masks)
    assert [block[:2] for block in looks(later)] == [block[:2] for block in looks(from_the_beginning)]
    assert stands(later) == stands(from_the_beginning)


def test_a_name_that_is_covered_leaves_reader_and_caret_where_they_are(views: tuple[AnswerText, AnswerText]) -> None:
    view, _other = views
    text = long("A line of an answer.\n") + "I am SmolLM2."
    view.set_text(text)
    view.show_place(PIECE)
    before = view.verticalScrollBar().value(), view.textCursor().position()
    assert before[0] > 0
    view.set_masks([(len(text) - 8, len(text) - 1)])
    assert (view.verticalScrollBar().value(), view.textCursor().position()) == before
    assert view.text() == text and "SmolLM2" not in view.toPlainText()


@pytest.mark.parametrize(
    "line", ["A line of an answer.\n", "So many words in a row that they go on. " * 9 + "\n", "a\n\n"]
)
@pytest.mark.parametrize("size", [(240, 120), (500, 300), (460, 600)])
def test_what_is_in_sight_comes_at_once_and_the_rest_with_the_next_turns(
    views: tuple[AnswerText, AnswerText], qtbot: QtBot, size: tuple[int, int], line: str
) -> None:
    view, _other = views
    view.resize(*size)
    view.set_text(long(line))
    assert not view.whole
    assert view.document().size().height() >= view.viewport().height()
    assert view.document().characterCount() < 2 * FIRST
    qtbot.waitUntil(lambda: view.whole)
    assert view.document().characterCount() == len(view.text()) + 1


@pytest.mark.parametrize("place", [0, FIRST, PIECE, 3 * PIECE - 40])
def test_a_place_that_is_not_there_yet_is_put_in_when_it_is_asked_for(
    views: tuple[AnswerText, AnswerText], place: int
) -> None:
    view, other = views
    text = long("A line 😀 of an answer.\n")
    view.set_text(text)
    view.select(place, place + 12)
    assert view.selection() == (place, place + 12)
    other.set_text(text)
    other.show_place(place)
    assert other.textCursor().position() == to_utf16(text, place)


def test_the_end_is_one_key_away_while_pieces_are_missing(views: tuple[AnswerText, AnswerText]) -> None:
    view, _other = views
    text = long("A line of an answer.\n")
    view.set_text(text)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selection() == (0, len(text))


def test_words_that_come_and_another_text_find_their_place(views: tuple[AnswerText, AnswerText], qtbot: QtBot) -> None:
    view, _other = views
    text = long("A line of an answer.\n")
    view.set_text(text)
    view.append_text("And more.\n")
    assert view.toPlainText() == text + "And more.\n"
    view.append_text(text)
    assert not view.whole, "much at once comes by pieces as well"
    qtbot.waitUntil(lambda: view.whole)
    assert view.toPlainText() == text + "And more.\n" + text
    view.set_text(text)
    view.set_text("Short.")
    qtbot.wait(4 * TURN_MS)
    assert view.toPlainText() == "Short."
