"""A laptop's low window: the height belongs to the answers, and nothing of what it was taken from is out of reach."""

from __future__ import annotations

import pytest
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from trainer import ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import wording
from desktop.profile import Profile
from desktop.views.parts import KeyButton

pytestmark = pytest.mark.long

Key = Qt.Key
LONG = tuple(f"{number}. " + "A sentence that fills a line or so of an answer. " * 40 for number in range(4))
LEAST = {(1366, 800): 11, (1280, 720): 9}  # lines of an answer that are seen; they were 8 and 6


@pytest.mark.parametrize("size", list(LEAST))
def test_many_lines_of_every_answer_are_seen_in_a_low_window(show_window: ShowWindow, size: tuple[int, int]) -> None:
    trainer = Trainer(show_window(LONG, size=size))
    Visit(trainer, Words(answers=LONG)).ask()
    bench = trainer.workbench.bench
    trainer.until(lambda: bench.prompt_line.isVisible() and not bench.prompt.isVisible(), "the prompt is one line")
    text = bench.answers.cards[0].text
    line = text.document().firstBlock().layout().lineAt(0).height()
    trainer.until(lambda: int(text.viewport().height() // line) >= LEAST[size], "so many lines are seen")
    for card in bench.answers.cards:
        assert card.isVisible()


def test_the_prompt_of_a_low_window_opens_by_f6_by_a_click_and_closes_when_it_is_left(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1366, 800)))
    visit, bench = Visit(trainer), trainer.workbench.bench
    visit.ask()
    trainer.press(Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    trainer.comes_to("promptText")
    assert bench.prompt.isVisible() and not bench.prompt_line.isVisible()
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: bench.prompt_line.isVisible() and not bench.prompt.isVisible(), "it is one line again")
    QTest.mouseClick(bench.prompt_line, Qt.MouseButton.LeftButton, pos=QPoint(200, 16))
    trainer.comes_to("promptText")
    assert bench.prompt.isVisible()


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_summary_of_a_change_is_whole_while_a_model_rewrites_by_three_points(
    show_window: ShowWindow, size: tuple[int, int], language: str
) -> None:
    wording.use_language(language)
    try:
        trainer = Trainer(show_window(LONG, size=size))
        field = rewritten_by_points(trainer)
        trainer.until(lambda: field.visibleRegion().boundingRect() == field.rect(), "all of the summary is seen")
        assert field.viewport().height() >= 2 * field.fontMetrics().lineSpacing()
    finally:
        wording.use_language("en")


def test_two_lines_of_a_summary_are_seen_whole_where_it_is_lowest(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(LONG, size=(1024, 640)))
    field = rewritten_by_points(trainer)
    field.setFocus()
    trainer.type("What it says of mucus was wrong, and now it is right.")
    lines = field.document().firstBlock().layout().lineCount()
    assert (lines, field.verticalScrollBar().maximum()) == (2, 0)


def rewritten_by_points(trainer: Trainer) -> QPlainTextEdit:
    """A model has rewritten an answer by three points; the field of what is said of the change."""
    Visit(trainer, Words(answers=LONG)).ask()
    trainer.type("e")
    trainer.comes_to("revisionText")
    side, session = trainer.workbench.bench.revision.side, trainer.workbench.session
    for point in ("Say first what to do, and only then what it is for.",) * 3:
        trainer.press(Key.Key_N, Qt.KeyboardModifier.AltModifier)
        trainer.comes_to("newPoint")
        trainer.type(point)
        trainer.press(Key.Key_Return)
    trainer.press(Key.Key_M, Qt.KeyboardModifier.AltModifier)
    trainer.until(lambda: session.draft.revision is not None and session.draft.revision.assisted, "it is drafted")
    trainer.until(lambda: not session.writing and not side.only.isHidden(), "the model has written")
    return side.summary


def test_models_that_write_are_stopped_from_the_line_of_the_prompt(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(LONG, pause=0.05, size=(1366, 800)))
    bench, session = trainer.workbench.bench, trainer.workbench.session
    trainer.type("Why?")
    trainer.control(Key.Key_Return)
    stop = bench.prompt_line.findChild(KeyButton, "stopFromLine")
    assert stop is not None
    trainer.until(stop.isVisible, "it can be stopped")
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    trainer.until(lambda: not session.writing, "it is stopped")
    trainer.until(lambda: not stop.isVisible(), "there is nothing to stop any more")


def test_a_window_of_the_usual_height_keeps_the_whole_prompt(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    Visit(trainer).ask()
    assert trainer.workbench.bench.prompt.isVisible()


def test_what_was_not_found_stands_beside_its_own_name_and_not_under_the_flags(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1366, 800)))
    Visit(trainer).ask()
    part = trainer.workbench.bench.panel.personal
    trainer.until(part.isVisible, "it was looked for")
    name, said = (next(each for each in part.findChildren(QLabel) if each.text().startswith(words))
                  for words in ("Personal data", "No numbers"))  # fmt: skip
    trainer.until(lambda: name.isVisible() and name.geometry().right() < said.geometry().left(), "beside its name")


def test_no_line_of_words_beside_the_answers_is_cut_through_at_any_height(
    show_window: ShowWindow, profile: Profile
) -> None:
    """What the guideline asks was half a line of crumbs at the foot of the panel."""
    profile.store.projects.set_guideline(profile.project, "# How we judge\n\nTruth first.").result()
    trainer = Trainer(show_window(LONG, size=(1280, 720)))
    Visit(trainer, Words(answers=LONG)).ask()
    panel = trainer.workbench.bench.panel
    view, cut, hidden = panel.viewport(), [], 0
    for height in range(640, 760, 7):
        trainer.window.resize(1280, height)
        live(20)
        shown = view.rect() if view.mask().isEmpty() else view.mask().boundingRect()
        for label in filter(QLabel.isVisible, view.findChildren(QLabel)):
            place = QRect(label.mapTo(view, QPoint(0, 0)), label.size())
            seen = place.intersected(shown).height()
            hidden += seen == 0
            if place.top() >= 0 and 0 < seen < place.height() and seen % label.fontMetrics().lineSpacing():
                cut.append(f"{label.text()} at {height}: {seen}")
    assert cut == [] and hidden
