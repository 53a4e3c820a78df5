"""The window closes while models write: the next start says so at the answers, and they can be gone on with."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow.draft import to_bytes
from desktop.flow.kept_drafts import key_of
from desktop.profile import Profile
from desktop.views.answer_card import AnswerCard
from desktop.views.parts import KeyButton

pytestmark = pytest.mark.long

Key = Qt.Key
replace = msgspec.structs.replace
LONG = tuple(" ".join([word] * 400) for word in ("light", "air", "colour", "waves"))
CUT = "Cut off when the window closed. You can judge it as it is."


def begin_writing(workbench: Workbench) -> None:
    """Ask, and wait until every answer is half written."""
    trainer, session = Trainer(workbench), workbench.session
    workbench.bench.prompt.text.setFocus()
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: all(answer.text for answer in session.draft.answers) and session.writing, "they are written")
    assert not any(answer.ready for answer in session.draft.answers)


def close(workbench: Workbench) -> None:
    workbench.window.close()
    Trainer(workbench).until(lambda: not workbench.window.isVisible(), "the window is closed")


def end_of(card: AnswerCard) -> str:
    """What stands below an answer."""
    label = next(label for label in card.findChildren(QLabel) if label.objectName().startswith("end"))
    return "" if label.isHidden() else label.text()


def ways_of(card: AnswerCard) -> list[str]:
    return [button.objectName() for button in card.findChildren(KeyButton) if not button.isHidden()]


@pytest.mark.parametrize("size", [(1024, 640), (1366, 800)])
def test_answers_that_closing_cut_off_say_so_and_are_gone_on_with(
    show_window: ShowWindow, size: tuple[int, int]
) -> None:
    first = show_window(LONG, pause=0.02, size=size)
    begin_writing(first)
    close(first)
    second = show_window(LONG, size=size)
    trainer, session = Trainer(second), second.session
    cards = second.bench.answers.cards[:4]
    assert [end_of(card) for card in cards] == [CUT] * 4
    assert ways_of(cards[0]) == ["goOnA", "againA"]
    before = session.draft.at(0)
    assert before.text and (before.state, before.finish) == ("stopped", "cancelled")
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_C)
    trainer.until(lambda: session.draft.at(0).state == "done" and not session.writing, "it is gone on with")
    assert session.draft.at(0).text.startswith(before.text) and len(session.draft.at(0).text) > len(before.text)
    assert end_of(cards[0]) == "" and [end_of(card) for card in cards[1:]] == [CUT] * 3
    trainer.press(Key.Key_2)
    trainer.press(Key.Key_R)
    trainer.until(lambda: session.draft.at(1).state == "done" and not session.writing, "it is written again")
    assert end_of(cards[1]) == ""


def test_a_kill_is_told_like_a_closing_and_an_answer_without_a_word_is_left_out_or_written_again(
    show_window: ShowWindow, profile: Profile
) -> None:
    first = show_window(LONG, pause=0.02)
    begin_writing(first)
    draft = first.session.draft
    silent, *others = draft.answers
    killed = replace(draft, answers=(replace(silent, text="", state="waiting"), *others))
    key = key_of(profile.project.id, killed)
    close(first)
    profile.store.drafts.change([(key, to_bytes(killed))]).result()  # as a kill leaves it: nobody ended it
    cards = show_window(LONG).bench.answers.cards[:4]
    said = {end_of(card) for card in cards}
    assert said == {CUT, "The window closed before its first word."}
    at = killed.position(silent.key)
    assert [name[:-1] for name in ways_of(cards[at])] == ["leaveOut", "again"]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_what_was_stopped_by_hand_or_by_going_to_another_project_is_not_put_down_to_the_window(
    show_window: ShowWindow, profile: Profile
) -> None:
    profile.new_project("Night shift", "arena")
    workbench = show_window(LONG, pause=0.02)
    begin_writing(workbench)
    trainer, home = Trainer(workbench), workbench.rooms.project.name
    trainer.choose_in_menu("Night shift")
    trainer.until(lambda: workbench.rooms.project.name == "Night shift", "the other is shown")
    trainer.choose_in_menu(home)
    trainer.until(lambda: workbench.rooms.project.name == home, "the first is shown again")
    stopped = "Stopped early. You can judge it as it is."
    assert [end_of(card) for card in workbench.bench.answers.cards[:4]] == [stopped] * 4
    assert ways_of(workbench.bench.answers.cards[0]) == ["againA"]
