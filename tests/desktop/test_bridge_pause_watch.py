"""The pause that a collector asked for, as the window knows of it: from the start, while something waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from believable_collector import COLLECTOR
from joined_profile import Profile
from pytestqt.qtbot import QtBot
from watched_sender import HandClock

from desktop.bridge.courier import Courier
from desktop.bridge.pause_watch import PauseWatch
from desktop.flow.pause_words import command_text, end_of, state_text, status_text
from feedback_store.changes import Change
from feedback_store.store import Project

NOON = datetime(2026, 11, 27, 12, 0, 0).timestamp()


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[Profile, Project, HandClock]]:
    """A delivery waits, and its collector asked at noon for ten minutes."""
    profile, clock = Profile.opened(tmp_path / "profile"), HandClock(wall=NOON)
    project = profile.alone("http://127.0.0.1:9", COLLECTOR)
    profile.seal(project.id)
    profile.store.outbox.keep_pause(project.id, 600.0, clock.clock.now()).result()
    yield profile, project, clock
    profile.store.close()


def test_a_pause_of_before_is_known_from_the_start(qtbot: QtBot, waiting: tuple[Profile, Project, HandClock]) -> None:
    profile, project, clock = waiting
    clock.go_on(60)
    watch = PauseWatch(profile.store, project.id, clock=clock.clock)
    assert watch.until == datetime(2026, 11, 27, 12, 10)
    watch.stop()


def test_a_pause_that_is_over_is_none(qtbot: QtBot, waiting: tuple[Profile, Project, HandClock]) -> None:
    profile, project, clock = waiting
    watch, seen = PauseWatch(profile.store, project.id, clock=clock.clock), []
    watch.changed.connect(seen.append)
    clock.go_on(600)
    watch.look()
    assert (watch.until, seen) == (None, [None])


def test_a_pause_that_nothing_waits_for_is_none(qtbot: QtBot, waiting: tuple[Profile, Project, HandClock]) -> None:
    profile, _project, clock = waiting
    other = profile.alone("http://127.0.0.1:9", COLLECTOR, "Another")
    profile.store.outbox.keep_pause(other.id, 600.0, clock.clock.now()).result()
    watch = PauseWatch(profile.store, other.id, clock=clock.clock)
    assert watch.until is None
    watch.stop()


def test_a_pause_that_is_asked_for_now_is_heard_of(qtbot: QtBot, waiting: tuple[Profile, Project, HandClock]) -> None:
    profile, project, clock = waiting
    courier = Courier()
    watch = PauseWatch(profile.store, project.id, clock=clock.clock)

    def tell(change: Change) -> None:
        courier.post(lambda: watch.hear(change))

    deaf = profile.store.on_change(tell)
    with qtbot.waitSignal(watch.changed) as changed:
        profile.store.outbox.keep_pause(project.id, 1800.0, clock.clock.now()).result()
    assert changed.args == [datetime(2026, 11, 27, 12, 30)]
    with qtbot.waitSignal(watch.changed) as changed:
        profile.store.outbox.keep_pause(project.id, 0.0, clock.clock.now()).result()
    assert changed.args == [None]
    deaf()
    watch.stop()
    courier.stop()


def test_no_minute_is_named_before_the_pause_is_over() -> None:
    noon = datetime(2026, 11, 27, 12, 0)
    assert end_of(600.0, noon) == datetime(2026, 11, 27, 12, 10)
    assert end_of(600.1, noon) == datetime(2026, 11, 27, 12, 11)


def test_what_is_said_of_a_pause_says_how_to_send_all_the_same() -> None:
    until = datetime(2026, 11, 27, 18, 5)
    assert state_text(until) == "Waiting until 18:05, as the collector asks, or for “Sign and send”"
    assert status_text(until) == "No sending until 18:05"
    words = "The collector asks to be left alone for another {}. To send anyway: preceptor outbox send"
    assert command_text(0.2) == words.format("1\u00a0s")
    assert command_text(900.0) == words.format("15\u00a0min")
