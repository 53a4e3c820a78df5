"""What the window says where this device's key was lost or ended, and which code its trainer has to ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from test_window_sending import joined, states
from trainer import OpenWindow, Trainer

from desktop.views.parts import Message
from feedback_store.batches.keys import fingerprint_of
from feedback_store.collector import administration, key_ceremony

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def send_one_more(trainer: Trainer) -> Message:
    """A fresh judgement, released and sent; what the window says of that."""
    workbench, store = trainer.workbench, trainer.workbench._profile.store
    made = judgement("a>b", project=workbench.rooms.project.id, trainer=store.trainer)
    store.outbox.release([store.records.save(made).result().id]).result()
    trainer.until(workbench.outbox.send.isEnabled, "it can be sent", 20)
    trainer.control(Qt.Key.Key_Return)
    shown = workbench.outbox.message
    trainer.until(lambda: shown.message is not None and shown.message.kind != "success", "the window says it", 20)
    assert shown.message is not None
    return shown.message


@pytest.mark.parametrize("lost", ["the key and its pass", "the operator ended it"])
def test_a_key_that_is_gone_or_ended_is_said_with_the_code_to_ask_for_and_that_code_leads_on(
    lost: str, tmp_path: Path, open_window: OpenWindow
) -> None:
    """A new key was made without a word, and which code to ask for said only the refusal of a wrong one."""
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        workbench = open_window(insecure=True)
        trainer, profile = Trainer(workbench), workbench._profile
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(workbench) == ["delivered"], "it has arrived", 20)
        device = profile.device_key(workbench.rooms.project).key_id
        if lost == "the key and its pass":
            for name in (f"device-key/{team.project}", f"token/{team.project}"):
                profile.secrets.delete(name)
            code = key_ceremony.recovery_code(team.folder, device)
            asked = f"a lost key (trainer id {profile.trainer}, lost key {fingerprint_of(device)})"
        else:
            administration.revoke(team.folder, device)
            code = team.invite(trainer=profile.trainer)
            asked = f"a further device of yours (trainer id {profile.trainer})"
        said = send_one_more(trainer)
        assert asked in said.text and "preceptor" not in said.text
        assert ("a new one was made" in said.text) == (lost == "the key and its pass")
        assert said.ways[0][1] == "Join a team's project …"
        trainer.control(Qt.Key.Key_O)
        trainer.dialog("joinDialog")
        for name, text in (("joinAddress", collector.address), ("joinCode", code)):
            trainer.go_to(name)
            trainer.replace_text(text)
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        trainer.control(Qt.Key.Key_4)
        trainer.push("sendAgain")
        trainer.until(lambda: states(workbench)[-1] == "delivered", "it arrives by the new key", 20)
