"""Keys that change, between a real store and a real collector: nobody's work is stuck, and nothing old is believed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from joined_profile import Profile, Ready, joined, kept_by, sealed_hashes
from running_collector import Team, running

from feedback_store.batches import payload
from feedback_store.batches.device_list import DeviceList, make_list
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import ReceiptItem, make_receipt
from feedback_store.collector import administration, key_ceremony
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery import joining, key_changes
from feedback_store.delivery.answers import Act
from feedback_store.delivery.http import Connection
from feedback_store.errors import DeliveryError
from feedback_store.store import Project

Answer = key_changes.NotTaken | None


def rotate(profile: Profile, project: Project) -> DeviceKey:
    """Change the key as the program does, here in memory; the old one."""
    old = profile.key_for(project.id)
    new = DeviceKey.generate()
    profile.store.keys.rotate(project.id, old, new).result()
    profile.keys[project.id] = new
    return old


def tell(profile: Profile, project: Project) -> Answer:
    event = profile.store.keys.waiting(project.id)
    assert event is not None
    assert project.collector is not None
    with Connection(project.collector.address) as connection:
        return key_changes.tell_event(connection, profile.store, project, profile.tokens[project.id], event)


def devices(profile: Profile, project: Project) -> DeviceList:
    assert project.collector is not None
    with Connection(project.collector.address) as connection:
        return key_changes.ask_devices(connection, profile.store, project, profile.tokens[project.id])


def arrived(ready: Ready) -> bool:
    team, profile, project = ready
    return sorted(kept_by(team, profile)) == sorted(sealed_hashes(profile, project))


def test_after_a_rotation_the_old_keys_batches_arrive_and_the_new_keys_follow_on(ready: Ready) -> None:
    _team, profile, project = ready
    profile.seal(project.id, batches=2)
    profile.sender().send_pending(project, tries=1)
    profile.seal(project.id, batches=2)  # not sent yet when the key changes
    old = rotate(profile, project)
    profile.seal(project.id, batches=2)
    report = profile.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem, report.batches) == ("done", None, 4)
    assert arrived(ready)
    assert profile.store.keys.waiting(project.id) is None
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
    receipt = make_receipt(team.key, manifest, sealed.payload_sha256, items, at, GENESIS)
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
    for _again in range(2):  # the first answer is lost
        joined_now = joining.join(
            project.collector.address,
            code,
            store=profile.store,
            key_for=lambda _project: pytest.fail("the lost key was asked for"),
            fresh_key_for=lambda _project: fresh,
            keep_token=profile.tokens.__setitem__,
        )
    assert joined_now.trainer_name == "Ada"
    profile.keys[project.id] = fresh
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


@pytest.fixture
def restorable(tmp_path: Path) -> Iterator[tuple[Team, Profile, Project]]:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        address = collector.address
        with joined(tmp_path / "profile", team, address) as (profile, project):
            yield team, profile, project


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


def test_a_collector_that_changed_its_key_is_followed_while_sending(restorable: Ready) -> None:
    team, profile, project = restorable
    profile.seal(project.id)
    profile.sender().send_pending(project, tries=1)
    old = team.key
    for _twice in range(2):  # a client that was away meanwhile follows both steps
        key_ceremony.rotate_key(team.folder)
    assert team.key.key_id != old.key_id
    profile.seal(project.id, batches=2)
    report = profile.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem) == ("done", None)
    followed = profile.store.projects.get(project.id)
    assert key_changes.pinned_key(followed) == team.key.public_key
    assert len(profile.store.keys.statements(project.id)) == 2
    assert arrived(restorable)


def test_a_collector_whose_key_nothing_leads_to_is_not_believed(restorable: Ready) -> None:
    _team, profile, project = restorable
    assert project.collector is not None
    pinned = msgspec.structs.replace(project.collector, public_key=_base64(DeviceKey.generate().public_key))
    stranger = profile.store.projects.update(msgspec.structs.replace(project, collector=pinned)).result()
    profile.seal(project.id)
    report = profile.sender().send_pending(stranger, tries=1)
    assert report.ended == "stop"
    assert report.problem is not None
    assert report.problem.code == "receipt_refused"
    assert profile.states(project.id) == ["sealed"]
    with pytest.raises(DeliveryError) as refused:
        joining.move(project.collector.address, store=profile.store, project=stranger)
    assert refused.value.code == "collector_key_changed"


def test_a_receipt_of_before_the_change_is_signed_anew_for_those_who_follow(restorable: Ready) -> None:
    team, profile, project = restorable
    (sealed,) = profile.seal(project.id)
    profile.sender().send_pending(project, tries=1)
    key_ceremony.rotate_key(team.folder)
    profile.store.outbox.send_from(project.id, sealed.chain, 1).result()  # as if the answer had been lost
    report = profile.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem) == ("done", None)
    assert len(profile.store.outbox.receipts(project.id)) == 1, "the same receipt, by its hash"


@pytest.mark.parametrize("step", ["before the statement", "before the file"])
def test_a_change_of_the_collectors_key_that_was_broken_off_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    team = Team.made(tmp_path / "collector")
    old = team.key

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    broken = "_publish" if step == "before the statement" else None
    with monkeypatch.context() as patched:
        if broken:
            patched.setattr(key_ceremony, "_publish", kill)
        else:
            patched.setattr(key_ceremony.key_files, "promote", kill)
        with pytest.raises(Killed):
            key_ceremony.rotate_key(team.folder)
    with running(team.folder) as collector, joined(tmp_path / "profile", team, collector.address) as (profile, project):
        profile.seal(project.id)  # whatever was left signs as it is published
        assert profile.sender().send_pending(project, tries=1).problem is None
        key_ceremony.rotate_key(team.folder)
        assert team.key.key_id != old.key_id
        profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is None
    assert not list((team.folder / "keys").glob("*.next"))


def test_an_older_device_list_is_not_believed_and_deliveries_go_on(ready: Ready) -> None:
    team, profile, project = ready
    newest = devices(profile, project)
    older = make_list(
        team.key, project=project.id, trainer=profile.store.trainer, version=newest.version + 10**9, devices=[]
    )
    profile.store.keys.keep_list(project.id, newest.version + 10**9, older).result()
    with pytest.raises(DeliveryError) as refused:
        devices(profile, project)
    assert refused.value.code == "device_list_older"
    assert "deliveries go on" in str(refused.value)
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=1).problem is None


def test_two_device_lists_of_one_version_are_found_out(ready: Ready) -> None:
    team, profile, project = ready
    seen = devices(profile, project)
    other = make_list(team.key, project=project.id, trainer=profile.store.trainer, version=seen.version, devices=[])
    connection = sqlite3.connect(profile.store.path)
    connection.execute("UPDATE device_list SET envelope = ?", (other,))
    connection.commit()
    connection.close()
    with pytest.raises(DeliveryError) as refused:
        devices(profile, project)
    assert refused.value.code == "device_list_refused"


def test_a_moved_collector_is_found_by_its_new_address_with_chain_key_and_pass(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as first, joined(tmp_path / "profile", team, first.address) as (profile, project):
        (sealed,) = profile.seal(project.id)
        profile.sender().send_pending(project, tries=1)
        first.kill()
        with running(team.folder) as second:
            assert second.address != first.address
            key, token = profile.key_for(project.id), profile.tokens[project.id]
            profile.seal(project.id)
            assert profile.sender().send_pending(project, tries=1).ended == "retry"
            moved = joining.move(second.address, store=profile.store, project=project)
            assert moved.collector is not None
            assert moved.collector.address == second.address
            report = profile.sender().send_pending(moved, tries=1)
            assert (report.ended, report.problem) == ("done", None)
            assert {batch.chain for batch in profile.store.outbox.batches(project.id)} == {sealed.chain}
            assert (profile.key_for(project.id), profile.tokens[project.id]) == (key, token)


def test_another_teams_collector_is_no_new_address(ready: Ready, tmp_path: Path) -> None:
    _team, profile, project = ready
    other = Team.made(tmp_path / "other")
    with running(other.folder) as collector, pytest.raises(DeliveryError):
        joining.move(collector.address, store=profile.store, project=project)
    assert profile.store.projects.get(project.id) == project


def test_a_restored_profile_starts_a_new_chain_by_itself(ready: Ready, tmp_path: Path) -> None:
    """Put back from a copy: what was delivered after the copy is not known here, and nothing is forked."""
    team, profile, project = ready
    profile.seal(project.id, batches=2)
    profile.sender().send_pending(project, tries=1)
    saved = tmp_path / "saved"
    shutil.copytree(profile.store.path.parent, saved)
    profile.seal(project.id, batches=2)
    profile.sender().send_pending(project, tries=1)
    before = len(kept_by(team, profile))
    profile.store.close()
    folder = profile.store.path.parent
    shutil.rmtree(folder)
    shutil.copytree(saved, folder)
    restored = Profile.opened(folder)
    restored.keys, restored.tokens = profile.keys, profile.tokens
    restored.seal(project.id, batches=2)
    report = restored.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem, report.batches) == ("done", None, 2)
    assert len(kept_by(team, restored)) == before + 2
    restored.store.close()


def test_a_reinstalled_profile_joins_anew_beside_what_it_sent_before(served: tuple[Team, str], tmp_path: Path) -> None:
    team, address = served
    for folder in ("first", "second"):
        with joined(tmp_path / folder, team, address) as (profile, project):
            profile.seal(project.id)
            assert profile.sender().send_pending(project, tries=1).problem is None
            assert arrived((team, profile, project))


def test_an_event_that_is_refused_says_what_to_do(ready: Ready) -> None:
    team, profile, project = ready
    administration.revoke(team.folder, profile.key_for(project.id).key_id, project=team.project)
    rotate(profile, project)
    failed = tell(profile, project)
    assert failed is not None
    assert failed.act is Act.CLOSE_AND_STOP
    assert "invitation" in str(failed.problem)


def test_without_a_collector_a_change_stands_at_once(profile: Profile) -> None:
    project = profile.store.projects.create("Mine").result()
    rotate(profile, project)
    assert profile.store.keys.waiting(project.id) is None


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode("ascii")
