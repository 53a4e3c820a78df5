"""The rows of the delivery table that stand in no other file, each by its name."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from believable_collector import COLLECTOR, Believable, manifest_of, says
from hypothesis import given
from hypothesis import strategies as st
from joined_profile import Profile, Ready, kept_by, scripted, sealed_hashes
from running_collector import Team, running

from feedback_store.batches.keys import DeviceKey
from feedback_store.delivery import sender as sender_module
from feedback_store.delivery.backoff import LONGEST_ASKED_S, Backoff
from feedback_store.delivery.http import is_this_machine
from feedback_store.delivery.sending import COMPRESS_FROM, wire_form


@given(
    first=st.floats(0.001, 60),
    longest=st.floats(0.001, 3600),
    failures=st.integers(1, 10**6),
    asked=st.none() | st.floats(-1e9, 1e9),
    seed=st.integers(),
)
def test_a_wait_lies_between_what_was_asked_and_the_limit_that_doubles(
    first: float, longest: float, failures: int, asked: float | None, seed: int
) -> None:
    limit = min(longest, first * 2.0 ** min(failures - 1, 60))
    least = min(max(asked or 0.0, 0.0), LONGEST_ASKED_S)
    random.seed(seed)
    waited = Backoff(first, longest).delay(failures, asked)
    assert least <= waited <= max(limit, least)


@given(failures=st.integers(1, 40))
def test_the_jitter_is_full_so_that_a_thousand_laptops_do_not_come_back_at_once(failures: int) -> None:
    chance = random.Random(failures)
    random.seed(chance.random())
    limit = min(900.0, 2.0 * 2.0 ** (failures - 1))
    waits = sorted(Backoff().delay(failures) / limit for _ in range(400))
    assert waits[40] < 0.25 and 0.35 < waits[200] < 0.65 and waits[360] > 0.75


def test_tries_have_no_limit(profile: Profile) -> None:
    right, asked = Believable(), iter(range(60))
    with scripted(lambda request: (right if next(asked, 60) >= 55 else says(503))(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        report = profile.sender().send_pending(project, stop=threading.Event())
    assert (report.batches, report.problem, len(fake.asked)) == (1, None, 56)


@pytest.mark.parametrize(("asked", "sent"), [("61", 1), ("0", 3)])
def test_nobody_who_presses_send_is_kept_waiting_for_a_long_pause(profile: Profile, asked: str, sent: int) -> None:
    with scripted(lambda _request: (503, {"retry-after": asked}, b"{}")) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        report = profile.sender().send_pending(project, tries=3)
    assert (report.ended, report.retry_after, len(fake.asked)) == ("retry", float(asked), sent)
    assert str(report.problem) == (
        "The collector cannot take deliveries now. What is signed stays here and is sent later."
    )
    assert profile.states(project.id) == ["sealed"]


@pytest.mark.parametrize("size", [COMPRESS_FROM - 1, COMPRESS_FROM])
def test_a_large_body_is_compressed_and_always_to_the_same_bytes(size: int) -> None:
    body = b"x" * size
    sent, headers = wire_form(body, "t")
    assert (sent, headers) == wire_form(body, "t")
    assert ("content-encoding" in headers) is (size >= COMPRESS_FROM)
    assert (len(sent) < size) is (size >= COMPRESS_FROM)


def test_several_projects_each_go_to_their_own_collector_with_their_own_key_and_pass(tmp_path: Path) -> None:
    teams = [Team.made(tmp_path / name, name) for name in ("north", "south")]
    with running(teams[0].folder) as north, running(teams[1].folder) as south:
        profile = Profile.opened(tmp_path / "profile")
        try:
            projects = [
                profile.join(at.address, team.invite()).project for at, team in zip((north, south), teams, strict=True)
            ]
            for project in projects:
                profile.seal(project.id, records=2, batches=2)
            for project in reversed(projects):
                report = profile.sender().send_pending(project, tries=1)
                assert (report.batches, report.arrived, report.problem) == (2, 4, None)
            for project, team in zip(projects, teams, strict=True):
                assert kept_by(team, profile) == sealed_hashes(profile, project)
        finally:
            profile.store.close()
    one, other = (project.id for project in projects)
    assert profile.keys[one].key_id != profile.keys[other].key_id
    assert profile.tokens[one] != profile.tokens[other]


def test_where_sending_costs_the_thread_rests_and_what_is_asked_for_goes(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "is_this_machine", lambda _address: False)
    _, profile, project = ready
    sender, looked = profile.sender(), threading.Event()
    monkeypatch.setattr(sender, "_until_next", lambda: looked.set() or 30.0)
    sender.rest(True)
    sender.start()
    try:
        profile.seal(project.id)
        looked.clear()
        sender.wake(project.id)
        assert looked.wait(60), "the thread has looked, and rests"
        assert profile.states(project.id) == ["sealed"]
        assert sender.send_pending(project, tries=1).batches == 1
        profile.seal(project.id)
        arrived = threading.Event()

        def hear(_change: object) -> None:
            if set(profile.states(project.id)) == {"delivered"}:
                arrived.set()

        deaf = profile.store.on_change(hear)
        sender.rest(False)
        assert arrived.wait(60)
        deaf()
    finally:
        sender.stop()


def test_what_waited_for_an_outage_to_end_goes_at_once_when_the_network_is_back(profile: Profile) -> None:
    right, up = Believable(), threading.Event()
    with scripted(lambda request: (right if up.is_set() else says(503))(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        waits, arrived = threading.Event(), threading.Event()
        told = {"waiting": waits, "delivered": arrived}
        sender = profile.sender(
            backoff=Backoff(first=3000, longest=3000),
            on_progress=lambda step: told[step.event].set() if step.event in told else None,
        )
        sender.start()
        try:
            assert waits.wait(60)
            up.set()
            sender.rest(True)
            sender.rest(False)
            assert arrived.wait(60)
        finally:
            sender.stop()


def test_a_collector_on_this_machine_needs_no_network() -> None:
    assert is_this_machine("http://127.0.0.1:8470") and is_this_machine("http://localhost:1")
    assert is_this_machine("http://[::1]:1") and not is_this_machine("https://collector.example.org")


def test_nothing_is_signed_again_without_the_trainers_word(profile: Profile) -> None:
    """A closed chain: what it held waits, however often one sends and seals, until "send again"."""
    with scripted(says(422, "count")) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        (sealed,) = profile.seal(project.id, records=3)
        sender, key = profile.sender(), profile.key_for(project.id)
        for _ in range(3):
            sender.send_pending(project, tries=1)
            assert profile.store.outbox.seal(project.id, key).result() is None
        assert len(fake.asked) == 1
    assert [row.way for row in profile.store.outbox.unsent(project.id)] == ["waiting"] * 3
    assert profile.store.outbox.send_again(project.id).result() == 3
    again = profile.store.outbox.seal(project.id, key).result()
    assert again is not None and again.chain != sealed.chain and again.seq == 1
    assert [item.sha256 for item in again.items] == [item.sha256 for item in sealed.items]


def test_another_keys_receipt_for_the_right_batch_is_refused_and_the_right_one_still_counts(profile: Profile) -> None:
    turns = iter([Believable(DeviceKey.generate())])
    right = Believable()
    with scripted(lambda request: next(turns, right)(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is not None
        assert profile.sender().send_pending(project, tries=1).batches == 1
    first, again = (request for request in fake.asked if "/batches/" in request.path)  # and for the collector's keys
    assert manifest_of(first) == manifest_of(again)
