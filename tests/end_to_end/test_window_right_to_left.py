"""Arabic and Hebrew, mixed with Latin letters and numbers: flags lie where the record says, and the window mirrors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cut_words import cut_words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.text_offsets import to_utf16
from desktop.profile import Profile
from desktop.qt_models.rows import ROW_ROLE
from desktop.theme.theme import current_theme
from desktop.views.parts.answer_text import AnswerText, PaintedSpan
from desktop.views.parts.layouts import parts_of
from desktop.views.parts.text_ink import line_boxes
from feedback_store.records import Judgement
from feedback_store.search import SearchQuery

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]

ANSWERS = (
    "السماء زرقاء بسبب تبعثر رايلي (Rayleigh) عند 450 nm. وهذا صحيح 100٪.\nالسطر الثاني.",
    "השמיים כחולים בגלל פיזור ריילי ב-450 nm, לא בגלל הים.",
    "Because of scattering, كما قال رايلي, in 1871.",
    "🌞 לא יודע 42, I do not know.",
)
QUOTES = ("رايلي (Rayleigh)", "450 nm", "قال رايلي, in", "יודע 42")
PROMPT = "لماذا السماء زرقاء؟ למה? (450 nm)"
MIXED = st.text(st.sampled_from("ab 12(.,אבג ابت🌞\n"), min_size=1, max_size=40)


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    """Sits before a bench with the four answers, one quote of each flagged by marking it and pressing keys."""
    workbench = show_window(ANSWERS, size=(1440, 900))
    trainer, session = Trainer(workbench), workbench.session
    workbench.bench.prompt.text.setPlainText(PROMPT)
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: bool(session.draft.answers) and not session.writing, "the answers stand")
    for position in range(4):
        trainer.type(str(position + 1))
        text = session.draft.at(position).text
        quote = QUOTES[ANSWERS.index(text)]
        view = workbench.bench.answers.cards[position].text
        cursor = view.textCursor()
        start = text.index(quote)
        cursor.setPosition(to_utf16(text, start))
        cursor.setPosition(to_utf16(text, start + len(quote)), cursor.MoveMode.KeepAnchor)
        view.setTextCursor(cursor)
        trainer.type("f")
        trainer.type("u2")
        trainer.press(Qt.Key.Key_Return)
    return trainer


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    """The application as a language that is written from right to left has it."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def painted(view: AnswerText, category: str) -> set[int]:
    """The columns of the view that a flag's tint stands in."""
    live(0)
    image = view.viewport().grab().toImage()
    look = current_theme().flag(category)
    tints = {look.tint.rgb(), look.strong.rgb()}
    return {x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) in tints}


def test_a_flag_that_was_marked_in_the_text_has_the_records_offsets(trainer: Trainer, profile: Profile) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.type("1v")
    trainer.type("a>b=c>d")
    trainer.press(Qt.Key.Key_Return)
    draft = session.draft
    for axis in [each.id for each in profile.rubric(profile.project).axes]:
        for position in range(4):
            draft = judging.rate(draft, position, axis, 3)
    session.act(draft)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: workbench.session.saved is not None, "it is saved")
    (stored,) = profile.store.at(profile.store.search(SearchQuery()))
    assert isinstance(stored.record, Judgement)
    texts = {candidate.key: candidate.text for candidate in stored.record.candidates}
    assert len(stored.record.flags) == 4
    for flag in stored.record.flags:
        text = texts[flag.candidate]
        assert flag.span is not None
        assert text[flag.span.start : flag.span.end] == flag.span.exact == QUOTES[ANSWERS.index(text)]
    trainer.control(Qt.Key.Key_3)
    reader = workbench.records.reader.text
    trainer.until(lambda: all(text in reader.toPlainText() for text in ANSWERS), "the reader shows them")


@pytest.mark.parametrize("layout", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_flags_are_painted_under_their_words(trainer: Trainer, qapp: QApplication, layout: Qt.LayoutDirection) -> None:
    qapp.setLayoutDirection(layout)
    try:
        for card in trainer.workbench.bench.answers.cards:
            view = card.text
            (span,) = view.spans
            begin, end = (to_utf16(view.text(), place) for place in (span.start, span.end))
            block = view.document().findBlock(begin)
            glyphs = [
                run.boundingRect()
                for number in range(block.layout().lineCount())
                for run in block.layout().lineAt(number).glyphRuns(begin - block.position(), end - begin)
            ]
            columns, left = painted(view, "unsafe"), view.document().documentLayout().blockBoundingRect(block).left()
            assert abs(min(columns) - left - min(glyph.left() for glyph in glyphs)) <= 4, "the glyphs begin there"
            assert abs(max(columns) - left - max(glyph.right() for glyph in glyphs)) <= 4
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=MIXED, data=st.data())
def test_a_flag_of_any_mixed_text_covers_its_characters_and_no_others(
    qapp: QApplication, text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    view = AnswerText()
    view.resize(2000, 300)
    view.set_text(text)
    view.set_spans([PaintedSpan(start, end, "bias", 1)])
    assert view.text() == text
    cursor = view.textCursor()
    cursor.setPosition(to_utf16(text, start))
    cursor.setPosition(to_utf16(text, end), cursor.MoveMode.KeepAnchor)
    assert cursor.selectedText().replace("\u2029", "\n") == text[start:end]
    parts = [line_boxes(view.document(), to_utf16(text, at), to_utf16(text, at + 1)) for at in range(len(text))]
    whole = line_boxes(view.document(), to_utf16(text, start), to_utf16(text, end))
    inside = sum(box.right - box.left for boxes in parts[start:end] for box in boxes)
    assert abs(sum(box.right - box.left for box in whole) - inside) <= 1.0 + 0.5 * (end - start)
    view.deleteLater()


def test_the_rewriting_and_the_lists_show_both_directions(trainer: Trainer) -> None:
    workbench = trainer.workbench
    model = workbench.bench.panel.flags.model()
    rows = [model.index(number, 0).data(ROW_ROLE).quote for number in range(4)]
    assert sorted(rows) == sorted(QUOTES)
    trainer.type("1e")
    trainer.comes_to("revisionText")
    view = workbench.bench.revision.version
    cursor = view.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    cursor.insertText(" שינוי new תוספת")
    view.setTextCursor(cursor)
    trainer.until(lambda: "3 words added" in workbench.bench.revision.side._counts.text(), "the difference is told")
    revision = workbench.session.draft.revision
    trainer.until(lambda: "שינוי new תוספת" in (workbench.session.draft.revision or revision).text, "it is kept")


def overlapping(window: QWidget) -> list[str]:
    """Pairs of neighbours in one layout that lie over each other."""
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        layout = widget.layout()
        if layout is None or not widget.isVisible():
            continue
        shown = [part for part in parts_of(layout) if isinstance(part, QWidget) and part.isVisible()]
        boxes = [(each.objectName() or type(each).__name__, QRect(each.geometry())) for each in shown]
        found += [
            f"{one} and {other} in {widget.objectName()}"
            for index, (one, box) in enumerate(boxes)
            for other, beside in boxes[index + 1 :]
            if box.intersects(beside) and not widget.inherits("QStackedWidget")
        ]
    return found


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_window_mirrors_without_a_word_cut_or_parts_over_one_another(
    trainer: Trainer, mirrored: None, size: tuple[int, int]
) -> None:
    workbench: Workbench = trainer.workbench
    window = workbench.window
    window.resize(*size)
    live(50)
    assert window._rail.x() > window._header.x(), "the rail stands where reading begins"
    cards = [card for card in workbench.bench.answers.cards if card.isVisible()]
    assert cards[0].mapTo(window, cards[0].rect().center()).x() > cards[1].mapTo(window, cards[1].rect().center()).x()
    for room in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5):
        trainer.control(room)
        for _ in range(50):
            if not cut_words(window) and not overlapping(window):
                break
            live(10)
        assert (cut_words(window), overlapping(window)) == ([], [])


def test_keys_that_point_to_a_side_go_to_that_side(trainer: Trainer, mirrored: None) -> None:
    workbench = trainer.workbench
    trainer.control(Qt.Key.Key_6)
    trainer.press(Qt.Key.Key_Return)
    theme = workbench.preferences.appearance.theme
    before = theme.index
    assert before is not None
    trainer.press(Qt.Key.Key_Left)
    assert theme.index == before + 1, "the next one stands at the left"
    QTest.mouseClick(theme, Qt.MouseButton.LeftButton, pos=QPoint(theme.width() - 6, theme.height() // 2))
    assert theme.index == 0, "a click at the right chooses the first"
