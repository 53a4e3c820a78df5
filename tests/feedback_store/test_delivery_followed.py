"""A collector that changes its key or its address, lists that are older, a profile that was put back or made anew."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from changed_keys import arrived, devices
from joined_profile import Profile, Ready, joined, kept_by
from running_collector import Team, running

from feedback_store.batches.device_list import make_list
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.collector import key_ceremony
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery import joining, key_changes
from feedback_store.errors import DeliveryError
from feedback_store.store import Project


@pytest.fixture
def restorable(tmp_path: Path) -> Iterator[tuple[Team, Profile, Project]]:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        address = collector.address
        with joined(tmp_path / "profile", team, address) as (profile, project):
            yield team, profile, project


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
    team, profile, project = restorable
    assert project.collector is not None
    pinned = msgspec.structs.replace(project.collector, public_key=_base64(DeviceKey.generate().public_key))
    stranger = profile.store.projects.update(msgspec.structs.replace(project, collector=pinned)).result()
    profile.seal(project.id)
    report = profile.sender().send_pending(stranger, tries=1)
    assert report.ended == "stop"
    assert report.problem is not None
    assert report.problem.code == "receipt_refused"
    assert "--collector-key FINGERPRINT" in str(report.problem), "the one way that leads on"
    compared = fingerprint(key_changes.pinned_key(stranger))
    assert compared in str(report.problem) and fingerprint(team.key.public_key) not in str(report.problem)
    with pytest.raises(DeliveryError) as listed:
        devices(profile, stranger)
    assert (listed.value.code, listed.value.template) == ("device_list_refused", report.problem.template)
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
            unheard = profile.sender().send_pending(project, tries=1)
            assert unheard.ended == "retry" and "preceptor project move" in str(unheard.problem)
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
    with running(other.folder) as collector, pytest.raises(DeliveryError) as refused:
        joining.move(collector.address, store=profile.store, project=project)
    assert refused.value.code == "no_project"
    said = f"The collector at {collector.address} does not have this project"
    assert str(refused.value).startswith(said), "it was said to be no collector"
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
    folder.rename(tmp_path / "lost")  # not removed: the copy would be given its inode (test_witness.py has that)
    shutil.copytree(saved, folder)
    restored = Profile.opened(folder)
    restored.keys, restored.tokens = profile.keys, profile.tokens
    restored.seal(project.id, batches=2)
    report = restored.sender().send_pending(project, tries=1)
    assert (report.ended, report.problem, report.batches) == ("done", None, 2)
    assert len(kept_by(team, restored)) == before + 2
    restored.store.close()


@pytest.mark.parametrize("keyring", ["the same keyring", "an empty one"])
def test_a_reinstalled_profile_joins_anew_beside_what_it_sent_before(
    served: tuple[Team, str], tmp_path: Path, keyring: str
) -> None:
    """The profile's folder is gone, and made anew in the same place; what was sent stays, and new deliveries arrive."""
    team, address = served
    folder = tmp_path / "profile"
    with joined(folder, team, address) as (profile, project):
        first = profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is None
        sent, keys = kept_by(team, profile), profile.keys
        trainer, key = profile.store.trainer, profile.key_for(project.id)
    shutil.rmtree(folder)
    again = Profile.opened(folder)
    again.keys = dict(keys) if keyring == "the same keyring" else {}
    try:
        assert again.store.trainer != trainer, "who the trainer was stood in the folder"
        if again.keys:  # the key is bound to the trainer of before, for good
            with pytest.raises(DeliveryError):
                again.join(address, team.invite())
            again.keys.clear()  # as the sentence asks for: a key of one's own
        anew = again.join(address, team.invite()).project
        assert again.key_for(anew.id).key_id != key.key_id
        second = again.seal(anew.id, batches=2)
        assert [batch.seq for batch in second] == [1, 2] and second[0].chain != first[0].chain
        assert again.sender().send_pending(anew, tries=1).problem is None
        assert arrived((team, again, anew))
        assert set(sent) <= {row[0] for row in _everything(team)}
    finally:
        again.store.close()


def test_the_collectors_earlier_keys_are_kept_when_it_is_followed(restorable: Ready) -> None:
    """A recovery is signed with the key of its day, and a file that holds it is still checked years later."""
    team, profile, project = restorable
    keys = [team.key.public_key]
    for _step in range(2):
        for _twice in range(2):
            key_ceremony.rotate_key(team.folder)
            keys.append(team.key.public_key)
        profile.seal(project.id)
        assert profile.sender().send_pending(profile.store.projects.get(project.id), tries=1).problem is None
    found = profile.store.projects.get(project.id).collector
    assert found is not None
    assert [*found.earlier, found.public_key] == [_base64(each) for each in keys]
    joining.move(found.address, store=profile.store, project=profile.store.projects.get(project.id))
    assert profile.store.projects.get(project.id).collector == found
    key_ceremony.rotate_key(team.folder)  # nobody has sent since: joining again follows it
    again = profile.join(found.address, team.invite(trainer=profile.store.trainer)).project.collector
    assert again is not None
    assert [*again.earlier, again.public_key] == [_base64(each) for each in [*keys, team.key.public_key]]


def _everything(team: Team) -> list[tuple[str]]:
    connection = sqlite3.connect(team.folder / FILE)
    try:
        return connection.execute("SELECT sha256 FROM record").fetchall()
    finally:
        connection.close()


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode("ascii")
