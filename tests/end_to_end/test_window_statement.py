"""The work statement in the window: by the keyboard, from a delivery to a page that can be handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from team_desk import TeamDesk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_what_was_delivered_is_saved_as_a_page_and_as_a_table(tmp_path: Path, desk: TeamDesk) -> None:
    trainer, outbox = desk.trainer, desk.workbench.outbox
    desk.release()
    desk.release()
    trainer.control(Qt.Key.Key_4)
    assert not outbox.sent.statement.isEnabled(), "nothing has arrived yet"
    trainer.control(Qt.Key.Key_Return)
    trainer.until(outbox.sent.statement.isEnabled, "it has arrived")
    for suffix, begins in ((".pdf", b"%PDF-"), (".csv", b'\xef\xbb\xbf"received_at"')):
        trainer.push("workStatement")
        dialog = trainer.dialog("statementDialog")
        assert dialog.sum.text() == "3 judgements in 1 delivery, on 1 day"
        assert dialog.period.count() == 2, "everything, and one month"
        dialog.form.choose(suffix)
        file = tmp_path / f"statement{suffix}"
        trainer.press(Qt.Key.Key_Return)
        trainer.dialog("statementFile")
        trainer.replace_text(str(file))
        trainer.press(Qt.Key.Key_Return)
        trainer.until(file.exists, "the file is written")
        assert file.read_bytes().startswith(begins)
        trainer.until(
            lambda file=file: outbox.message.accessibleName() == f"Written: {file}",  # type: ignore[misc]
            "the window says so",
        )
        trainer.alone()
