"""Every key of redo does again what was undone in a text field, Ctrl+Y too; Qt knows only its platform's own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from trainer import ShowWindow, Trainer

pytestmark = pytest.mark.long

Key = Qt.Key
Held = Qt.KeyboardModifier
REDO = ((Key.Key_Y, Held.ControlModifier), (Key.Key_Z, Held.ControlModifier | Held.ShiftModifier))


@pytest.mark.parametrize("redo", REDO)
def test_what_was_undone_in_a_field_stands_again(show_window: ShowWindow, redo: tuple[Key, Held]) -> None:
    workbench = show_window(size=(1440, 900))
    trainer, bench, session = Trainer(workbench), workbench.bench, workbench.session

    def undone_and_redone(field: QPlainTextEdit) -> None:
        before = field.toPlainText()
        trainer.type("why ")
        typed = field.toPlainText()
        assert typed != before
        trainer.control(Key.Key_Z)
        assert field.toPlainText() == before
        trainer.press(*redo)
        assert field.toPlainText() == typed

    bench.prompt.text.setFocus()
    undone_and_redone(bench.prompt.text)
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "all answers stand")
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_E)
    trainer.comes_to("revisionText")
    undone_and_redone(bench.revision.version)
    assert session.draft.revision is not None
    assert session.draft.revision.text == bench.revision.version.toPlainText()


def test_where_a_field_has_nothing_to_do_again_the_bench_does(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1440, 900))
    trainer, bench, session = Trainer(workbench), workbench.bench, workbench.session
    bench.prompt.text.setFocus()
    trainer.type("Why?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "all answers stand")
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_B)
    assert session.draft.verdicts
    trainer.control(Key.Key_Z)
    assert not session.draft.verdicts
    bench.panel.why.setFocus()
    trainer.control(Key.Key_Y)
    assert session.draft.verdicts


def test_where_nothing_can_be_undone_or_redone_the_bench_says_so(show_window: ShowWindow) -> None:
    """Both keys did nothing there, without a word."""
    workbench = show_window(size=(1440, 900))
    trainer, bench, session = Trainer(workbench), workbench.bench, workbench.session

    def said() -> str:
        return bench.message.message.text if bench.message.message is not None else ""

    bench.prompt.text.setFocus()
    trainer.control(Key.Key_Z)
    trainer.until(lambda: said() == "There is nothing to undo here.", f"that is said, not {said()!r}")
    trainer.control(Key.Key_Y)
    trainer.until(lambda: said() == "There is nothing to redo here.", f"that is said, not {said()!r}")
    trainer.comes_to("promptText")
    trainer.type("Why?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "all answers stand")
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_B)
    bench.message.clear()
    trainer.control(Key.Key_Z)
    trainer.control(Key.Key_Y)
    assert session.draft.verdicts and said() == ""
