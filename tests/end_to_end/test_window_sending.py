"""While something is on its way: the project is changed, the window is closed, the collector is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from held_line import holding_back
from PySide6.QtCore import QPoint, Qt
from running_collector import Team, running
from team_desk import TeamDesk, sign_and_send, sit_down, states
from trainer import OpenWindow, Trainer

from desktop.views.errand_messages import report_message
from desktop.views.parts import IconButton, KeyButton, Message
from feedback_store.delivery.send_report import SendReport
from feedback_store.errors import DeliveryError
from feedback_store.records import Rating

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def held(team: Team, open_window: OpenWindow) -> Iterator[tuple[TeamDesk, threading.Event]]:
    """A desk that has just sent, over a line that carries nothing before the event is set."""
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        desk = sit_down(open_window, team, collector, address)
        sign_and_send(desk.trainer)
        assert desk.workbench.outbox.send.text() == "Sending …"
        desk.trainer.until(lambda: desk.states() == ["sending"], "it is on its way")
        yield desk, go_on


def ask_whether_it_is_there(trainer: Trainer) -> None:
    """By the command's words."""
    trainer.control(Qt.Key.Key_K)
    trainer.comes_to("paletteField")
    trainer.type("Ask whether the collector")
    trainer.press(Qt.Key.Key_Return)


@pytest.mark.long
def test_the_project_may_be_changed_while_sending_and_the_window_says_there_how_it_went(
    held: tuple[TeamDesk, threading.Event],
) -> None:
    desk, go_on = held
    workbench, trainer = desk.workbench, desk.trainer
    trainer.choose_in_menu("My project")
    trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
    trainer.choose_in_menu("Night shift")
    trainer.until(lambda: workbench.rooms.project.name == "Night shift", "it is shown again")
    assert workbench.outbox.send.text() == "Sending …" and not workbench.outbox.send.isEnabled()
    sign_and_send(trainer)  # once is enough
    trainer.choose_in_menu("My project")
    trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
    go_on.set()
    message = workbench.bench.message
    trainer.until(lambda: message.message is not None, "the window says how it went")
    assert message.accessibleName() == "Night shift: 1 delivery arrived."
    assert desk.states() == ["delivered"]


def test_a_window_closed_while_sending_ends_at_once_and_the_delivery_arrives_next_time_once(
    held: tuple[TeamDesk, threading.Event], open_window: OpenWindow
) -> None:
    desk, go_on = held
    before = time.monotonic()
    again = open_window(insecure=True)  # closes the first
    assert time.monotonic() - before < 100, "nobody waits for a silent collector"
    assert states(again) == ["sealed"]
    go_on.set()
    trainer = Trainer(again)
    sign_and_send(trainer)
    trainer.until(lambda: states(again) == ["delivered"], "it has arrived")
    assert len(again._profile.store.outbox.receipts(desk.team.project)) == 1


def test_a_collector_that_is_away_is_said_in_a_sentence_and_the_delivery_waits(desk: TeamDesk) -> None:
    assert desk.collector.end() == 0
    sign_and_send(desk.trainer)
    outbox = desk.workbench.outbox
    desk.trainer.until(lambda: outbox.message.message is not None, "the window says so")
    assert "cannot be reached" in outbox.message.accessibleName()
    assert desk.states() == ["sealed"] and outbox.send.isEnabled()


@pytest.mark.long
def test_what_waits_since_its_delivery_was_stopped_is_sent_again_by_a_button(desk: TeamDesk) -> None:
    store, project, outbox = desk.profile.store, desk.team.project, desk.workbench.outbox
    sealed = store.outbox.seal(project, desk.profile.device_key(desk.workbench.rooms.project)).result()
    assert sealed is not None
    store.outbox.close_chain(project, store.outbox.batch(sealed).chain, "gap").result()
    desk.trainer.control(Qt.Key.Key_4)
    assert outbox.sent.batches.item(0, 3).text() == "Stopped: the collector does not know what was sent before"
    assert not outbox.leaving.release.isEnabled() and not outbox.send.isEnabled()
    assert outbox.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Waits to be sent again")
    desk.trainer.push("sendAgain")
    desk.trainer.until(lambda: desk.states() == ["closed", "delivered"], "it has arrived")
    desk.trainer.until(lambda: outbox.sent.again.isHidden(), "nothing waits any more")


def test_a_record_that_came_back_says_why_in_words(desk: TeamDesk) -> None:
    trainer, outbox = desk.trainer, desk.workbench.outbox
    (record,) = desk.profile.store.outbox.to_send(desk.team.project)
    desk.profile.store.outbox.hold([record.id]).result()
    unfit = Rating("a", "helpfulness", 9)
    desk.release(ratings=(unfit,))
    sign_and_send(trainer)
    trainer.until(lambda: outbox.message.message is not None, "sending has ended")
    assert outbox.message.accessibleName() == "1 judgement came back."
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
    assert "Returned: it does not keep to the project's rubric" in desk.workbench.records.reader.text.toPlainText()


@pytest.mark.long
def test_a_collector_that_was_put_back_is_said_once(desk: TeamDesk) -> None:
    copy = desk.copy_collector()
    trainer, outbox = desk.trainer, desk.workbench.outbox
    desk.deliver()
    with desk.collector_put_back(copy):
        desk.release()
        trainer.until(outbox.send.isEnabled, "it can be sent")
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: desk.states() == ["delivered"] * 2, "both are there")
        message = outbox.message
        trainer.until(lambda: message.message is not None and message.message.kind == "warning", "it is said")
    assert message.accessibleName() == "1 delivery arrived."
    assert message.message is not None and message.message.kind == "warning"
    assert message.message.reason == (
        "The collector was put back to an older copy. 1 delivery that it lacked was sent again; every delivery that"
        " this profile holds is there."
    )


@pytest.mark.long
def test_a_look_that_finds_the_newest_delivery_lost_does_not_say_that_all_is_there(desk: TeamDesk) -> None:
    """It said "The collector still has all that arrived", having just sent again what the collector had lost."""
    copy = desk.copy_collector()
    trainer, outbox = desk.trainer, desk.workbench.outbox
    desk.deliver()
    trainer.until(outbox.doings["look_there"].possible, "the collector can be asked")
    with desk.collector_put_back(copy):
        ask_whether_it_is_there(trainer)
        said = "The collector was put back to an older copy. 1 delivery that it lacked was sent again;"
        trainer.until(lambda: outbox.message.accessibleName().startswith(said), "the window says so")
        assert outbox.message.message is not None and outbox.message.message.kind == "warning"


def test_a_pass_that_is_gone_leads_to_joining_again_in_the_window(desk: TeamDesk) -> None:
    trainer, shown = desk.trainer, desk.workbench.outbox.message
    desk.profile.secrets.delete(f"token/{desk.team.project}")
    sign_and_send(trainer)
    trainer.until(lambda: shown.message is not None, "the window says so")
    message = shown.message
    assert message is not None
    assert "Join the project again" in message.text and "preceptor" not in message.text
    assert message.ways[0][1] == "Join a team's project …"
    desk.join_again(desk.team.invite(trainer=desk.profile.trainer))
    trainer.until(lambda: desk.workbench.outbox.send.isEnabled(), "it can be sent")  # another outbox than before
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: desk.states() == ["delivered"], "it is sent with the new pass")


def test_the_collector_is_asked_by_a_command_whether_it_still_has_what_arrived(desk: TeamDesk) -> None:
    trainer, doing = desk.trainer, desk.workbench.outbox.doings["look_there"]
    trainer.control(Qt.Key.Key_4)
    assert not doing.possible(), "nothing has arrived yet"
    desk.deliver()
    trainer.until(doing.possible, "the collector can be asked")
    ask_whether_it_is_there(trainer)
    message = desk.workbench.outbox.message
    asked = (
        "The collector still has every delivery that this profile holds, but for what was erased there; its receipts"
        " were checked."
    )
    trainer.until(lambda: message.accessibleName() == asked, "the window says so")
    assert desk.states() == ["delivered"]


@pytest.mark.long
def test_in_a_low_window_a_long_message_that_stays_leaves_the_deliveries_to_be_seen_and_opens_whole(
    desk: TeamDesk,
) -> None:
    """It covered the newest delivery for as long as it stood, and its own words were cut."""
    trainer, outbox = desk.trainer, desk.workbench.outbox
    desk.workbench.window.resize(1024, 640)
    desk.deliver()
    bar, table = outbox.message, outbox.sent.batches
    trainer.until(lambda: bar.message is not None, "the window says that it arrived")
    height = outbox.height()
    ways = (("join_project", "Join a team's project …", "Ctrl+Shift+J"),)
    bar.show_message(Message("warning", "Nothing of it was believed; ask whoever runs the project. " * 8, "", ways))
    trainer.until(lambda: bar.findChild(IconButton, "turnNotice") is not None, "it is folded")
    turn = bar.findChild(IconButton, "turnNotice")
    assert turn is not None
    row = table.visualItemRect(table.item(0, 0)).translated(table.viewport().mapTo(outbox, QPoint()))
    trainer.until(lambda: row.bottom() < bar.mapTo(outbox, QPoint()).y(), "the newest delivery is seen")
    (way,) = bar.findChildren(KeyButton)
    assert way.isVisible(), "the way out is not folded away"
    turn.click()
    trainer.until(lambda: bar.height() >= bar.whole_height(bar.width()), "all of it is read")
    assert way.isVisible() and outbox.height() == height
    turn.click()
    trainer.until(lambda: row.bottom() < bar.mapTo(outbox, QPoint()).y(), "the delivery is seen again")
    bar.show_message(Message("warning", "1 judgement came back.", "Each says why."))
    trainer.until(lambda: not turn.isVisible(), "a short one is said as it is")


def test_nothing_that_arrived_is_not_counted() -> None:
    """The window said "0 deliveries arrived." beside what had hindered them."""
    away = DeliveryError("The collector cannot be reached.", code="unreachable")
    assert report_message(SendReport("p", ended="retry", outage=away)).spoken == "The collector cannot be reached."
    assert report_message(SendReport("p")).spoken == "Nothing new had to be sent."
