"""What could not be sent goes out by itself: while the window is open, and at its next start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from saved_files import save_as
from team_desk import TeamDesk, sign_and_send, states
from trainer import OpenWindow, Trainer

from desktop.flow.pause_words import end_of
from feedback_store.pause_table import Clock

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def away(desk: TeamDesk) -> TeamDesk:
    """A desk whose collector has ended, and that has sent in vain."""
    trainer, outbox = desk.trainer, desk.workbench.outbox
    assert desk.collector.end() == 0
    sign_and_send(trainer)
    trainer.until(lambda: outbox.message.message is not None, "sending has ended")
    assert outbox.message.message is not None and outbox.message.message.kind == "warning"
    return desk


@pytest.mark.long
def test_an_outage_that_ends_needs_no_second_press(away: TeamDesk) -> None:
    with away.collector_again():
        away.trainer.until(lambda: away.states() == ["delivered"], "the delivery has arrived")


def test_what_an_earlier_window_could_not_send_the_next_one_sends(away: TeamDesk, open_window: OpenWindow) -> None:
    with away.collector_again():
        again = Trainer(open_window(insecure=True))
        again.until(lambda: states(again.workbench) == ["delivered"], "the delivery has arrived")


@pytest.mark.long
def test_a_pause_that_a_collector_asked_for_is_told_from_the_start_until_its_end(
    away: TeamDesk, open_window: OpenWindow
) -> None:
    now = Clock().now()
    away.profile.store.outbox.keep_pause(away.team.project, 1200.0, now).result()
    clock = f"{end_of(1200.0, datetime.fromtimestamp(now.wall)):%H:%M}"
    again = Trainer(open_window(insecure=True))
    sent, status = again.workbench.outbox.sent, again.workbench.window._status
    again.control(Qt.Key.Key_4)
    words = f"Waiting until {clock}, as the collector asks, or for “Sign and send”"
    again.until(lambda: sent.batches.rowCount() == 1 and sent.batches.item(0, 3).text() == words, "the row says so")
    assert status.accessibleDescription().startswith(f"No sending until {clock}")
    again.workbench._profile.store.outbox.keep_pause(away.team.project, 0.5, Clock().now()).result()
    again.until(lambda: sent.batches.item(0, 3).text() == "Waiting to be sent", "the pause is over")
    assert "until" not in status.accessibleDescription()


@pytest.mark.long
def test_what_waits_says_that_it_waits_for_the_network_and_goes_by_the_button_all_the_same(
    away: TeamDesk,
) -> None:
    trainer, errands, sent = away.trainer, away.workbench.errands, away.workbench.outbox.sent
    words = {
        "offline": "Waiting for the network",
        "metered": "Waiting for a connection that does not cost, or for “Sign and send”",
    }
    for standing, said in words.items():
        errands.take_network(standing)
        assert sent.batches.item(0, 3).text() == said
    with away.collector_again():
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: away.states() == ["delivered"], "the delivery has arrived")
        trainer.until(lambda: sent.batches.item(0, 3).text() == "Delivered", "the window shows it")
    errands.take_network("open")
    assert sent.batches.item(0, 3).text() == "Delivered"


def test_what_is_signed_for_a_file_is_not_sent_unasked_after_an_outage_that_ended(
    away: TeamDesk, tmp_path: Path, open_window: OpenWindow
) -> None:
    """The line that had sent what waited went on with whatever was signed, and the file held what had arrived."""
    workbench, file = away.workbench, tmp_path / "hand.over.preceptor"
    trainer, message = away.trainer, workbench.outbox.message
    with away.collector_again():
        trainer.until(lambda: away.states() == ["delivered"], "the delivery has arrived")
        away.release()
        save_as(trainer, file)
        trainer.until(lambda: message.accessibleName().startswith("1 delivery that has not arrived"), "it is said")
        sender = workbench.errands._made
        assert sender is not None and not sender._wanted(away.team.project)
        sender.look()  # what its thread does whenever something changed
        assert away.states() == ["delivered", "sealed"]
        later = Trainer(open_window(insecure=True))
        later.workbench.errands._sender().look()
        assert states(later.workbench) == ["delivered", "sealed"]
        sign_and_send(later)
        later.until(lambda: states(later.workbench) == ["delivered"] * 2, "asked for, it goes")
