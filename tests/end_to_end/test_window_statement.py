"""The work statement in the window: by the keyboard, from a delivery to a page that can be handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.profile import Profile

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_what_was_delivered_is_saved_as_a_page_and_as_a_table(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:

        def begin(profile: Profile) -> None:
            project = profile.join(collector.address, team.invite(), name="Ada").project
            profile.store.projects.use(project.id).result()
            for _ in range(3):
                made = judgement("a>b", project=project.id, trainer=profile.trainer, rubric=project.rubric)
                profile.store.outbox.release([profile.store.records.save(made).result().id]).result()

        workbench = open_window(insecure=True, begin=begin)
        trainer = Trainer(workbench)
        trainer.control(Qt.Key.Key_4)
        assert not workbench.outbox.sent.statement.isEnabled(), "nothing has arrived yet"
        trainer.control(Qt.Key.Key_Return)
        trainer.until(workbench.outbox.sent.statement.isEnabled, "it has arrived", 30)
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
                lambda file=file: workbench.outbox.message.accessibleName() == f"Written: {file}",  # type: ignore[misc]
                "the window says so",
            )
            trainer.alone()
