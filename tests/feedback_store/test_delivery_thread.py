"""The thread that sends what is sealed: it rests, is woken, and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from believable_collector import COLLECTOR, Believable, manifest_of, says
from faulty_line import fault_proxy
from joined_profile import QUICK, Profile, Ready, Reply, Request, joined, scripted
from running_collector import Team
from watched_sender import Counted, events

from feedback_store.batches.manifest import GENESIS
from feedback_store.delivery.sender import Sender, SendProgress
from feedback_store.errors import SecretsError


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


def test_a_proxy_that_cannot_be_spoken_to_stops_a_project_and_not_the_thread(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, profile, project = ready
    away = profile.alone("https://collector.example.org", COLLECTOR)
    profile.seal(away.id)
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    sender = profile.sender()
    sender.start()
    try:
        assert events(profile, away, "stopped")
        profile.seal(project.id)
        assert events(profile, project, "delivered")
    finally:
        sender.stop()
    assert profile.states(away.id) == ["sealed"]


def test_the_waits_grow_with_full_jitter_and_honour_what_was_asked() -> None:
    drawn = [[QUICK.__class__().delay(failures) for _ in range(200)] for failures in (1, 2, 5, 40)]
    for waits, limit in zip(drawn, (2.0, 4.0, 32.0, 900.0), strict=True):
        assert 0.0 <= min(waits) < limit * 0.1 and limit * 0.9 < max(waits) <= limit
    assert QUICK.delay(1, 7.0) == 7.0
    assert QUICK.delay(1, 1e9) == 3600.0
    assert QUICK.delay(1, -5.0) <= 0.01


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


def test_what_was_delivered_before_the_stores_own_trouble_counts_as_progress(profile: Profile) -> None:
    """With a full disk at each first receipt the waits doubled, though every try delivered something."""
    right, kept, counted, database = Believable(), dict[str, Reply](), Counted(), profile.store._database

    def pages(limit: str) -> None:
        database.write(lambda c: c.execute(f"PRAGMA max_page_count = {limit}")).result()

    def full_at_first(request: Request) -> Reply:
        if request.path not in kept:
            kept[request.path] = right(request)
            (now,) = database.fetch(lambda c: c.execute("PRAGMA page_count").fetchone())
            pages(now)
        return kept[request.path]

    def tell(step: SendProgress) -> None:
        if step.event == "waiting":
            assert step.problem is not None and step.problem.code == "disk_full"
            pages("1000000")
        profile.seen.append(step)

    with scripted(full_at_first) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id, records=60, batches=4)  # a receipt for so many needs pages of its own
        sender = profile.sender(backoff=counted, on_progress=tell)
        sender.start()
        try:
            assert events(profile, project, *["delivered"] * 4)
        finally:
            sender.stop()
    assert counted.failures == [1, 1, 1, 1]
