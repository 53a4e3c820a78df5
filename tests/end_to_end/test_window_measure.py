"""However wide the window and however few the answers, a line of them is no longer than can be read well."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextDocument, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTextEdit
from trainer import ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.theme.theme import current_theme
from desktop.views.parts import RenderedText

pytestmark = pytest.mark.long

LONG = (
    "Almost certainly not. Colds are caused by viruses, and antibiotics act only against bacteria, so they would not "
    "shorten your illness or make it milder. Most colds are over after 7 to 10 days whatever you take. Your neighbour "
    "would probably have recovered in those three days without tablets.\n\n"
    "Antibiotics are not harmless. Diarrhoea and rashes are common, and every course makes resistant bacteria more "
    "likely. Do call your doctor the same day if you become breathless, have chest pain or feel confused, if you have "
    "more than 38.5 °C for over three days, or if you get better and then clearly worse."
)
FEW = pytest.mark.parametrize("answers", [1, 2])
WIDE = pytest.mark.parametrize("size", [(1920, 1080), (2560, 1440)])


def asked(show_window: ShowWindow, answers: int, size: tuple[int, int], text: str = LONG) -> Visit:
    workbench = show_window(tuple(f"{letter} {text}" for letter in "ABCD"), size=size)
    visit = Visit(Trainer(workbench), Words())
    session = workbench.session
    session.ask(msgspec.structs.replace(session.draft.prompt, answers=answers))
    visit.ask()
    assert len(session.draft.order) == answers
    return visit


def longest(view: QTextEdit | QPlainTextEdit) -> int:
    """How many letters the longest line has that is laid out, without the space at which it was broken."""
    return max(len(line) for line in _lines(view.document()))


def _lines(document: QTextDocument) -> list[str]:
    found, block = [], document.firstBlock()
    while block.isValid():
        laid_out, text = block.layout(), block.text()
        for number in range(laid_out.lineCount()):
            line = laid_out.lineAt(number)
            found.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
        block = block.next()
    return found


def is_readable(view: QTextEdit | QPlainTextEdit) -> bool:
    """Lines are as long as the measure lets them be: some are longer than the best, none is longer than the longest."""
    _least, best, most = current_theme().tokens.characters
    return best < longest(view) <= most


@FEW
@WIDE
def test_lines_of_an_answer_can_be_read_as_written_laid_out_and_rewritten(
    answers: int, size: tuple[int, int], show_window: ShowWindow
) -> None:
    visit = asked(show_window, answers, size)
    trainer, bench = visit.trainer, visit.workbench.bench
    for card in bench.answers.cards:
        assert is_readable(card.text), longest(card.text)
        assert card.text.viewport().mapTo(card, QPoint(0, 0)).x() < 20, "they begin where the card begins"
    trainer.control(Qt.Key.Key_M)
    cards = bench.answers.cards
    trainer.until(lambda: all(isinstance(each.focus_part, RenderedText) for each in cards), "they are laid out")
    for card in cards:
        laid_out = card.focus_part
        assert isinstance(laid_out, RenderedText)
        assert is_readable(laid_out), longest(laid_out)
    trainer.control(Qt.Key.Key_M)
    trainer.until(lambda: not any(isinstance(each.focus_part, RenderedText) for each in cards), "the sources are shown")
    trainer.type("1e")
    trainer.comes_to("revisionText")
    page = bench.revision
    views: tuple[QTextEdit, ...] = (page.original, page.version)
    for view in views:
        assert longest(view) <= current_theme().tokens.characters[2]


@FEW
def test_marks_stand_beside_the_words_and_words_are_flagged_by_mouse_in_a_wide_window(
    answers: int, show_window: ShowWindow
) -> None:
    visit = asked(show_window, answers, (2560, 1440))
    session, card = visit.workbench.session, visit.workbench.bench.answers.cards[0]
    text, view = card.text, card.text.viewport()
    session.act(judging.flag(session.draft, 0, (4, 20), FlagChoice("bias", 2, "age")))
    visit.trainer.until(lambda: len(text.gutter.marks) == 1, "the flag is marked")
    beside = text.gutter.mapTo(card, QPoint(0, 0)).x() - view.mapTo(card, QPoint(view.width(), 0)).x()
    assert 0 <= beside <= 1
    (boxes,) = text.ink.boxes()
    at = text.cursorForPosition(QPoint(round(boxes[0].left) + 1, round(boxes[0].baseline))).position()
    assert at == 4
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(boxes[0].left) + 10, round(boxes[0].baseline)))
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=text.cursorRect().center() + QPoint(2, 0))
    assert text.textCursor().selectedText() in text.text() and text.selection() is not None


def test_a_wheel_beside_the_lines_scrolls_them(show_window: ShowWindow) -> None:
    visit = asked(show_window, 1, (2560, 1440), "\n\n".join([LONG] * 20))
    text = visit.workbench.bench.answers.cards[0].text
    bar = text.verticalScrollBar()
    visit.trainer.until(lambda: text.whole and bar.maximum() > 0, "there is something to scroll")
    at = QPoint(text.width() - 60, 200)
    assert at.x() > text.gutter.geometry().right() and text.childAt(at) is None
    turned = QWheelEvent(
        QPointF(at),
        QPointF(text.mapToGlobal(at)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(text, turned)
    assert bar.value() > 0


def test_in_a_mirrored_window_lines_begin_at_the_right_and_marks_stay_beside_them(
    show_window: ShowWindow, qapp: QApplication
) -> None:
    visit = asked(show_window, 1, (1920, 1080))
    session, text = visit.workbench.session, visit.workbench.bench.answers.cards[0].text
    session.act(judging.flag(session.draft, 0, (4, 20), FlagChoice("bias", 2, "age")))
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        for width in (2560, 1920):
            visit.trainer.window.resize(width, 1080)
            visit.trainer.until(lambda: text.gutter.geometry().right() >= text.width() - 20, "they stand at the right")
            assert text.gutter.x() == text.viewport().geometry().right() + 1
            assert is_readable(text)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@WIDE
def test_lines_of_a_record_can_be_read(size: tuple[int, int], show_window: ShowWindow) -> None:
    visit = asked(show_window, 4, size)
    visit.records()
    reader = visit.workbench.rooms.records.reader.text
    visit.trainer.until(lambda: LONG[:20] in reader.toPlainText(), "it is read")
    assert is_readable(reader), longest(reader)


def test_an_own_answer_that_is_written_has_lines_like_the_others(show_window: ShowWindow) -> None:
    for size in ((1920, 1080), (2560, 1440)):
        visit = asked(show_window, 1, size)
        trainer, cards = visit.trainer, visit.workbench.bench.answers.cards
        trainer.type("w")
        trainer.comes_to("ownTextB")
        own = cards[1].own
        own.setPlainText(LONG)
        trainer.until(lambda own=own: is_readable(own), "the lines can be read")
        assert own.viewport().width() == cards[0].text.viewport().width() or own.viewport().width() < own.width() - 100
        QTest.mouseClick(
            own, Qt.MouseButton.LeftButton, pos=QPoint(own.width() - 30, own.cursorRect().center().y() + 2)
        )
        first = own.document().firstBlock().layout().lineAt(0)
        assert first.textLength() - 1 <= own.textCursor().position() <= first.textLength(), "at the end of its line"
        trainer.press(Qt.Key.Key_Escape)
        trainer.until(lambda cards=cards: cards[1].text.isVisible(), "it is an answer like the others")
        assert is_readable(cards[1].text)
