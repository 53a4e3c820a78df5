"""A passphrase that is not given where a key is wanted: it is told, nothing was done, and nothing of it is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_visitor import Visitor
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from running_collector import Team, running
from test_window_key import go_to_project
from test_window_passphrase import PASSPHRASE, joined
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.flow.models.rows import Said
from desktop.views.server_dialog import ServerDialog
from local_models.endpoints.kept import Endpoint

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]

TOLD = "Without the passphrase your keys cannot be used. Nothing was done; everything is as it was."


def cancel(trainer: Trainer) -> None:
    trainer.dialog("passphraseDialog")
    trainer.press(Qt.Key.Key_Escape)


def red_words(dialog: QDialog) -> list[str]:
    return [
        label.text() for label in dialog.findChildren(QLabel) if label.property("role") == "danger" and label.text()
    ]


def in_a_team(tmp_path: Path, open_window: OpenWindow, team: Team, address: str) -> Workbench:
    """A window in a team's project whose keys are under the passphrase, which nobody has given yet."""
    workbench = open_window()  # sees to it that no keyring is used
    workbench.window.close()
    workbench._profile.close()
    joined(tmp_path / "profile", team, address)
    return open_window(size=(1024, 640))


def test_a_servers_key_that_is_not_kept_leaves_the_dialog_as_it_was_typed(open_window: OpenWindow) -> None:
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.type("a")
    visitor.push("addServer")
    dialog = visitor.dialog("serverDialog")
    assert isinstance(dialog, ServerDialog)
    typed = {"serverName": "office", "serverAddress": "http://127.0.0.1:9/v1", "serverModel": "m", "serverKey": "sk"}
    for field, text in typed.items():
        visitor.go_to(field)
        visitor.replace_text(text)
    visitor.press(Qt.Key.Key_Return)
    cancel(visitor)
    visitor.dialog("serverDialog")
    visitor.until(lambda: not dialog.busy, "it can be tried again")
    assert (dialog.words, red_words(dialog)) == (TOLD, [])
    assert dialog.wish.name == "office" and "office" not in visitor.titles


def test_a_test_of_a_server_whose_key_stays_locked_says_so_plainly(open_window: OpenWindow) -> None:
    workbench = open_window(passphrase=PASSPHRASE)
    server = Endpoint("office", "http://127.0.0.1:9/v1", "m", has_key=True)
    workbench._profile.add_endpoint(server, "sk-secret")
    workbench.window.close()
    workbench._profile.close()
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.choose("office")
    visitor.press(Qt.Key.Key_T)
    cancel(visitor)
    key = visitor.page.list.chosen
    assert key is not None
    said = visitor.workbench.models.shelf._tasks.said
    visitor.until(lambda: bool(said(key.key)), "it is told at the server")
    assert said(key.key) == (Said(TOLD, "plain"),)


def test_neither_changing_the_key_nor_looking_at_the_devices_calls_a_cancelled_passphrase_an_error(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        trainer = Trainer(in_a_team(tmp_path, open_window, team, collector.address))
        for button, name, press in (
            ("changeSigningKey", "keyDialog", "keyDialogMain"),
            ("myDevices", "devicesDialog", ""),
        ):
            go_to_project(trainer)
            trainer.push(button)
            if press:
                trainer.dialog(name)
                trainer.push(press)
            cancel(trainer)
            dialog = trainer.dialog(name)
            trainer.until(lambda dialog=dialog: dialog.words == TOLD, "it is told")  # type: ignore[misc]
            assert red_words(dialog) == []
            trainer.press(Qt.Key.Key_Escape)
            trainer.alone()


def test_who_joins_and_gives_no_passphrase_is_told_so_without_red(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        workbench = open_window()
        trainer = Trainer(workbench)
        workbench.errands.projects.join()
        dialog = trainer.dialog("joinDialog")
        for field, text in (("joinAddress", collector.address), ("joinCode", team.invite())):
            trainer.go_to(field)
            trainer.replace_text(text)
        trainer.press(Qt.Key.Key_Return)
        trainer.accept_terms()
        cancel(trainer)
        trainer.dialog("joinDialog")
        trainer.until(lambda: dialog.words == TOLD, "it is told")  # type: ignore[attr-defined]
        assert red_words(dialog) == []
