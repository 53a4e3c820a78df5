"""The pause that a collector asks for: kept by whoever sends by itself, through networks, presses and restarts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import msgspec
import pytest
from believable_collector import COLLECTOR, Believable, says
from changed_keys import rotate, tell
from joined_profile import APP, Profile, Ready, Reply, Request, Script, scripted
from watched_sender import HandClock, Looking, events

from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import key_ceremony
from feedback_store.delivery.answers import Act
from feedback_store.delivery.sender import Sender
from feedback_store.store import Project, Store

PAUSE_S = 600.0


def asks_for_ten_minutes(_request: Request) -> Reply:
    return 503, {"retry-after": "600"}, b"{}"


@pytest.fixture
def busy(profile: Profile) -> Iterator[tuple[Script, Project]]:
    """A collector that asks for ten minutes, and a project with a delivery for it."""
    with scripted(asks_for_ten_minutes) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        yield fake, project


@pytest.fixture
def looking(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sender, Looking]]:
    """A sender whose thread a test starts, and which is stopped at its end."""
    sender = profile.sender()
    yield sender, Looking(sender, monkeypatch)
    sender.stop()


def test_a_pause_that_was_asked_for_outlasts_every_change_of_the_network(
    profile: Profile, busy: tuple[Script, Project], looking: tuple[Sender, Looking]
) -> None:
    (fake, project), (sender, look) = busy, looking
    sender.start()
    assert events(profile, project, "waiting")
    for resting in (False, True, False):
        sender.rest(resting)
        look.once_more()
    sender.wake(project.id)
    look.once_more()
    assert len(fake.asked) == 1
    assert [step.event for step in profile.seen] == ["sending", "waiting"]
    assert sender.send_pending(project, tries=1).retry_after == PAUSE_S  # somebody asks: it goes
    assert len(fake.asked) == 2


def test_a_pause_that_a_press_of_the_button_was_asked_for_is_kept_by_the_thread_too(
    busy: tuple[Script, Project], looking: tuple[Sender, Looking]
) -> None:
    """As the window does it: what could not be sent at a press goes on in the background."""
    (fake, project), (sender, look) = busy, looking
    assert sender.send_pending(project, tries=1).ended == "retry"
    sender.start()
    sender.wake(project.id)
    look.once_more()
    assert len(fake.asked) == 1


def test_a_thread_that_waits_for_a_press_to_end_keeps_the_pause_which_that_ends_with(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, answer = threading.Event(), threading.Event()

    def slowly(request: Request) -> Reply:
        arrived.set()
        assert answer.wait(120)
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
            assert arrived.wait(60)
            sender.start()
            assert asks_for_token.wait(60), "the thread wants to send too"
            answer.set()
            press.join(60)
            looking.once_more()
        finally:
            answer.set()
            sender.stop()
            press.join(60)
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


# ----------------------------------------------------------------------------------- asked while keys are spoken of


class KeyChanged:
    """Signs receipts with a key that nobody has pinned; asked for its keys it is busy until it is not any more."""

    def __init__(self, *busy: Reply) -> None:
        self.receipts, self.busy = Believable(DeviceKey.generate()), list(busy)

    def __call__(self, request: Request) -> Reply:
        asked_for_keys = request.path.endswith("/collector-keys")
        return self.busy.pop(0) if asked_for_keys and self.busy else self.receipts(request)


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_where_the_collectors_keys_are_asked_for_is_kept(
    profile: Profile, status: int
) -> None:
    with scripted(KeyChanged((status, {"retry-after": "600"}, b"{}"))) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        at = Restarted(profile, fake)
        report = at.sender.send_pending(project, tries=1)
        assert (report.ended, report.retry_after) == ("retry", PAUSE_S)
        assert report.problem is not None
        assert report.problem.code == "busy"
        assert profile.states(project.id) == ["sealed"], "nothing is believed, and nothing given up"
        at.clock.go_on(PAUSE_S - 1)
        at.restart()
        assert not at.asks()
        at.clock.go_on(2)
        assert at.asks()
        at.restart()  # it says now that it has no statement: its receipt is not believed
        assert at.sender.send_pending(project, tries=1).ended == "stop"


@pytest.mark.parametrize("status", [429, 503])
def test_a_key_event_waits_where_the_collectors_keys_cannot_be_had_for_now(ready: Ready, status: int) -> None:
    """The list that confirms it is signed with a key which only the collector's statements lead to."""
    team, profile, project = ready
    assert project.collector is not None
    real = project.collector.address

    def through(request: Request) -> Reply:
        if request.path.endswith("/collector-keys"):
            return status, {"retry-after": "600"}, b"{}"
        kept = {name: request.headers[name] for name in ("authorization", "content-type")}
        answer = httpx.request(request.method, real + request.path, content=request.body, headers=kept, timeout=180)
        return answer.status_code, {}, answer.content

    with scripted(through) as between:
        collector = msgspec.structs.replace(project.collector, address=between.address)
        moved = profile.store.projects.update(msgspec.structs.replace(project, collector=collector)).result()
        rotate(profile, project)
        key_ceremony.rotate_key(team.folder)
        failed = tell(profile, moved)
    assert failed is not None
    assert (failed.act, failed.retry_after) == (Act.RETRY, PAUSE_S)
    assert profile.store.keys.waiting(project.id) is not None


# ------------------------------------------------------------------------------------------------------- a restart


class Restarted:
    """A profile whose program ends and begins again, on a computer whose clocks are moved by hand."""

    def __init__(self, profile: Profile, fake: Script) -> None:
        self.profile, self.fake, self.clock = profile, fake, HandClock()
        self.sender = profile.sender(clock=self.clock.clock)

    def restart(self) -> None:
        self.profile.store.close()
        self.profile.store = Store.open(self.profile.store.path.parent, app=APP)
        self.sender = self.profile.sender(clock=self.clock.clock)
        self.sender.recall()

    def asks(self) -> bool:
        """Whether the collector is asked when the background looks now."""
        before = len(self.fake.asked)
        self.sender.look()
        return len(self.fake.asked) > before


@pytest.fixture
def paused(profile: Profile, busy: tuple[Script, Project]) -> Restarted:
    """A collector was asked, and has asked for ten minutes."""
    made = Restarted(profile, busy[0])
    assert made.asks()
    return made


def test_a_restart_asks_no_earlier_and_no_later(paused: Restarted) -> None:
    for _ in range(3):
        paused.clock.go_on(199)
        paused.restart()
        assert not paused.asks()
    paused.clock.go_on(4)
    assert paused.asks()


def test_the_thread_of_a_new_start_keeps_the_pause(paused: Restarted, monkeypatch: pytest.MonkeyPatch) -> None:
    paused.profile.store.close()
    paused.profile.store = Store.open(paused.profile.store.path.parent, app=APP)
    sender = paused.profile.sender(clock=paused.clock.clock)
    look = Looking(sender, monkeypatch)
    sender.start()
    try:
        look.once_more()
        assert len(paused.fake.asked) == 1
        paused.clock.go_on(PAUSE_S + 1)
        look.once_more()
    finally:
        sender.stop()
    assert len(paused.fake.asked) == 2


@pytest.mark.parametrize("back", [1.0, 300.0, 86_400.0 * 365])
def test_a_clock_that_was_set_back_makes_no_pause_longer(paused: Restarted, back: float) -> None:
    paused.clock.go_on(300)
    paused.clock.wall -= back
    paused.restart()
    assert not paused.asks()
    paused.clock.go_on(299)
    assert not paused.asks()
    paused.clock.go_on(2)
    assert paused.asks()


def test_a_computer_that_begins_in_1970_at_each_start_waits_no_longer_than_was_asked_since(paused: Restarted) -> None:
    paused.clock.go_on(100)
    for _ in range(3):
        paused.clock.start_anew(wall=0.0)  # how much time has passed since then nobody knows
        paused.restart()
        assert not paused.asks()
        paused.clock.go_on(150)
        paused.restart()
        assert not paused.asks()
    paused.clock.go_on(151)
    assert paused.asks()


def test_a_computer_that_was_started_again_and_knows_the_time_waits_for_the_rest(paused: Restarted) -> None:
    paused.clock.go_on(400)
    paused.clock.start_anew()
    paused.restart()
    paused.clock.go_on(199)
    assert not paused.asks()
    paused.clock.go_on(2)
    assert paused.asks()


def test_a_pause_that_a_collector_has_ended_is_not_kept_for_the_next_start(profile: Profile) -> None:
    asked, right = iter([asks_for_ten_minutes]), Believable()
    with scripted(lambda request: next(asked, right)(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        at = Restarted(profile, fake)
        assert at.asks()
        assert at.sender.send_pending(project, tries=1).batches == 1
        profile.seal(project.id)
        at.restart()
        assert at.asks()
        assert profile.states(project.id) == ["delivered", "delivered"]


def test_a_shorter_pause_takes_the_place_of_a_longer_one(profile: Profile) -> None:
    asked = iter([asks_for_ten_minutes])
    with scripted(lambda request: next(asked, lambda _: (503, {"retry-after": "30"}, b"{}"))(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        at = Restarted(profile, fake)
        assert at.asks()
        assert at.sender.send_pending(project, tries=1).retry_after == 30.0
        at.restart()
        at.clock.go_on(31)
        assert at.asks()
