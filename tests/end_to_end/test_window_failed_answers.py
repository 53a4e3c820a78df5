"""At the window: answers that were stopped before the first word, and the strip of ratings after an undo."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from cut_words import cut_words
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import ANSWERS, ShowWindow, Trainer

from desktop.flow import judging, languages, wording
from desktop.flow.ranking import letter
from desktop.views.parts import KeyButton, dress
from feedback_store.records import Judgement

Key = Qt.Key


def ask(trainer: Trainer, prompt: str) -> None:
    trainer.workbench.bench.prompt.text.setFocus()
    trainer.type(prompt)
    trainer.control(Key.Key_Return)


def test_empty_answers_are_not_saved_but_written_again_or_left_out(show_window: ShowWindow) -> None:
    says = threading.Event()

    def script(_prompt: str, count: int) -> tuple[str, ...]:
        says.wait(120)
        return ANSWERS[:count]

    workbench = show_window(script=script, size=(1440, 900))
    trainer, session, bench = Trainer(workbench), workbench.session, workbench.bench
    ask(trainer, "Why is the sky blue?")
    trainer.control(Key.Key_Period)
    says.set()
    trainer.until(lambda: session.draft.finished and not session.writing, "all are stopped")
    assert [answer.text for answer in session.draft.answers] == [""] * 4
    trainer.comes_to("answerTextA")
    card = bench.answers.cards[0]
    buttons = {button.objectName(): button for button in card.findChildren(KeyButton)}
    trainer.until(buttons["leaveOutA"].isVisible, "an answer without a word can be left out")
    assert buttons["leaveOutA"].hint == "L"
    trainer.press(Key.Key_4)
    trainer.press(Key.Key_L)
    trainer.press(Key.Key_L)
    trainer.press(Key.Key_L)
    assert len(session.draft.order) == 1
    trainer.control(Key.Key_S)
    assert session.saved is None
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_L)
    assert bench.message.message.text.startswith("It is the only answer")
    trainer.press(Key.Key_R)
    trainer.until(lambda: session.draft.finished and not session.writing, "it is written again")
    assert session.draft.at(0).text in ANSWERS
    trainer.press(Key.Key_Return)
    trainer.type("3" * len(session.rubric.axes))
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    assert len(record.candidates) == 1


@pytest.mark.long
def test_the_keyboard_stays_at_the_answers_when_the_one_that_it_is_on_is_the_same_as_another(
    show_window: ShowWindow,
) -> None:
    says = threading.Event()

    def script(_prompt: str, count: int) -> tuple[str, ...]:
        says.wait(120)
        return (*ANSWERS[: count - 1], ANSWERS[0])

    workbench = show_window(script=script, size=(1000, 720))
    trainer, session = Trainer(workbench), workbench.session
    ask(trainer, "Why is the sky blue?")
    trainer.press(Key.Key_Escape)
    trainer.press(Key.Key_4)
    trainer.comes_to("answerTextD")
    key = session.draft.order[3]
    says.set()
    trainer.until(lambda: len(session.draft.order) == 3, "two equal answers are one")
    said = ANSWERS[0] if key in ("a", "d") else ANSWERS["abcd".index(key)]
    same = next(at for at in range(3) if session.draft.at(at).text == said)
    trainer.comes_to(f"answerText{letter(same)}")
    trainer.press(Key.Key_1)
    trainer.comes_to("answerTextA")
    assert session.draft.ratings == (), "the digit chose an answer"


@pytest.mark.long
def test_the_strip_of_ratings_names_the_answer_whose_values_it_shows(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1024, 640))
    trainer, session, bench = Trainer(workbench), workbench.session, workbench.bench
    ask(trainer, "Why is the sky blue?")
    trainer.until(lambda: session.draft.finished and not session.writing, "all answers stand")
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_W)
    trainer.until(lambda: len(session.draft.order) == 5, "an answer of one's own stands there")
    trainer.comes_to("ownTextE")
    bench.ratings.start_at(4)
    assert strip(trainer) == ("E", 4, 4)
    trainer.control(Key.Key_Z)
    trainer.until(lambda: len(session.draft.order) == 4, "it is gone")
    letter, rated, current = strip(trainer)
    assert letter == "ABCD"[rated] == "ABCD"[current]
    session.act(judging.best(session.draft, 1))
    for position in (0, 1, 3, 2):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, position))
    bench.ratings.start_at(2)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None and not session.draft.answers, "it is saved")
    trainer.control(Key.Key_Z)
    trainer.until(lambda: len(session.draft.order) == 4, "it is back")
    letter, rated, current = strip(trainer)
    assert letter == "ABCD"[rated] == "ABCD"[current]


def strip(trainer: Trainer) -> tuple[str, int, int]:
    """The letter that the strip shows, the answer whose values it shows, and the one that is chosen."""
    bench = trainer.workbench.bench
    return bench.rating_bar.letter, bench.rating_bar.row.current_answer, bench.answers.current


@pytest.fixture
def english_again() -> Iterator[None]:
    yield
    wording.use_language("en")


@pytest.mark.long
@pytest.mark.usefixtures("english_again")
@pytest.mark.parametrize("code", languages.SPOKEN)
@pytest.mark.parametrize("zoom", [1.0, 1.5])
@pytest.mark.parametrize("count", [2, 4])
def test_in_a_low_window_nothing_that_can_be_done_with_stopped_answers_is_cut(
    show_window: ShowWindow, code: str, zoom: float, count: int
) -> None:
    wording.use_language(code)
    says = threading.Event()

    def script(_prompt: str, asked: int) -> tuple[str, ...]:
        says.wait(120)
        return ANSWERS[:asked]

    workbench = show_window(script=script, size=(1024, 640))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    workbench._appearance.changed.connect(lambda theme: dress(application, theme))
    workbench._appearance.zoom_to(zoom)
    trainer, session, bench = Trainer(workbench), workbench.session, workbench.bench
    bench.prompt.count.setCurrentIndex(bench.prompt.count.findData(str(count)))
    ask(trainer, "Why is the sky blue?")
    trainer.control(Key.Key_Period)
    says.set()
    trainer.until(lambda: session.draft.finished and not session.writing, "all are stopped")
    buttons = [each for card in bench.answers.cards[:count] for each in card.findChildren(KeyButton)]
    trainer.until(lambda: any(each.objectName() == "leaveOutA" and each.isVisible() for each in buttons), "it is said")
    live(0)
    assert len(session.draft.answers) == count
    trainer.until(lambda: not cut_words(workbench.window), f"nothing is cut: {cut_words(workbench.window)}")
    for each in buttons:
        if each.isVisible():
            assert each.visibleRegion().boundingRect() == each.rect(), f"{each.text()} lies below the edge"
