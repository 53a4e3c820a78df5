"""Keys that change where a keyring keeps them: one that locks in between loses nothing, and one key is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.errors
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "feedback_store"))

from keyrings import Kept

from desktop.profile import Profile
from feedback_store.errors import SecretsError


class Locking(Kept):
    """A keyring that is locked from the given write on, until it is unlocked."""

    __module__ = "keyring.backends.SecretService"

    def __init__(self) -> None:
        super().__init__()
        self.writes_left = 1000

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.writes_left <= 0:
            raise keyring.errors.KeyringLocked
        self.writes_left -= 1
        super().set_password(service, username, password)


@pytest.fixture
def locking() -> Iterator[Locking]:
    before = keyring.get_keyring()
    backend = Locking()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def profile(tmp_path: Path, locking: Locking) -> Iterator[Profile]:
    found = Profile.open(tmp_path / "profile")
    yield found
    found.close()


def test_a_changed_key_is_the_only_one_that_a_keyring_keeps(profile: Profile, locking: Locking) -> None:
    before = profile.device_key(profile.project).key_id
    assert profile.collectors.rotate_key(profile.project) is None
    after = profile.device_key(profile.project).key_id
    assert after != before
    assert len(locking.held) == 1


@pytest.mark.parametrize("writes", [0, 1])
def test_a_keyring_that_locks_in_between_loses_nothing(profile: Profile, locking: Locking, writes: int) -> None:
    before = profile.device_key(profile.project).key_id
    locking.writes_left = writes
    with pytest.raises(SecretsError) as error:
        profile.collectors.rotate_key(profile.project)
    assert error.value.code == "keyring_locked"
    locking.writes_left = 1000
    found = profile.device_key(profile.project).key_id
    assert (found == before) is (writes == 0), "before the event the old key, after it the new one"
    profile.collectors.rotate_key(profile.project)
    assert profile.device_key(profile.project).key_id != before
    assert len(locking.held) == 1


def test_a_key_that_the_keyring_lost_is_replaced_only_when_asked(profile: Profile, locking: Locking) -> None:
    profile.device_key(profile.project)
    locking.held.clear()
    with pytest.raises(SecretsError) as error:
        profile.device_key(profile.project)
    assert error.value.code == "secret_lost"
    fresh = profile.keys.fresh(profile.project.id)
    assert profile.keys.fresh(profile.project.id).key_id == fresh.key_id, "asked again, it is the same"
