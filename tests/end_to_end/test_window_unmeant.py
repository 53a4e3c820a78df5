"""What a trainer did not mean, by real keys: words typed where letters are commands, and a prompt that is wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QDialog, QLabel
from trainer import ShowWindow, Trainer

from desktop.flow import places

pytestmark = pytest.mark.long

Key = Qt.Key
NEXT = "A 54 year old man has chest pain and no fever, what is to be done now"
WORDS = " ".join(f"word{number}" for number in range(400))


@pytest.fixture
def writing(show_window: ShowWindow) -> Trainer:
    """A trainer whose models write on and on."""
    trainer = Trainer(show_window((WORDS,) * 4, pause=0.02, size=(1440, 900)))
    trainer.comes_to("promptText")
    trainer.type("Kardiologie")
    trainer.control(Key.Key_Return)
    trainer.comes_to("answerTextA")
    return trainer


@pytest.fixture
def asked(show_window: ShowWindow) -> Trainer:
    """A trainer whose prompt was answered."""
    trainer = Trainer(show_window(size=(1440, 900)))
    trainer.comes_to("promptText")
    trainer.type("Kardiologie")
    trainer.control(Key.Key_Return)
    session = trainer.workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    return trainer


def command(trainer: Trainer, words: str) -> None:
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    trainer.type(words)
    trainer.press(Key.Key_Return)


def test_the_next_prompt_typed_at_answers_that_are_written_does_nothing_and_says_where_words_go(
    writing: Trainer,
) -> None:
    session, bench = writing.workbench.session, writing.workbench.bench
    before = session.draft
    writing.type(NEXT)
    assert "Shift+F6" in bench.tip.words and "commands" in bench.tip.words
    now = session.draft
    assert (now.order, now.tiers, now.not_rankable, now.revision) == (before.order, None, None, None)
    assert not [each for each in writing.window.findChildren(QDialog) if each.isVisible()]
    writing.press(Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    writing.comes_to("promptText")
    session.cancel()


@pytest.mark.parametrize("key", "anxg")
def test_what_nobody_can_want_before_a_word_stands_is_not_taken(show_window: ShowWindow, key: str) -> None:
    trainer = Trainer(show_window((WORDS,) * 4, pause=60, size=(1440, 900)))
    trainer.comes_to("promptText")
    trainer.type("Kardiologie")
    trainer.control(Key.Key_Return)
    trainer.comes_to("answerTextA")
    session, before = trainer.workbench.session, trainer.workbench.session.draft
    trainer.type(key)
    assert trainer.workbench.bench.tip.words
    assert session.draft.order == before.order and session.draft.level is None
    session.cancel()


def test_who_sees_words_that_still_come_can_call_them_not_rankable(writing: Trainer) -> None:
    session = writing.workbench.session
    writing.until(lambda: all(answer.text for answer in session.draft.answers), "words come")
    writing.type("n")
    writing.until(lambda: writing.focus.window() is not writing.window, "it is asked why")
    session.cancel()


def test_a_letter_without_a_command_says_that_letters_are_commands_when_answers_stand_too(asked: Trainer) -> None:
    asked.type("how old")
    session, bench = asked.workbench.session, asked.workbench.bench
    assert "Shift+F6" in bench.tip.words and session.draft.set_aside == () and len(session.draft.order) == 4


def test_the_keys_of_the_practised_do_what_they_did_however_fast(asked: Trainer) -> None:
    session = asked.workbench.session
    asked.type("2b")
    assert session.draft.tiers is not None and session.draft.tiers[0] == (session.draft.order[1],)
    asked.type("ffu1")
    asked.press(Key.Key_Escape)
    asked.type("a")
    asked.until(lambda: len(session.draft.order) == 5, "one more answer is asked for")
    assert asked.workbench.bench.tip.words == ""


@pytest.mark.parametrize("words", ["discard", "drop", "new prompt"])
def test_an_unwanted_prompt_is_dropped_by_a_command_and_does_not_come_back_after_the_next_save(
    asked: Trainer, words: str
) -> None:
    session, bench = asked.workbench.session, asked.workbench.bench
    command(asked, words)
    asked.comes_to("promptText")
    assert session.draft.empty and "Ctrl+Z" in bench.message.message.reason  # type: ignore[union-attr]
    asked.type("Why is the sky blue?")
    asked.control(Key.Key_Return)
    asked.until(lambda: session.draft.finished and not session.writing, "answers stand")
    asked.type("v")
    asked.type("a>b>c>d")
    asked.press(Key.Key_Return, times=2)
    asked.type("3" * 20)
    asked.control(Key.Key_S)
    asked.until(lambda: session.saved is not None, "it is saved")
    assert session.draft.empty, "what was dropped stays away"


def test_what_was_dropped_comes_back_by_undo_with_its_judgement(asked: Trainer) -> None:
    session = asked.workbench.session
    asked.type("2b")
    before = session.draft
    command(asked, "drop")
    asked.comes_to("promptText")
    asked.control(Key.Key_Z)
    asked.until(lambda: session.draft.id == before.id, "it is back")
    assert (session.draft.order, session.draft.tiers) == (before.order, before.tiers)


def test_dropping_an_opened_judgement_leaves_the_saved_one_as_it_is(asked: Trainer) -> None:
    session = asked.workbench.session
    asked.type("v")
    asked.type("a>b>c>d")
    asked.press(Key.Key_Return, times=2)
    asked.type("3" * 20)
    asked.control(Key.Key_S)
    asked.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None
    session.open(session.saved.stored)
    asked.workbench.bench.arrive()
    asked.type("4b")
    command(asked, "drop")
    asked.comes_to("promptText")
    assert session.draft.empty and "stays as it is" in asked.workbench.bench.message.message.text  # type: ignore[union-attr]
    asked.control(Key.Key_3)
    asked.until(lambda: asked.workbench.records.model.rowCount() == 1, "the saved one is there")


def test_ctrl_q_quits_and_keeps_what_stands_there(asked: Trainer) -> None:
    window, session = asked.workbench.window, asked.workbench.session
    asked.control(Key.Key_Q)
    assert not window.isVisible() and session.draft_kept


def test_without_a_collector_the_keys_of_sending_say_why_nothing_is_sent_and_the_head_is_calm(
    show_window: ShowWindow,
) -> None:
    trainer = Trainer(show_window(size=(1280, 800)))
    outbox = trainer.workbench.outbox
    trainer.control(Key.Key_4)
    trainer.comes_to("nothingToSendWay")
    trainer.control(Key.Key_Return)
    assert outbox.message.message is not None
    assert outbox.message.message.text.startswith("No collector is joined")
    assert [each.command for each in places.keys_of("outbox")].index("main") == 3, "before what is cut in a narrow line"


def test_save_shows_its_key_exactly_when_it_can_be_pressed_too(asked: Trainer) -> None:
    save = asked.workbench.bench.verdict.save
    asked.until(lambda: save.width() > 0, "it is laid out")
    width = save.width()
    asked.type("v")
    asked.type("a>b>c>d")
    asked.press(Key.Key_Return, times=2)
    asked.type("3" * 20)
    asked.until(lambda: asked.workbench.session.can_save, "all is said")
    assert save.width() == width == save.sizeHint().width(), "words and key have room, and nothing moved"


def test_a_digit_beyond_the_scale_is_refused_without_covering_what_the_scale_means(asked: Trainer) -> None:
    bench = asked.workbench.bench
    asked.press(Key.Key_Return)
    asked.type("9")
    asked.until(bench.tip.isVisible, "it is said")
    tip = bench.tip.geometry()
    for label in bench.panel.findChildren(QLabel):
        if label.isVisible() and label.text():
            place = QRect(label.mapTo(bench, QPoint(0, 0)), label.size().boundedTo(label.sizeHint()))
            assert not place.intersects(tip), label.text()
