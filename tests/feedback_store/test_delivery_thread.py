"""The thread that sends what is sealed: it rests, is woken, and goes on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from believable_collector import COLLECTOR, Believable, manifest_of, says
from faulty_line import fault_proxy
from joined_profile import QUICK, Profile, Ready, Reply, Request, joined, scripted
from running_collector import Team

from feedback_store.batches.manifest import GENESIS
from feedback_store.delivery.backoff import Backoff
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


@dataclass(frozen=True)
class Counted(Backoff):
    """Waits as the quick one, and remembers how many failures in a row each wait is for."""

    first: float = QUICK.first
    longest: float = QUICK.longest
    failures: list[int] = field(default_factory=list)

    def delay(self, failures: int, asked: float | None = None) -> float:
        self.failures.append(failures)
        return super().delay(failures, asked)


def test_failures_are_counted_in_a_row_so_that_a_line_that_fails_now_and_then_is_not_slow(
    served: tuple[Team, str], tmp_path: Path
) -> None:
    """Every second request fails; counted in all, the waits would double to a quarter of an hour."""
    team, address = served
    batches, counted = 8, Counted()
    with (
        fault_proxy([int(address.rpartition(":")[2])], "--only", "status_500", log=tmp_path / "line.txt") as line,
        joined(tmp_path / "p", team, line.address) as (profile, project),
    ):
        profile.seal(project.id, batches=batches)
        sender = profile.sender(backoff=counted)
        sender.start()
        try:
            assert events(profile, project, *["delivered"] * batches, timeout=60)
        finally:
            sender.stop()
        assert profile.states(project.id) == ["delivered"] * batches
    assert counted.failures == [1] * batches


def test_a_collector_that_goes_round_in_a_circle_is_asked_ever_more_seldom(profile: Profile) -> None:
    """It takes what it asks for again, and asks again: that is no progress."""
    right, counted = Believable(), Counted()

    def back(request: Request) -> Reply:
        manifest, _ = manifest_of(request)
        if manifest.seq < 2:
            right.previous = {}
            return right(request)
        return says(409, "gap", have_seq=0, have_hash=GENESIS)(request)

    with scripted(back) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id, batches=2)
        sender = profile.sender(backoff=counted)
        sender.start()
        try:
            assert events(profile, project, *["waiting"] * 4)
        finally:
            sender.stop()
    assert counted.failures[:4] == [1, 2, 3, 4]


# ------------------------------------------------------------------------------------------------ the pause asked for


def asks_for_ten_minutes(_request: Request) -> Reply:
    return 503, {"retry-after": "600"}, b"{}"


class Looking:
    """A sender's thread of which one can wait until it has looked at every project once more."""

    def __init__(self, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sender, self._looked, until = sender, threading.Event(), sender._until_next
        monkeypatch.setattr(sender, "_until_next", lambda: self._looked.set() or until())  # type: ignore[func-returns-value]

    def once_more(self) -> None:
        for _ in range(2):  # the first may have begun before it was called
            self._looked.clear()
            self._sender.wake()
            assert self._looked.wait(20)


def test_a_pause_that_was_asked_for_outlasts_every_change_of_the_network(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(asks_for_ten_minutes) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        sender = profile.sender()
        looking = Looking(sender, monkeypatch)
        sender.start()
        try:
            assert events(profile, project, "waiting")
            for resting in (False, True, False):
                sender.rest(resting)
                looking.once_more()
            sender.wake(project.id)
            looking.once_more()
            assert len(fake.asked) == 1
            assert [step.event for step in profile.seen] == ["sending", "waiting"]
            assert sender.send_pending(project, tries=1).retry_after == 600.0  # somebody asks: it goes
        finally:
            sender.stop()
    assert len(fake.asked) == 2


def test_a_pause_that_a_press_of_the_button_was_asked_for_is_kept_by_the_thread_too(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the window does it: what could not be sent at a press goes on in the background."""
    with scripted(asks_for_ten_minutes) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        sender = profile.sender()
        looking = Looking(sender, monkeypatch)
        assert sender.send_pending(project, tries=1).ended == "retry"
        sender.start()
        try:
            sender.wake(project.id)
            looking.once_more()
        finally:
            sender.stop()
    assert len(fake.asked) == 1


def test_a_thread_that_waits_for_a_press_to_end_keeps_the_pause_which_that_ends_with(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, answer = threading.Event(), threading.Event()

    def slowly(request: Request) -> Reply:
        arrived.set()
        assert answer.wait(20)
        return asks_for_ten_minutes(request)

    with scripted(slowly) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        asks_for_token = threading.Event()

        def token(name: str) -> str | None:
            if threading.current_thread().name == "sender":
                asks_for_token.set()
            return profile.tokens.get(name)

        sender = Sender(profile.store, token, on_progress=profile.seen.append)
        looking = Looking(sender, monkeypatch)
        press = threading.Thread(target=lambda: sender.send_pending(project, tries=1))
        press.start()
        try:
            assert arrived.wait(20)
            sender.start()
            assert asks_for_token.wait(20), "the thread wants to send too"
            answer.set()
            press.join(20)
            looking.once_more()
        finally:
            answer.set()
            sender.stop()
            press.join(20)
    assert len(fake.asked) == 1


def test_a_collector_that_takes_deliveries_again_has_ended_its_pause(profile: Profile) -> None:
    asked, right = iter([asks_for_ten_minutes, None, says(500)]), Believable()
    with scripted(lambda request: (next(asked, None) or right)(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        sender = profile.sender()
        sender.send_pending(project, tries=1)
        assert sender.send_pending(project, tries=1).batches == 1
        profile.seal(project.id)
        sender.start()  # fails once, and goes on at once
        try:
            assert events(profile, project, "delivered", "delivered")
        finally:
            sender.stop()
