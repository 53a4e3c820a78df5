"""While something is on its way: the project is changed, the window is closed, the collector is away."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from held_line import holding_back
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from feedback_store.records import Rating

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def joined(folder: Path, team: Team, address: str, through: str) -> None:
    """A profile that has joined at `address` and sends to `through`, with a judgement that is released."""
    profile = Profile.open(folder, insecure_key_file=True)
    project = profile.join(address, team.invite()).project
    assert project.collector is not None
    slow = msgspec.structs.replace(project.collector, address=through)
    profile.store.projects.update(msgspec.structs.replace(project, collector=slow)).result()
    profile.store.projects.use(project.id).result()
    made = judgement("a>b", project=project.id, trainer=profile.trainer)
    profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
    profile.close()


def send(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_4)
    trainer.control(Qt.Key.Key_Return)
    assert trainer.workbench.outbox.send.text() == "Sending …"
    trainer.until(lambda: states(trainer.workbench) == ["sending"], "it is on its way")


def states(workbench: Workbench, project: str = "") -> list[str]:
    outbox = workbench._profile.store.outbox
    return [batch.state for batch in outbox.batches(project or workbench.rooms.project.id)]


def test_the_project_may_be_changed_while_sending_and_the_window_says_there_how_it_went(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        joined(tmp_path / "profile", team, collector.address, address)
        workbench = open_window(insecure=True)
        trainer = Trainer(workbench)
        send(trainer)
        trainer.choose_in_menu("My project")
        trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
        trainer.choose_in_menu("Night shift")
        trainer.until(lambda: workbench.rooms.project.name == "Night shift", "it is shown again")
        assert workbench.outbox.send.text() == "Sending …" and not workbench.outbox.send.isEnabled()
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)  # once is enough
        trainer.choose_in_menu("My project")
        trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
        go_on.set()
        message = workbench.bench.message
        trainer.until(lambda: message.message is not None, "the window says how it went", 20)
        assert message.accessibleName() == "Night shift: 1 delivery arrived."
        assert states(workbench, team.project) == ["delivered"]


def test_a_window_closed_while_sending_ends_at_once_and_the_delivery_arrives_next_time_once(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        joined(tmp_path / "profile", team, collector.address, address)
        workbench = open_window(insecure=True)
        trainer = Trainer(workbench)
        send(trainer)
        before = time.monotonic()
        again = open_window(insecure=True)  # closes the first
        assert time.monotonic() - before < 8, "nobody waits for a silent collector"
        assert states(again) == ["sealed"]
        go_on.set()
        trainer = Trainer(again)
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(again) == ["delivered"], "it has arrived", 20)
        receipts = again._profile.store.outbox.receipts(team.project)
        assert len(receipts) == 1


def test_a_collector_that_is_away_is_said_in_a_sentence_and_the_delivery_waits(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: workbench.outbox.message.message is not None, "the window says so", 30)
    assert "cannot be reached" in workbench.outbox.message.accessibleName()
    assert states(workbench) == ["sealed"] and workbench.outbox.send.isEnabled()


def test_what_waits_since_its_delivery_was_stopped_is_sent_again_by_a_button(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        workbench = open_window(insecure=True)
        trainer, profile = Trainer(workbench), workbench._profile
        sealed = profile.store.outbox.seal(team.project, profile.device_key(workbench.rooms.project)).result()
        assert sealed is not None
        profile.store.outbox.close_chain(team.project, profile.store.outbox.batch(sealed).chain, "gap").result()
        trainer.control(Qt.Key.Key_4)
        assert workbench.outbox.sent.batches.item(0, 3).text() == (
            "Stopped: the collector does not know what was sent before"
        )
        assert not workbench.outbox.leaving.release.isEnabled() and not workbench.outbox.send.isEnabled()
        assert (
            workbench.outbox.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Waits to be sent again")
        )
        trainer.push("sendAgain")
        trainer.until(lambda: states(workbench) == ["closed", "delivered"], "it has arrived", 20)
        trainer.until(lambda: workbench.outbox.sent.again.isHidden(), "nothing waits any more")


def test_a_record_that_came_back_says_why_in_words(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        workbench = open_window(insecure=True)
        trainer = Trainer(workbench)
        (record,) = workbench._profile.store.outbox.to_send(team.project)
        workbench._profile.store.outbox.hold([record.id]).result()
        profile, unfit = workbench._profile, ("helpfulness", 9)
        made = judgement("a>b", project=team.project, trainer=profile.trainer, ratings=(Rating("a", *unfit),))
        profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        message = workbench.outbox.message
        trainer.until(lambda: message.message is not None, "sending has ended", 20)
        assert message.accessibleName() == "1 judgement came back."
        outbox = workbench.outbox
        row = next(n for n, row in enumerate(outbox.model.rows) if row.way == "returned")
        outbox.list.setCurrentIndex(outbox.model.index(row))
        assert outbox.leaving.personal._warning.text() == (
            "It came back: it does not keep to the project's rubric. Open it on the bench, mend it, save it; then"
            " release it again."
        )
        assert not outbox.leaving.release.isEnabled()
        trainer.control(Qt.Key.Key_3)
        trainer.press(Qt.Key.Key_Return)  # into the list
        trainer.press(Qt.Key.Key_Home)
        assert "Returned: it does not keep to the project's rubric" in workbench.records.reader.text.toPlainText()


def test_a_collector_that_was_put_back_is_said_once(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        copy = {path: path.read_bytes() for path in team.folder.glob("*.sqlite3*")}
        workbench = open_window(insecure=True)
        trainer, profile = Trainer(workbench), workbench._profile
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(workbench) == ["delivered"], "it has arrived", 20)
        port = int(collector.address.rpartition(":")[2])
        assert collector.end() == 0
        for path in team.folder.glob("*.sqlite3*"):
            path.unlink()
        for path, data in copy.items():
            path.write_bytes(data)
        with running(team.folder, port=port):
            made = judgement("a>b", project=team.project, trainer=profile.trainer)
            profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
            trainer.until(workbench.outbox.send.isEnabled, "it can be sent", 20)
            trainer.control(Qt.Key.Key_Return)
            trainer.until(lambda: states(workbench) == ["delivered"] * 2, "both are there", 20)
            message = workbench.outbox.message
            trainer.until(lambda: message.message is not None and message.message.kind == "warning", "it is said", 20)
        assert message.accessibleName() == "1 delivery arrived."
        assert message.message is not None and message.message.kind == "warning"
        assert message.message.reason == (
            "The collector was put back to an older copy. 1 delivery that it lacked was sent again; nothing is lost."
        )


def test_a_look_that_finds_the_newest_delivery_lost_does_not_say_that_all_is_there(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    """It said "The collector still has all that arrived", having just sent again what the collector had lost."""
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        copy = {path: path.read_bytes() for path in team.folder.glob("*.sqlite3*")}
        workbench = open_window(insecure=True)
        trainer, doing = Trainer(workbench), workbench.outbox.doings["look_there"]
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(workbench) == ["delivered"] and doing.possible(), "it has arrived", 20)
        assert collector.end() == 0
        for path in team.folder.glob("*.sqlite3*"):
            path.unlink()
        for path, data in copy.items():
            path.write_bytes(data)
        with running(team.folder, port=collector.port):
            trainer.control(Qt.Key.Key_K)
            trainer.comes_to("paletteField")
            trainer.type("Ask whether the collector")
            trainer.press(Qt.Key.Key_Return)
            message = workbench.outbox.message
            said = "The collector was put back to an older copy. 1 delivery that it lacked was sent again;"
            trainer.until(lambda: message.accessibleName().startswith(said), "the window says so", 20)
            assert message.message is not None and message.message.kind == "warning"


def test_a_pass_that_is_gone_leads_to_joining_again_in_the_window(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        workbench = open_window(insecure=True)
        trainer, profile = Trainer(workbench), workbench._profile
        profile.secrets.delete(f"token/{team.project}")
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        message = workbench.outbox.message
        trainer.until(lambda: message.message is not None, "the window says so")
        assert message.message is not None
        assert "Join the project again" in message.message.text and "preceptor" not in message.message.text
        assert message.message.ways[0][1] == "Join a team's project …"
        trainer.control(Qt.Key.Key_O)
        trainer.dialog("joinDialog")
        for name, text in (("joinAddress", collector.address), ("joinCode", team.invite(trainer=profile.trainer))):
            trainer.go_to(name)
            trainer.replace_text(text)
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        trainer.control(Qt.Key.Key_4)
        trainer.until(lambda: workbench.outbox.send.isEnabled(), "it can be sent")
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(workbench) == ["delivered"], "it is sent with the new pass", 20)


def test_the_collector_is_asked_by_a_command_whether_it_still_has_what_arrived(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
        workbench = open_window(insecure=True)
        trainer, doing = Trainer(workbench), workbench.outbox.doings["look_there"]
        trainer.control(Qt.Key.Key_4)
        assert not doing.possible(), "nothing has arrived yet"
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(workbench) == ["delivered"] and doing.possible(), "it has arrived", 20)
        trainer.control(Qt.Key.Key_K)
        trainer.comes_to("paletteField")
        trainer.type("Ask whether the collector")
        trainer.press(Qt.Key.Key_Return)
        message = workbench.outbox.message
        asked = "The collector still has all that arrived; its receipts were checked."
        trainer.until(lambda: message.accessibleName() == asked, "the window says so", 20)
        assert states(workbench) == ["delivered"]
