"""Another rubric while one judges: the work on the bench stays, and an opened judgement keeps its own version."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from rubric_steps import answered, judged, opened
from trainer import OpenWindow, Trainer

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def judged_by(trainer: Trainer, rubric: str) -> None:
    """Another shipped rubric, by its list and J."""
    page = opened(trainer)
    for _step in range(30):
        if page.shelf.current is not None and page.shelf.current.rubric.id == rubric:
            break
        trainer.press(Qt.Key.Key_Down)
    trainer.type("j")
    trainer.alone()
    session = trainer.workbench.session
    trainer.until(lambda: session.judged_by.newest.id == rubric, "it is judged by")


def test_another_rubric_leaves_the_history_the_place_and_the_open_rewriting(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session = Trainer(workbench), workbench.session
    answered(trainer)
    trainer.type("1")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("4")
    trainer.press(Qt.Key.Key_Escape)
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.type("Shorter. ")
    text = session.draft.revision
    judged_by(trainer, "hazards")
    assert workbench.session is session and workbench.bench.rewriting and session.draft.revision == text
    assert session.draft.ratings == ()
    trainer.comes_to("revisionText")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: not workbench.bench.rewriting, "the answers are back")
    judged_by(trainer, "helpsteer2")
    for _step in range(3):
        trainer.control(Qt.Key.Key_Z)
    assert session.draft.revision is None and session.draft.ratings == ()


def test_an_opened_judgement_is_judged_by_its_own_version_until_j_at_the_answers(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session = Trainer(workbench), workbench.session
    judged(trainer, ratings=20)
    judged_by(trainer, "hazards")
    trainer.control(Qt.Key.Key_3)
    trainer.comes_to("search")
    trainer.press(Qt.Key.Key_Return)  # into the list
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    message = workbench.bench.message.message
    assert message is not None and message.text.startswith("This was judged by HelpSteer2, version ")
    assert session.can_save and len(session.draft.ratings) == 20
    trainer.type("j")
    assert session.rubric.id == "hazards" and session.draft.ratings == ()
    message = workbench.bench.message.message
    assert message is not None and "put aside: " in message.reason
    trainer.control(Qt.Key.Key_Z)
    assert session.rubric.id == "helpsteer2" and len(session.draft.ratings) == 20
    message = workbench.bench.message.message
    assert message is not None and message.text.startswith("This was judged by HelpSteer2, version ")
