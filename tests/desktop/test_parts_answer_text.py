"""Spans stand where the record says, whatever the text, the width or the zoom."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from passing_time import live
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.flow.text_offsets import to_utf16
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import AnswerText, PaintedSpan, dress
from desktop.views.parts.text_ink import line_boxes
from desktop.views.parts.underlines import mark_size
from desktop.views.parts.whole_lines import whole_height

TEXT = "😀 Yes 👩‍👩‍👧. At your age people fuss over every little symptom, so 37.8 °C is nothing.\n\nSee a doctor."


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[AnswerText]:
    dress(qapp, Theme())
    view = AnswerText()
    view.resize(360, 240)
    qtbot.addWidget(view)
    view.show()
    yield view
    dress(qapp, Theme())


def span(text: str, quote: str, category: str = "bias", severity: int = 2) -> PaintedSpan:
    start = text.index(quote)
    return PaintedSpan(start, start + len(quote), category, severity)


def inked(view: AnswerText, category: str) -> set[tuple[int, int]]:
    """The pixels of a category's tint, in the viewport."""
    QApplication.sendPostedEvents()
    image: QImage = view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    tint = current_theme().flag(category).tint.rgb()
    width, height = round(image.width() / ratio), round(image.height() / ratio)
    return {
        (x, y) for x in range(width) for y in range(height) if image.pixel(round(x * ratio), round(y * ratio)) == tint
    }


@pytest.mark.parametrize("by", ["", "II"])
@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_the_marks_beside_an_answer_are_whole_at_every_size_of_text(
    view: AnswerText, qapp: QApplication, qtbot: QtBot, zoom: float, by: str
) -> None:
    """They were cut on both sides, most where they say whose flag it is."""
    view.set_text(TEXT)
    view.set_spans([PaintedSpan(0, 4, "bias", 3, by=by)])
    dress(qapp, Theme(zoom=zoom))
    qtbot.waitUntil(lambda: [rect.size() for _mark, rect in view.gutter.seen] == [mark_size(by).toSizeF()])
    ((_mark, rect),) = view.gutter.seen
    assert view.gutter.rect().toRectF().contains(rect)
    assert not view.gutter.geometry().intersects(view.viewport().geometry())
    assert view.rect().contains(view.gutter.geometry())


def expected_left_right(view: AnswerText, start: int, end: int) -> list[tuple[int, int]]:
    """Left and right of each line by QTextEdit's own caret, which knows nothing of our painting."""
    cursor = view.textCursor()
    lines: dict[int, list[int]] = {}
    for place in range(start, end + 1):
        cursor.setPosition(to_utf16(view.text(), place))
        rect = view.cursorRect(cursor)
        lines.setdefault(rect.center().y(), []).append(rect.center().x())
    return [(min(xs), max(xs)) for _y, xs in sorted(lines.items())]


@pytest.mark.parametrize("width", [360, 300, 520])
@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_tints_stand_under_their_words_after_resize_and_zoom(
    view: AnswerText, qapp: QApplication, width: int, zoom: float
) -> None:
    view.set_text(TEXT)
    quote = span(TEXT, "every little")
    view.set_spans([quote])
    inked(view, "bias")  # painted once before, so that a stale cache would be seen
    view.resize(width, 300)
    if zoom != 1.0:
        dress(qapp, Theme(zoom=zoom))
    pixels = inked(view, "bias")
    assert pixels
    where = expected_left_right(view, quote.start, quote.end)
    left, right = min(x for x, _y in pixels), max(x for x, _y in pixels)
    assert abs(left - min(a for a, _b in where)) <= 2
    # A line that was broken at a space ends with its last word.
    space = round(8 * zoom)
    assert max(b for _a, b in where) - space <= right <= max(b for _a, b in where) + 2


def test_an_emoji_before_a_span_does_not_move_it(view: AnswerText) -> None:
    view.set_text(TEXT)
    view.set_spans([span(TEXT, "Yes")])
    where = expected_left_right(view, *(TEXT.index("Yes"), TEXT.index("Yes") + 3))
    pixels = inked(view, "bias")
    assert abs(min(x for x, _y in pixels) - where[0][0]) <= 2
    assert abs(max(x for x, _y in pixels) - where[0][1]) <= 2


def test_in_mixed_direction_each_run_has_its_own_box(view: AnswerText) -> None:
    text = "abc שלום עולם def"
    view.set_text(text)
    start = text.index("שלום") + 2
    boxes = line_boxes(view.document(), start, text.index("def") + 2)
    assert len(boxes) == 2
    total = sum(box.right - box.left for box in boxes)
    whole = line_boxes(view.document(), 0, len(text))
    assert total < whole[0].right - whole[0].left


def test_a_selection_is_told_in_code_points(view: AnswerText) -> None:
    view.set_text(TEXT)
    start = TEXT.index("At your age")
    view.select(start, start + 11)
    assert view.selection() == (start, start + 11)
    assert TEXT[slice(*view.selection() or (0, 0))] == "At your age"
    view.select(start, start)
    assert view.selection() is None


def test_arrows_extend_a_selection_without_a_mouse(view: AnswerText, qtbot: QtBot) -> None:
    view.set_text(TEXT)
    view.show_place(TEXT.index("Yes"))
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selection() == (TEXT.index("Yes"), TEXT.index("Yes") + 3)


def test_letters_and_digits_are_left_to_the_bench(view: AnswerText, qtbot: QtBot) -> None:
    view.set_text(TEXT)
    seen: list[int] = []

    class Above(AnswerText):
        def keyPressEvent(self, event: object) -> None:
            super().keyPressEvent(event)  # type: ignore[arg-type]
            if not event.isAccepted():  # type: ignore[attr-defined]
                seen.append(event.key())  # type: ignore[attr-defined]

    above = Above()
    qtbot.addWidget(above)
    above.set_text(TEXT)
    above.show()
    for key in (Qt.Key.Key_1, Qt.Key.Key_B, Qt.Key.Key_F, Qt.Key.Key_Return):
        qtbot.keyClick(above, key)
    assert seen == [Qt.Key.Key_1, Qt.Key.Key_B, Qt.Key.Key_F, Qt.Key.Key_Return]
    assert above.text() == TEXT


PIECES = st.lists(
    st.text(
        st.sampled_from("ab \n\r\t*#`1\u20e3❤\ufe0f\ufe01\u200b\u200d\u202e😀👩éक🏴\U000e0067\U000e0062\U000e0100"),
        min_size=1,
        max_size=12,
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(PIECES, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=2))
def test_streamed_text_looks_as_if_it_came_at_once(
    qapp: QApplication, pieces: list[str], masks: list[tuple[int, int]]
) -> None:
    streamed, whole = AnswerText(), AnswerText()
    for view in (streamed, whole):
        view.resize(300, 200)
        view.set_masks(masks)
    for piece in pieces:
        streamed.append_text(piece)
    whole.set_text("".join(pieces))
    assert streamed.text() == whole.text() == "".join(pieces)
    assert streamed.toPlainText() == whole.toPlainText()
    one, other = streamed.document().firstBlock(), whole.document().firstBlock()
    while one.isValid():
        assert one.blockFormat().lineHeight() == other.blockFormat().lineHeight()
        one, other = one.next(), other.next()
    streamed.deleteLater()
    whole.deleteLater()


def test_lines_keep_their_height_and_paragraphs_their_gap(view: AnswerText) -> None:
    view.set_text("one\n\ntwo **bold** `code`")
    assert [view.document().findBlockByNumber(i).blockFormat().lineHeight() for i in range(3)] == [20, 8, 20]


def test_a_mark_pressed_tells_its_span(view: AnswerText, qtbot: QtBot) -> None:
    view.set_text(TEXT)
    view.set_spans([span(TEXT, "See a doctor"), span(TEXT, "every little")])
    qtbot.waitUntil(lambda: len(view.gutter.marks) == 2)
    mark = next(m for m in view.gutter.marks if m.anchor.index == 1)
    with qtbot.waitSignal(view.span_activated) as told:
        qtbot.mouseClick(view.gutter, Qt.MouseButton.LeftButton, pos=QPoint(24, round(mark.top) + 5))
    assert told.args == [1]


def test_no_mark_is_seen_of_a_line_that_is_not_nor_half_of_one(view: AnswerText, qtbot: QtBot) -> None:
    """Half a mark of a line that was not shown stood below the last one."""
    words = [f"word{number}" for number in range(12)]
    text = "\n".join(words)
    view.set_text(text)
    view.set_spans([span(text, word) for word in words])
    cut = 0
    for height in range(80, 124, 3):
        view.resize(360, height)
        live(5)
        for value in range(0, view.verticalScrollBar().maximum() + 1, 7):
            view.verticalScrollBar().setValue(value)
            end, line = whole_height(view), current_theme().line_px("reading")
            cut += end < view.viewport().height()
            seen = {mark.anchor.index for mark, _rect in view.gutter.seen}
            assert seen == {at for at in range(len(words)) if value - line < at * line <= value + end - line}
            pixels = QImage(view.gutter.size(), QImage.Format.Format_ARGB32)
            pixels.fill(Qt.GlobalColor.transparent)
            view.gutter.render(pixels, QPoint(), view.gutter.rect(), QWidget.RenderFlag(0))
            below = pixels.copy(0, end, pixels.width(), pixels.height() - end)
            assert not any(below.pixelColor(x, y).alpha() for x in range(below.width()) for y in range(below.height()))
            assert all(view.gutter.mark_at(y) is None for y in range(end, view.viewport().height()))
    assert cut, "some would have been cut"


def test_a_click_on_flagged_words_tells_the_innermost_span(view: AnswerText, qtbot: QtBot) -> None:
    view.set_text("some flagged words here")
    view.set_spans([PaintedSpan(0, 18, "bias"), PaintedSpan(5, 12, "factual")])
    cursor = view.textCursor()
    cursor.setPosition(8)
    with qtbot.waitSignal(view.span_activated) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center())
    assert told.args == [1]


def test_impossible_spans_paint_nothing_and_break_nothing(view: AnswerText) -> None:
    view.set_text("short")
    view.set_spans([PaintedSpan(3, 99, "bias"), PaintedSpan(80, 90, "factual"), PaintedSpan(2, 2, "no_such", 1)])
    view.viewport().grab()
    assert len(view.gutter.marks) == 1


def test_a_masked_name_is_neither_shown_nor_read_nor_copied(view: AnswerText) -> None:
    text = "I am SmolLM2, made by HF."
    view.set_masks([(5, 12)])
    view.set_text(text)
    assert view.text() == text
    assert "SmolLM2" not in view.toPlainText()
    view.selectAll()
    assert view.selection() == (0, len(text))
    assert view.createMimeDataFromSelection().text() == "I am [name hidden], made by HF."
    view.set_masks([])
    assert view.toPlainText() == text


def test_appending_keeps_what_the_trainer_has_selected(view: AnswerText) -> None:
    view.set_text("one two")
    view.select(0, 3)
    view.append_text(" three\n\nfour")
    assert view.selection() == (0, 3)


def test_a_change_of_theme_repaints_spans_in_its_colours(view: AnswerText, qapp: QApplication) -> None:
    view.set_text(TEXT)
    view.set_spans([span(TEXT, "every little")])
    dress(qapp, Theme("dark"))
    assert inked(view, "bias")


def test_nothing_ticks_when_nothing_happens(view: AnswerText, qtbot: QtBot) -> None:
    view.set_text(TEXT)
    view.set_spans([span(TEXT, "every little")])
    QApplication.sendPostedEvents()
    qtbot.wait(1)
    assert not view._settle.isActive()


def test_a_style_change_before_anything_is_shown_is_harmless(qapp: QApplication) -> None:
    view = AnswerText()
    QApplication.sendEvent(view, QEvent(QEvent.Type.StyleChange))
    view.deleteLater()


PIECES = st.lists(
    st.sampled_from(["word ", "two words, ", "**bold** ", "```\n", "\n", "\n\n", "# Head\n", "😀 ", "שלום "]),
    max_size=30,
)


@given(pieces=PIECES, places=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_while_a_text_grows_spans_stay_where_the_layout_has_them(
    view: AnswerText, pieces: list[str], places: list[tuple[int, int]]
) -> None:
    view.set_text("One line to begin with, long enough to be broken.\n")
    view.set_spans([PaintedSpan(start, start + length, "bias", 1) for start, length in places])
    for piece in pieces:
        view.append_text(piece)
        view.ink.boxes()
    QApplication.sendPostedEvents()
    kept = view.ink.boxes()
    assert kept == [line_boxes(view.document(), stroke.start, stroke.end) for stroke in view.ink.strokes]


def test_the_caret_stays_at_the_start_while_an_answer_is_written(view: AnswerText) -> None:
    for piece in ("The sky", " is blue.\n\n", "It \N{GRINNING FACE} scatters", " light."):
        view.append_text(piece)
    assert view.textCursor().position() == 0
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selection() == (0, 1), "Shift+Right marks something at once"


def test_caret_and_selection_stay_where_they_were_left_when_more_is_written_or_a_name_is_covered(
    view: AnswerText,
) -> None:
    view.set_text("I am \N{GRINNING FACE} here")
    view.select(5, 11)
    view.append_text(", made by OpenAI.")
    assert view.selection() == (5, 11)
    view.set_masks([(21, 27)])
    assert view.selection() == (5, 11)
    view.append_text(" And so on.")
    assert view.selection() == (5, 11)


def lowest_ink(view: AnswerText) -> int:
    """The last row of the viewport in which anything is painted."""
    QApplication.sendPostedEvents()
    image = view.viewport().grab().toImage()
    rows = range(image.height() - 1, -1, -1)
    return next(y for y in rows if len({image.pixel(x, y) for x in range(image.width())}) > 1)


@pytest.mark.parametrize("text", ["green blue red " * 200, "אבג דהו " * 300])
def test_the_last_line_in_sight_is_whole_or_not_painted(view: AnswerText, text: str) -> None:
    view.set_text(text)
    view.set_spans([PaintedSpan(0, len(text), "bias", 2)])
    view.ink.set_strokes([])  # the words only: their rows can be told from the paper
    for height in range(140, 161):  # one line and more
        view.resize(360, height)
        left, line = view.viewport().height() - 1 - lowest_ink(view), current_theme().line_px("reading")
        assert left < 2 * line  # no more than the line that would be cut is missing
        block = view.document().firstBlock()
        tops = [block.layout().lineAt(n).y() for n in range(block.layout().lineCount())]
        ends = [y + block.layout().lineAt(n).height() for n, y in enumerate(tops)]
        assert not any(
            y < lowest_ink(view) and end > view.viewport().height() + 1 for y, end in zip(tops, ends, strict=True)
        )


def test_a_line_that_comes_while_a_text_is_written_is_not_painted_in_half(view: AnswerText) -> None:
    view.resize(360, 151)
    for _ in range(60):
        view.append_text("green blue ")
        lines = view.document().firstBlock().layout()
        cut = [lines.lineAt(n).y() for n in range(lines.lineCount())]
        below = [y for y in cut if y < view.viewport().height() < y + lines.lineAt(0).height() - 1]
        assert all(lowest_ink(view) <= y for y in below)


def test_at_its_end_a_text_is_painted_to_the_edge(view: AnswerText) -> None:
    view.set_text("green blue red " * 200)
    view.resize(360, 151)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert view.viewport().height() - lowest_ink(view) < current_theme().line_px("reading")
