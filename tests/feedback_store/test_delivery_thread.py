"""The thread that sends what is sealed: it rests, is woken, and goes on."""

from __future__ import annotations

import threading
import time

from joined_profile import QUICK, Profile, Ready
from running_collector import Team

from feedback_store.delivery.sender import Sender
from feedback_store.errors import SecretsError
from feedback_store.store import Project

# ---------------------------------------------------------------------------------------------- the window's thread


def events(profile: Profile, project: Project, *wanted: str, timeout: float = 20.0) -> bool:
    """Whether these events of a project were all told within the time."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        told = [step.event for step in profile.seen if step.project == project.id]
        if all(told.count(event) >= wanted.count(event) for event in wanted):
            return True
        threading.Event().wait(0.01)
    return False


def test_the_thread_sends_what_is_sealed_without_being_asked(ready: Ready) -> None:
    _, profile, project = ready
    sender = profile.sender()
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "delivered")
        profile.seal(project.id)
        assert events(profile, project, "delivered", "delivered")
    finally:
        sender.stop()
    assert profile.states(project.id) == ["delivered", "delivered"]


def test_one_collectors_outage_delays_no_other(ready: Ready) -> None:
    team, profile, project = ready
    down = profile.alone("http://127.0.0.1:9", team.key)
    profile.seal(down.id)
    sender = profile.sender()
    sender.start()
    try:
        assert events(profile, down, "waiting")
        profile.seal(project.id)
        assert events(profile, project, "delivered")
        assert events(profile, down, "waiting", "waiting")
    finally:
        sender.stop()
    assert profile.states(down.id) == ["sealed"]


def test_after_a_stop_the_thread_rests_until_it_is_woken(served: tuple[Team, str], ready: Ready) -> None:
    team, profile, project = ready
    profile.tokens[project.id] = "x" * 43
    sender = profile.sender()
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "stopped")
        profile.join(served[1], team.invite())
        sender.wake(project.id)
        assert events(profile, project, "delivered")
    finally:
        sender.stop()


def test_a_locked_keyring_stops_a_project_and_not_the_thread(ready: Ready) -> None:
    _, profile, project = ready
    locked = True

    def token(name: str) -> str | None:
        if locked:
            raise SecretsError("The keyring is locked. Unlock it and try again.", code="locked")
        return profile.tokens.get(name)

    sender = Sender(profile.store, token, on_progress=profile.seen.append)
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "stopped")
        locked = False
        sender.wake(project.id)
        assert events(profile, project, "delivered")
    finally:
        sender.stop()


def test_the_waits_grow_with_full_jitter_and_honour_what_was_asked() -> None:
    drawn = [[QUICK.__class__().delay(failures) for _ in range(200)] for failures in (1, 2, 5, 40)]
    for waits, limit in zip(drawn, (2.0, 4.0, 32.0, 900.0), strict=True):
        assert 0.0 <= min(waits) < limit * 0.1 and limit * 0.9 < max(waits) <= limit
    assert QUICK.delay(1, 7.0) == 7.0
    assert QUICK.delay(1, 1e9) == 3600.0
    assert QUICK.delay(1, -5.0) <= 0.01
