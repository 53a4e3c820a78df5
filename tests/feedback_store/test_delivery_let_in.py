"""A change of keys that was refused, and its new key let in by a code: nobody is said to have lost anything (T12)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from changed_keys import rotate, tell
from joined_profile import Profile, Ready, kept_by, sealed_hashes

from desktop.flow.key_words import key_state
from feedback_store.batches import payload
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.store import Project


def cloned(profile: Profile, folder: Path) -> Profile:
    profile.store.backup()
    shutil.copytree(profile.store.path.parent, folder)
    copy = Profile.opened(folder)
    copy.keys, copy.tokens = dict(profile.keys), dict(profile.tokens)
    return copy


def let_in(ready: Ready, copy: Profile) -> None:
    team, _profile, project = ready
    assert project.collector is not None
    copy.join(project.collector.address, team.invite(trainer=copy.store.trainer))


def stands(copy: Profile, project: Project) -> str:
    return key_state(copy.store.keys.newest(project.id), made=True)


@pytest.mark.parametrize("signed", ["before it was refused", "after it was refused", "after it was let in"])
def test_T12_a_key_that_was_refused_and_then_let_in_by_a_code_delivers_and_no_collector_is_blamed(
    ready: Ready, tmp_path: Path, signed: str
) -> None:
    """It was said to ask for what it had before, and not to know what was sent: it had lost nothing."""
    team, profile, project = ready
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=1).problem is None
    copy = cloned(profile, tmp_path / "copy")
    try:
        rotate(profile, project)
        assert tell(profile, project) is None
        rotate(copy, project)
        if signed == "before it was refused":
            copy.seal(project.id)
        refused = tell(copy, project)
        assert refused is not None and refused.problem.code == "key_replaced"
        assert stands(copy, project) == "refused"
        if signed == "after it was refused":
            (sealed,) = copy.seal(project.id)
            assert payload.parse(sealed.payload, Manifest).prev == GENESIS, "nobody will ever have what it followed"
        let_in(ready, copy)
        assert stands(copy, project) == "active"
        if signed == "after it was let in":
            copy.seal(project.id)
        report = copy.sender().send_pending(project, tries=1)
        assert not report.restored
        if signed == "before it was refused":
            assert report.problem is not None and report.problem.code == "key_let_in"
            assert copy.store.outbox.send_again(project.id).result() == 1
            copy.store.outbox.seal(project.id, copy.key_for(project.id)).result()
            report = copy.sender().send_pending(project, tries=1)
        assert (report.ended, report.problem, report.restored) == ("done", None, False)
        assert stands(copy, project) == "active", "the change is not told once more"
        assert set(sealed_hashes(copy, project)) <= set(kept_by(team, copy))
    finally:
        copy.store.close()


def test_a_change_that_was_told_to_nobody_needs_no_telling_once_its_key_was_let_in(ready: Ready) -> None:
    """Changed and signed without a network, then joined anew: nothing is stuck, and no restore is made up."""
    team, profile, project = ready
    rotate(profile, project)
    profile.seal(project.id)
    let_in(ready, profile)
    report = profile.sender().send_pending(project, tries=1)
    assert not report.restored
    if report.problem is not None:
        assert report.problem.code == "key_let_in"
        assert profile.store.outbox.send_again(project.id).result() == 1
        profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
        assert profile.sender().send_pending(project, tries=1).problem is None
    assert set(sealed_hashes(profile, project)) <= set(kept_by(team, profile))
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=1).problem is None
