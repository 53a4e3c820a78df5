"""What the records' room shows of one record: why its answers are not ranked, and all else that was said."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer

from desktop.flow import judging
from desktop.flow.draft import FeedbackPoint
from feedback_store.records import Message

ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows.", "I do not know.")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_the_reader_says_why_answers_cannot_be_ranked(show_window: ShowWindow) -> None:
    workbench = show_window(ANSWERS)
    trainer, session = Trainer(workbench), workbench.session
    session.ask(msgspec.structs.replace(session.draft.prompt, text="Why is the sky blue?"))
    session.generate()
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    workbench.bench.answers.choose(0)
    trainer.comes_to("answerTextA")
    trainer.type("n")
    trainer.dialog("notRankableDialog")
    trainer.type("All of them dodge the question.")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    assert "Verdict\nNot rankable: All of them dodge the question." in workbench.records.reader.text.toPlainText()


def test_all_that_a_judgement_says_can_be_read(show_window: ShowWindow) -> None:
    """How sure, what should change, earlier turns and the end of a long prompt stood nowhere."""
    workbench = show_window(ANSWERS)
    session, trainer = workbench.session, Trainer(workbench)
    long = "Why is the sky blue? " * 30 + "And at night?"
    turns = (Message("user", "Hello there."), Message("assistant", "Good day."))
    session.ask(msgspec.structs.replace(session.draft.prompt, text=long, system="Be short.", turns=turns))
    session.generate()
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    session.act(judging.start_revision(session.draft, 0))
    revision = session.draft.revision
    assert revision is not None
    points = (FeedbackPoint("Name the cause.", done=True),)
    changed = msgspec.structs.replace(revision, text="Scattering.", points=points, summary="One word.")
    session.act(judging.revise(session.draft, changed))
    session.act(judging.be_sure(session.draft, 4))
    session.act(judging.best(session.draft, 0))
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    trainer.control(Qt.Key.Key_3)
    reader = workbench.records.reader
    trainer.until(lambda: bool(reader.text.toPlainText()), "it is read")
    said = reader.text.toPlainText()
    for part in (
        "System prompt\nBe short.",
        "Earlier turns\nAsked: Hello there.\n\nAnswered: Good day.",
        f"Prompt\n{long}",
        "What should change\n– Name the cause.",
        "What was changed\nOne word.",
        "How sure\n4 of 5",
    ):
        assert part in said
    assert reader.title.endswith(" …")
