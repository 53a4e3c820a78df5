"""What the cards of the bench show of what was done with an answer as a whole: rewritten, set aside, flagged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from trainer import OpenWindow, Trainer

from desktop.views.parts import Badge


def test_a_card_shows_that_its_answer_was_rewritten_and_what_is_flagged_of_all_of_it(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session = Trainer(workbench), workbench.session

    def mark(name: str) -> str:
        badge = workbench.bench.findChild(Badge, name)
        assert badge is not None
        return badge.text() if badge.isVisible() else ""

    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    trainer.type("2e")
    trainer.comes_to("revisionText")
    trainer.press(Qt.Key.Key_Escape)
    assert mark("rewrittenB") == "", "nothing was written yet"
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.replace_text("Light is scattered.")
    trainer.press(Qt.Key.Key_Escape)
    assert mark("rewrittenB") == "Rewritten" and mark("rewrittenA") == ""
    trainer.type("3e")
    trainer.comes_to("revisionText")
    trainer.replace_text("It is the air.")
    trainer.press(Qt.Key.Key_Escape)
    assert mark("rewrittenB") == "Rewritten, set aside"
    trainer.type("1ff2")
    trainer.press(Qt.Key.Key_Return)
    assert mark("wholeFlagA") == "Factual error" and mark("wholeFlagB") == ""
    trainer.type("fu1")
    trainer.press(Qt.Key.Key_Return)
    assert mark("wholeFlagA") == "2 flags on the whole answer"
    trainer.control(Qt.Key.Key_Z)
    assert mark("wholeFlagA") == "Factual error"
