"""A collector that lost its key, or was put back to an older one: trainers join anew, and nobody's work is stuck (T12).

Nobody else's key comes in that way: only the whole fingerprint, as the operator reads it out, is believed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from changed_keys import arrived
from joined_profile import Profile, joined
from running_collector import Team, running

from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.collector import key_ceremony, key_files
from feedback_store.delivery import joining
from feedback_store.delivery.pinning import read_fingerprint
from feedback_store.errors import DeliveryError, StoreError
from feedback_store.store import Project

LOSSES = ("put back whole", "key file lost", "newer key file lost")


def lose(team: Team, saved: Path, how: str) -> None:
    """What an operator does who has nothing better any more."""
    if how == "put back whole":
        shutil.rmtree(team.folder)
        shutil.copytree(saved, team.folder)
        return
    key_files.key_path(team.folder, team.project).unlink()
    if how == "key file lost":
        key_ceremony.replace_lost_key(team.folder)
    else:  # as docs/operations.md has it: of before the data's change, in the newer one's place
        shutil.copy(key_files.key_path(saved, team.project), key_files.key_path(team.folder, team.project))
        key_ceremony.rotate_key(team.folder)


def anew(profile: Profile, address: str, code: str, key: str) -> joining.Joined:
    keys = joining.JoiningKeys(profile.key_for, profile.tokens.__setitem__)
    return joining.join(address, code, store=profile.store, keys=keys, collector_key=key)


def pinned(profile: Profile, project: Project) -> str:
    found = profile.store.projects.get(project.id).collector
    assert found is not None
    return found.public_key


@pytest.mark.parametrize("how", LOSSES)
def test_T12_after_a_lost_collector_key_trainers_join_anew_by_its_fingerprint_and_all_arrives(
    tmp_path: Path, how: str
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        port = collector.port
        profile = Profile.opened(tmp_path / "profile")
        project = profile.join(collector.address, team.invite()).project
        profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is None
        collector.kill()
    saved = tmp_path / "saved"
    shutil.copytree(team.folder, saved)
    with running(team.folder, port=port) as collector:
        key_ceremony.rotate_key(team.folder)
        profile.seal(project.id)
        assert profile.sender().send_pending(project, tries=1).problem is None  # it follows
        collector.kill()
    followed = team.key
    lose(team, saved, how)
    try:
        with running(team.folder, port=port) as collector:
            before = pinned(profile, project)
            profile.seal(project.id)
            stopped = profile.sender().send_pending(profile.store.projects.get(project.id), tries=1)
            assert stopped.ended == "stop" and stopped.problem is not None
            for wrong in ("", fingerprint(followed.public_key), fingerprint(DeviceKey.generate().public_key)):
                with pytest.raises(DeliveryError) as refused:
                    anew(profile, collector.address, team.invite(), wrong)
                assert refused.value.code == ("collector_key_differs" if wrong else "collector_key_changed")
                assert fingerprint(team.key.public_key) not in str(refused.value), "only its operator says it"
                assert pinned(profile, project) == before
            done = anew(profile, collector.address, team.invite(), fingerprint(team.key.public_key).upper())
            assert done.replaced_fingerprint == fingerprint(followed.public_key)
            assert done.collector_fingerprint == fingerprint(team.key.public_key)
            report = profile.sender().send_pending(done.project, tries=1)
            assert (report.ended, report.problem) == ("done", None)
            assert arrived((team, profile, project))
            assert set(profile.states(project.id)) == {"delivered"}
            again = anew(profile, collector.address, team.invite(), fingerprint(team.key.public_key))
            assert again.replaced_fingerprint == "", "nothing is replaced twice"
            key_ceremony.rotate_key(team.folder)  # and from there it is followed as before
            profile.seal(project.id)
            now = profile.store.projects.get(project.id)
            assert profile.sender().send_pending(now, tries=1).problem is None
            assert arrived((team, profile, project))
    finally:
        profile.store.close()


def test_T12_what_an_earlier_key_signed_stays_and_no_key_is_pinned_that_was_not_typed(tmp_path: Path) -> None:
    """Also where the code is one for a lost key of the trainer, and where the joining fails further on."""
    team = Team.made(tmp_path / "collector")
    profile = Profile.opened(tmp_path / "profile")
    with running(team.folder) as collector:
        project = profile.join(collector.address, team.invite()).project
        with joined(tmp_path / "other", team, collector.address) as (other, _project):
            somebody = other.store.trainer
        port, before, device = collector.port, pinned(profile, project), profile.key_for(project.id)
        collector.kill()
    key_files.key_path(team.folder, team.project).unlink()
    key_ceremony.replace_lost_key(team.folder)
    typed = fingerprint(team.key.public_key)
    try:
        with running(team.folder, port=port) as collector:
            with pytest.raises(DeliveryError):  # the code was made for somebody else
                anew(profile, collector.address, team.invite(trainer=somebody), typed)
            assert pinned(profile, project) == before
            fresh = DeviceKey.generate()
            code = key_ceremony.recovery_code(team.folder, device.key_id, project=team.project)
            keys = joining.JoiningKeys(profile.key_for, profile.tokens.__setitem__, fresh=lambda _project: fresh)
            done = joining.join(collector.address, code, store=profile.store, keys=keys, collector_key=typed)
            profile.keys[project.id] = fresh
            assert done.replaced_fingerprint
            assert done.project.collector is not None
            assert done.project.collector.earlier == (before,)
            profile.seal(project.id)
            assert profile.sender().send_pending(done.project, tries=1).problem is None
            assert arrived((team, profile, project))
    finally:
        profile.store.close()


def test_a_typed_fingerprint_is_held_against_the_key_at_a_first_joining_too(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector")
    profile = Profile.opened(tmp_path / "profile")
    try:
        with running(team.folder) as collector:
            with pytest.raises(DeliveryError) as refused:
                anew(profile, collector.address, team.invite(), fingerprint(DeviceKey.generate().public_key))
            assert refused.value.code == "collector_key_differs"
            assert profile.store.projects.list() == [] and profile.keys == {}, "the device showed its key to it"
            done = anew(profile, collector.address, team.invite(), team.key.key_id)
            assert done.replaced_fingerprint == ""
    finally:
        profile.store.close()


@pytest.mark.parametrize("typed", ["ab12", "ab12 " * 7, "g" * 32, "ab12 " * 9, "0" * 63, " ", "ed25519:"])
def test_a_part_of_a_fingerprint_is_none(typed: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        read_fingerprint(typed)
    assert refused.value.code == "collector_key_typed"


def test_a_collectors_key_that_is_there_is_not_given_up_as_lost(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector")
    before = team.key.key_id
    with pytest.raises(StoreError) as refused:
        key_ceremony.replace_lost_key(team.folder)
    assert refused.value.code == "key_not_lost"
    assert team.key.key_id == before
