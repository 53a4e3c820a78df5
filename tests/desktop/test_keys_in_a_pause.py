"""A pause that a collector asks for where it is told of a key, or asked for devices: kept, said, and not asked in."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "feedback_store"))

from joined_profile import Reply, Request, Script, scripted
from watched_sender import HandClock

from desktop.flow.key_words import key_state
from desktop.profile import Profile
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import DeliveryError, StoreError
from feedback_store.store import CollectorAddress, Project

PAUSE = {"retry-after": "600"}


class Busy:
    """What the collector answers, to be changed by a test."""

    def __init__(self) -> None:
        self.reply: Reply = (503, PAUSE, b"{}")

    def __call__(self, _request: Request) -> Reply:
        return self.reply


@pytest.fixture
def busy() -> Busy:
    return Busy()


@pytest.fixture
def collector(busy: Busy) -> Iterator[Script]:
    with scripted(busy) as found:
        yield found


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def profile(tmp_path: Path, clock: HandClock) -> Iterator[Profile]:
    found = Profile.open(tmp_path / "profile", insecure_key_file=True)
    found.collectors.clock = clock.clock
    yield found
    found.close()


@pytest.fixture
def team(profile: Profile, collector: Script) -> Project:
    made = profile.new_project("Team")
    key = base64.b64encode(DeviceKey.generate().public_key).decode("ascii")
    pinned = CollectorAddress(collector.address, key)
    profile.device_key(made)
    profile.secrets.set(f"token/{made.id}", b"t" * 43)
    return profile.store.projects.update(msgspec.structs.replace(made, collector=pinned)).result()


def left(profile: Profile, project: Project) -> float:
    return profile.store.outbox.pauses(profile.collectors.clock.now()).get(project.id, 0.0)


@pytest.mark.parametrize("status", [429, 503])
def test_a_list_of_devices_says_when_to_ask_again_and_does_not_ask_before(
    profile: Profile, team: Project, collector: Script, busy: Busy, clock: HandClock, status: int
) -> None:
    busy.reply = (status, PAUSE, b"{}")
    for _ in range(2):
        with pytest.raises(DeliveryError, match=r"left alone for another 10 min\. Try again then\."):
            profile.collectors.ask_devices(team)
    assert len(collector.asked) == 1
    assert left(profile, team) == 600
    clock.go_on(599)
    with pytest.raises(DeliveryError, match="another 1 s"):
        profile.collectors.ask_devices(team)
    clock.go_on(1)
    with pytest.raises(DeliveryError):
        profile.collectors.ask_devices(team)
    assert len(collector.asked) == 2


def test_a_collector_that_is_busy_and_asks_for_no_pause_says_nothing_of_deliveries(
    profile: Profile, team: Project, busy: Busy
) -> None:
    busy.reply = (503, {}, b"{}")
    with pytest.raises(DeliveryError, match=r"cannot answer now\. Try again later\."):
        profile.collectors.ask_devices(team)
    assert left(profile, team) == 0


def test_a_changed_key_is_told_after_the_pause(
    profile: Profile, team: Project, collector: Script, clock: HandClock
) -> None:
    for _ in range(3):
        problem = profile.collectors.rotate_key(team)
        assert problem is not None
        assert str(problem).startswith("The collector asks to be left alone for another 10 min.")
    assert len(collector.asked) == 1
    clock.go_on(600)
    profile.collectors.rotate_key(team)
    assert [each.path for each in collector.asked] == [collector.asked[0].path] * 2


def test_a_change_that_cannot_leave_this_computer_is_told_later(
    profile: Profile, team: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert team.collector is not None
    away = msgspec.structs.replace(team.collector, address="https://collector.example.org")
    there = profile.store.projects.update(msgspec.structs.replace(team, collector=away)).result()
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    problem = profile.collectors.rotate_key(there)
    assert problem is not None and problem.code == "proxy_unusable"
    assert profile.store.keys.waiting(team.id) is not None


def test_who_sends_by_itself_keeps_the_pause_that_somebody_was_answered_with(
    profile: Profile, team: Project, collector: Script, clock: HandClock, tmp_path: Path
) -> None:
    from made_judgements import judgement

    from feedback_store.delivery.sender import Sender

    made = judgement("a>b", project=team.id, trainer=profile.trainer)
    profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
    profile.store.outbox.seal(team.id, profile.device_key(team)).result()
    sender = Sender(profile.store, lambda _project: "t" * 43, clock=clock.clock)
    with pytest.raises(DeliveryError):
        profile.collectors.ask_devices(team)
    sender.look()
    assert len(collector.asked) == 1
    clock.go_on(600)
    sender.look()
    assert len(collector.asked) == 2


def test_a_revoked_key_is_told_in_a_pause_too_and_once_more_when_asked_again(
    profile: Profile, team: Project, collector: Script, busy: Busy, clock: HandClock
) -> None:
    """Somebody may have stolen it. Asked again, a key that nobody knew was made and revoked in its place."""
    with pytest.raises(DeliveryError):
        profile.collectors.ask_devices(team)
    assert profile.collectors.revoke_key(team) is not None
    assert profile.collectors.revoke_key(team) is not None
    assert [each.method for each in collector.asked] == ["GET", "PUT", "PUT"]
    assert collector.asked[1].body == collector.asked[2].body
    (event,) = profile.store.keys.all(team.id)
    assert key_state(profile.store.keys.newest(team.id), made=True) == "ending"
    assert profile.keys.id_at_the_collector(team.id) == event.old
    profile.store.keys.accept(event).result()
    with pytest.raises(StoreError, match="was revoked before"):
        profile.collectors.revoke_key(team)
    assert key_state(profile.store.keys.newest(team.id), made=True) == "revoked"


def test_who_looks_at_the_devices_tells_of_a_revocation_that_waits(
    profile: Profile, team: Project, collector: Script, busy: Busy
) -> None:
    """Nothing is delivered any more with which it would have been told."""
    busy.reply = (503, {}, b"{}")
    profile.collectors.revoke_key(team)
    with pytest.raises(DeliveryError):
        profile.collectors.ask_devices(team)
    assert [each.method for each in collector.asked] == ["PUT", "PUT"]
    assert "/key-events/" in collector.asked[1].path
