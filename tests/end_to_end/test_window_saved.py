"""After saving the bench says which model wrote which answer, and every doubt with a way to its place in the record."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.ranking import parse

ANSWERS = ("It is blue, write to jane.doe@uni-mainz.de.", "Scattering.", "The light.", "I do not know. " * 100)


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    return Trainer(show_window(ANSWERS))


def ask(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    workbench.bench.prompt.text.setPlainText("Why is the sky blue?")
    workbench.bench.generate()
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def judge(trainer: Trainer, ranking: str, first: tuple[int, ...]) -> None:
    session = trainer.workbench.session
    for position in range(len(session.draft.order)):
        for place, axis in enumerate(session.rubric.axes):
            session.act(judging.rate(session.draft, position, axis.id, first[position] if place == 0 else 3))
    session.act(judging.rank(session.draft, parse(ranking, len(session.draft.order))))


def save(trainer: Trainer) -> None:
    session = trainer.workbench.session
    trainer.workbench.bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")


def said(workbench: Workbench) -> list[str]:
    return [label.text() for label in workbench.bench.message.findChildren(QLabel) if label.isVisible()]


def test_all_doubts_are_said_beside_who_wrote_and_each_leads_to_its_place(trainer: Trainer) -> None:
    ask(trainer)
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.until(lambda: bool(session.findings.places(session.draft)), "the address is found")
    judge(trainer, "b>a>c>d", (0, 3, 4, 4))
    save(trainer)
    text = " ".join(said(workbench))
    assert "A, B, C, D: smollm2" in text
    assert "An e-mail address stands in answer" in text
    assert "A is ranked above C, but C is rated higher" in text
    assert "Decided faster than the answers can be read." in text
    assert session.draft.empty, "the bench is ready for the next"
    workbench.bench.message.findChild(object, "way_open_ranking").click()  # type: ignore[attr-defined]  # a KeyButton
    trainer.comes_to(workbench.bench.verdict.ranking.field.objectName())
    assert session.draft.supersedes is not None and session.draft.tiers is not None


def test_a_place_with_personal_data_is_come_to_by_keys(trainer: Trainer) -> None:
    ask(trainer)
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.until(lambda: bool(session.findings.places(session.draft)), "the address is found")
    judge(trainer, "a>b>c>d", (4, 3, 2, 1))
    save(trainer)
    trainer.push("way_open_personal")
    trainer.until(lambda: workbench.bench.panel.personal.list.hasFocus(), "the list of what was found has the keyboard")
    assert session.draft.supersedes is not None


def test_an_answer_of_ones_own_is_said_to_be_ones_own(trainer: Trainer) -> None:
    ask(trainer)
    session = trainer.workbench.session
    session.act(judging.write_own(session.draft))
    session.act(judging.edit_own(session.draft, 4, "It is the light that is scattered."))
    judge(trainer, "a>b>c>d>e", (4, 3, 2, 1, 0))
    save(trainer)
    assert "A, B, C, D: smollm2 · E: by you" in " ".join(said(trainer.workbench))


def test_what_only_tells_how_things_stand_does_not_look_like_success(trainer: Trainer) -> None:
    ask(trainer)
    trainer.control(Qt.Key.Key_T)
    message = trainer.workbench.bench.message.message
    assert message is not None and message.kind == "notice" and message.text.startswith("There is one turn only.")


def test_after_a_save_is_undone_the_keyboard_is_at_the_answers(trainer: Trainer) -> None:
    ask(trainer)
    judge(trainer, "a>b>c>d", (4, 3, 2, 1))
    save(trainer)
    session = trainer.workbench.session
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: session.draft.supersedes is not None, "the judgement is back")
    trainer.comes_to("answerTextA")
    trainer.type("2")
    assert session.draft.prompt.text == "Why is the sky blue?"


def test_the_warning_of_another_prompt_goes_when_the_first_one_stands_there_again(trainer: Trainer) -> None:
    ask(trainer)
    judge(trainer, "a>b>c>d", (4, 3, 2, 1))
    workbench, text = trainer.workbench, trainer.workbench.bench.prompt.text
    text.setPlainText("Another question?")
    workbench.bench.save()
    trainer.until(lambda: any("as it was before" in words for words in said(workbench)), "it is warned of")
    text.setPlainText("Why is the sky blue?")
    trainer.until(lambda: not said(workbench), "nothing is to be said any more")
