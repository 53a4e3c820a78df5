"""What the window says where this device's key was lost or ended, and which code its trainer has to ask for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from team_desk import TeamDesk

from desktop.views.parts import Message
from feedback_store.batches.keys import fingerprint_of
from feedback_store.collector import administration, key_ceremony

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def send_one_more(desk: TeamDesk) -> Message:
    """A fresh judgement, released and sent; what the window says of that."""
    desk.release()
    outbox = desk.workbench.outbox
    desk.trainer.until(outbox.send.isEnabled, "it can be sent")
    desk.trainer.control(Qt.Key.Key_Return)
    shown = outbox.message
    desk.trainer.until(lambda: shown.message is not None and shown.message.kind != "success", "the window says it")
    assert shown.message is not None
    return shown.message


@pytest.mark.parametrize("lost", ["the key and its pass", "the operator ended it"])
def test_a_key_that_is_gone_or_ended_is_said_with_the_code_to_ask_for_and_that_code_leads_on(
    lost: str, desk: TeamDesk
) -> None:
    """A new key was made without a word, and which code to ask for said only the refusal of a wrong one."""
    desk.deliver()
    team, profile = desk.team, desk.profile
    device = profile.device_key(desk.workbench.rooms.project).key_id
    if lost == "the key and its pass":
        for name in (f"device-key/{team.project}", f"token/{team.project}"):
            profile.secrets.delete(name)
        code = key_ceremony.recovery_code(team.folder, device)
        asked = f"a lost key (trainer id {profile.trainer}, lost key {fingerprint_of(device)})"
    else:
        administration.revoke(team.folder, device)
        code = team.invite(trainer=profile.trainer)
        asked = f"a further device of yours (trainer id {profile.trainer})"
    said = send_one_more(desk)
    assert asked in said.text and "preceptor" not in said.text
    assert ("a new one was made" in said.text) == (lost == "the key and its pass")
    assert said.ways[0][1] == "Join a team's project …"
    desk.join_again(code)
    desk.trainer.push("sendAgain")
    desk.trainer.until(lambda: desk.states()[-1] == "delivered", "it arrives by the new key")
