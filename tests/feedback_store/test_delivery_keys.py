"""Keys that change, between a real store and a real collector: nobody's work is stuck, and nothing old is believed."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from changed_keys import arrived, devices, rotate, tell
from joined_profile import Profile, Ready, kept_by, sealed_hashes
from running_collector import Team, running

from desktop.flow.describing import stopped_text
from desktop.flow.key_words import key_state, state_words
from feedback_store.batches import payload
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import ReceiptItem, make_receipt
from feedback_store.collector import administration, key_ceremony
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery import joining
from feedback_store.delivery.answers import Act
from feedback_store.errors import DeliveryError
from feedback_store.store import Project


def told_of_the_key(profile: Profile, project: Project) -> str:
    """What window and command line say of this device's key; "" where there is nothing to say."""
    state = key_state(profile.store.keys.newest(project.id), made=project.id in profile.keys)
    return state_words(state, profile.store.trainer)


def test_after_a_rotation_the_old_keys_batches_arrive_and_the_new_keys_follow_on(ready: Ready) -> None:
    _team, profile, project = ready
    profile.seal(project.id, batches=2)
    profile.sender().send_pending(project, tries=1)
    profile.seal(project.id, batches=2)  # not sent yet when the key changes
    old = rotate(profile, project)
    profile.seal(project.id, batches=2)
    assert told_of_the_key(profile, project) == (
        "It is new. The collector has not confirmed it yet; that comes with the next delivery."
    )
    report = profile.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem, report.batches) == ("done", None, 4)
    assert arrived(ready)
    assert profile.store.keys.waiting(project.id) is None
    assert told_of_the_key(profile, project) == "", "there is nothing more to do"
    assert [(each.device, each.state) for each in devices(profile, project).devices] == [
        (old.key_id, "retired"),
        (profile.key_for(project.id).key_id, "active"),
    ]


def test_what_the_old_key_signs_after_its_end_is_refused_and_nothing_is_lost(ready: Ready, tmp_path: Path) -> None:
    """A thief, or a copy of the profile that does not know of the change."""
    team, profile, project = ready
    profile.seal(project.id)
    profile.sender().send_pending(project, tries=1)
    profile.store.backup()
    shutil.copytree(profile.store.path.parent, tmp_path / "copy")
    copy = Profile.opened(tmp_path / "copy")
    copy.keys, copy.tokens = dict(profile.keys), dict(profile.tokens)
    try:
        rotate(profile, project)
        profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is None
        copy.seal(project.id)
        report = copy.sender().send_pending(project, tries=1)
        assert report.problem is not None
        assert report.problem.code == "key_replaced"
        assert "send it again" in str(report.problem)
        code = team.invite(trainer=copy.store.trainer)
        copy.keys[project.id] = DeviceKey.generate()
        assert project.collector is not None
        copy.join(project.collector.address, code)
        assert copy.store.outbox.send_again(project.id).result() == 1
        copy.store.outbox.seal(project.id, copy.key_for(project.id)).result()
        assert copy.sender().send_pending(project, tries=1).problem is None
        assert set(sealed_hashes(copy, project)) <= set(kept_by(team, copy))
    finally:
        copy.store.close()


def test_a_rotation_told_twice_changes_nothing_more(ready: Ready) -> None:
    _team, profile, project = ready
    rotate(profile, project)
    event = profile.store.keys.waiting(project.id)
    assert event is not None
    assert tell(profile, project) is None
    profile.store.keys.tell_again(event).result()  # the answer was lost
    assert tell(profile, project) is None
    assert [each.state for each in devices(profile, project).devices] == ["retired", "active"]


def test_a_receipt_for_the_new_keys_batch_confirms_the_change(ready: Ready) -> None:
    """Where files go to and fro, no answer to the event itself ever comes."""
    team, profile, project = ready
    rotate(profile, project)
    event = profile.store.keys.waiting(project.id)
    assert event is not None
    (sealed,) = profile.seal(project.id)
    assert profile.store.outbox.in_file(sealed).startswith(event.envelope + b"\n")
    manifest = payload.parse(sealed.payload, Manifest)
    items = [ReceiptItem(id=item.id, rev=item.rev, status="stored") for item in sealed.items]
    at = "2026-11-24T12:00:00.000Z"
    receipt, _ = make_receipt(team.key, manifest, sealed.payload_sha256, items, at, GENESIS)
    received = [(item.id, item.rev, item.status, item.rule) for item in items]
    profile.store.outbox.deliver(sealed, receipt, received).result()
    assert profile.store.keys.waiting(project.id) is None


def test_two_rotations_in_a_row_are_told_in_their_order(ready: Ready) -> None:
    _team, profile, project = ready
    profile.seal(project.id)
    rotate(profile, project)
    profile.seal(project.id)
    rotate(profile, project)
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=1).problem is None
    assert arrived(ready)
    assert [each.state for each in devices(profile, project).devices] == ["retired", "retired", "active"]


def test_a_revoked_key_sends_nothing_and_a_further_device_goes_on(ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id)
    profile.store.keys.revoke(project.id, profile.key_for(project.id)).result()
    assert tell(profile, project) is None
    assert [each.state for each in devices(profile, project).devices] == ["revoked"]
    assert project.collector is not None
    with pytest.raises(DeliveryError) as refused:
        profile.join(project.collector.address, team.invite())
    assert refused.value.code == "key_revoked"
    assert profile.store.trainer in str(refused.value)
    profile.keys[project.id] = DeviceKey.generate()
    profile.join(project.collector.address, team.invite(trainer=profile.store.trainer))
    assert profile.store.outbox.send_again(project.id).result() == 1
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    assert profile.sender().send_pending(project, tries=1).problem is None
    assert arrived(ready)


def test_what_an_ended_key_left_unsent_does_not_stop_the_next_keys_chain(ready: Ready) -> None:
    """One press sends all that can go: the refused chain waits to be sent again, and nobody is sent for a new code."""
    team, profile, project = ready
    profile.seal(project.id)  # not sent when the key is ended
    administration.revoke(team.folder, profile.key_for(project.id).key_id, project=team.project)
    profile.keys[project.id] = DeviceKey.generate()
    assert project.collector is not None
    profile.join(project.collector.address, team.invite(trainer=profile.store.trainer))
    profile.seal(project.id, batches=2)
    report = profile.sender().send_pending(project, tries=1)
    assert (report.ended, report.batches) == ("done", 2)
    assert report.problem is not None and report.problem.code == "key_replaced"
    assert profile.store.outbox.send_again(project.id).result() == 1
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    assert profile.sender().send_pending(project, tries=1).problem is None
    assert arrived(ready)


def test_a_key_that_was_replaced_seals_nothing(ready: Ready) -> None:
    _team, profile, project = ready
    old = rotate(profile, project)
    stored = profile.save(project.id)
    profile.store.outbox.release([stored.id]).result()
    with pytest.raises(Exception, match="changed or revoked"):
        profile.store.outbox.seal(project.id, old).result()


def test_a_lost_key_is_replaced_with_the_collectors_word(ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id, batches=2)
    profile.sender().send_pending(project, tries=1)
    profile.seal(project.id)  # signed by the key that is lost then
    lost = profile.keys.pop(project.id)
    fresh = DeviceKey.generate()
    code = key_ceremony.recovery_code(team.folder, lost.key_id, project=team.project)
    assert project.collector is not None
    keys = joining.JoiningKeys(
        key=lambda _project: pytest.fail("the lost key was asked for"),
        keep_token=profile.tokens.__setitem__,
        fresh=lambda _project: fresh,
    )
    for _again in range(2):  # the first answer is lost
        joined_now = joining.join(project.collector.address, code, store=profile.store, keys=keys)
    assert joined_now.trainer_name == "Ada"
    profile.keys[project.id] = fresh
    assert told_of_the_key(profile, project) == ""
    (stopped,) = (batch for batch in profile.store.outbox.batches(project.id) if batch.state == "closed")
    assert stopped_text(stopped.reason) == "the key that signed it was replaced"
    assert profile.store.outbox.send_again(project.id).result() == 1
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=1).problem is None
    assert arrived(ready)
    assert [(each.device, each.state) for each in devices(profile, project).devices] == [
        (lost.key_id, "retired"),
        (fresh.key_id, "active"),
    ]


def test_a_recovery_code_serves_nobody_else(ready: Ready, tmp_path: Path) -> None:
    team, profile, project = ready
    code = key_ceremony.recovery_code(team.folder, profile.key_for(project.id).key_id, project=team.project)
    assert project.collector is not None
    with pytest.raises(DeliveryError) as refused:  # a client that only knows how to join
        profile.join(project.collector.address, code)
    assert refused.value.code == "invitation_unknown"


def copy_of(team: Team, to: Path) -> None:
    connection = sqlite3.connect(team.folder / FILE)
    connection.execute("VACUUM INTO ?", (str(to),))
    connection.close()


def test_a_collector_put_back_to_before_a_rotation_is_told_again(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector")
    saved = tmp_path / "saved"
    with running(team.folder) as collector:
        address, port = collector.address, collector.port
        profile = Profile.opened(tmp_path / "profile")
        project = profile.join(address, team.invite()).project
        profile.seal(project.id)
        profile.sender().send_pending(project, tries=1)
        copy_of(team, saved)
        rotate(profile, project)
        profile.seal(project.id, batches=2)
        assert profile.sender().send_pending(project, tries=1).batches == 2
        collector.kill()
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        (team.folder / name).unlink(missing_ok=True)
    shutil.copy(saved, team.folder / FILE)
    with running(team.folder, port=port):
        profile.seal(project.id)
        report = profile.sender().send_pending(project, tries=1)
        assert (report.ended, report.problem, report.restored) == ("done", None, True)
        assert arrived((team, profile, project))
    profile.store.close()


def test_an_event_that_is_refused_says_what_to_do(ready: Ready) -> None:
    team, profile, project = ready
    administration.revoke(team.folder, profile.key_for(project.id).key_id, project=team.project)
    rotate(profile, project)
    failed = tell(profile, project)
    assert failed is not None
    assert failed.act is Act.CLOSE_AND_STOP
    assert f"trainer id {profile.store.trainer}" in str(failed.problem)


def test_without_a_collector_a_change_stands_at_once(profile: Profile) -> None:
    project = profile.store.projects.create("Mine").result()
    rotate(profile, project)
    assert profile.store.keys.waiting(project.id) is None
