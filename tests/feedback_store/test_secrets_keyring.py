"""Secrets in a keyring: only in one that is believed, and never lost in silence (T13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyrings import VALUE, Kept, code_of

from feedback_store import secrets
from feedback_store.errors import SecretsError

SESSION = Path(__file__).with_name("keyring_session.py")


class Forgetful(Kept):
    """Says "ok" and keeps nothing."""

    __module__ = "keyring.backends.SecretService"

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Hanging(Kept):
    """Waits for a window that nobody sees."""

    __module__ = "keyring.backends.SecretService"

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return None


class Locked(Kept):
    __module__ = "keyring.backends.SecretService"

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked


class Broken(Kept):
    __module__ = "keyring.backends.SecretService"

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"text that may hold a secret {VALUE!r}")


def never_asked(_new: bool) -> str:
    raise AssertionError("asked for a passphrase")


def session(case: str, folder: Path) -> dict[str, object]:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, SESSION, case, folder],
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "PYTHONPATH": str(SESSION.parents[2])},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.needs("gnome-keyring", "dbus")
def test_a_real_keyring_keeps_what_it_is_given(tmp_path: Path) -> None:
    found = session("keep", tmp_path)
    noted = json.loads(str(found.pop("file")))
    assert found == {
        "protection": "keyring",
        "first": None,
        "same": True,
        "overwritten": True,
        "foreign": None,
        "deleted": True,
    }
    assert noted["backend"] == "keyring.backends.SecretService"
    assert set(noted) == {"v", "protection", "backend", "id", "names"}


@pytest.mark.needs("gnome-keyring", "dbus")
def test_a_real_locked_keyring_is_said_and_never_gone_round(tmp_path: Path) -> None:
    found = session("locked", tmp_path)
    sentence = ["keyring_locked", "The keyring is locked. Unlock it and try again."]
    assert found == {"known": sentence, "new": sentence, "written": []}


@pytest.mark.needs("gnome-keyring", "dbus")
def test_a_key_that_the_keyring_lost_is_an_error_and_not_a_new_key(tmp_path: Path) -> None:
    found = session("wiped", tmp_path)
    assert isinstance(found["lost"], list)
    assert found["lost"][0] == "secret_lost"


def test_opening_and_asking_write_nothing(tmp_path: Path, use: type) -> None:
    backend = Kept()
    use(backend)
    kept = secrets.open_secrets(tmp_path, passphrase=never_asked)
    assert (kept.protection, kept.get("a"), kept.delete("a")) == ("keyring", None, None)
    assert (backend.held, list(tmp_path.iterdir())) == ({}, [])


def test_the_keyring_holds_text_under_an_id_of_the_profile(tmp_path: Path, use: type) -> None:
    backend = Kept()
    use(backend)
    secrets.open_secrets(tmp_path).set("device-key/a", VALUE)
    ((service, account),) = backend.held
    assert service == "preceptor"
    assert account.endswith("/device-key/a")
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / secrets.FILE).rename(moved / secrets.FILE)
    assert secrets.open_secrets(moved).get("device-key/a") == VALUE


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        (keyring.backends.null.Keyring, "keyring_not_trusted"),
        (Locked, "keyring_locked"),
        (Broken, "keyring_failed"),
    ],
)
def test_a_keyring_that_cannot_be_believed_is_refused_even_where_a_passphrase_could_be_asked(
    tmp_path: Path, use: type, backend: type[keyring.backend.KeyringBackend], code: str
) -> None:
    use(backend())
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path, passphrase=never_asked)
    assert code_of(error) == code
    assert "secret " not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_keeps_nothing_is_found_out_by_reading_back(tmp_path: Path, use: type) -> None:
    use(Forgetful())
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path).set("a", VALUE)
    assert code_of(error) == "keyring_lies"
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_hangs_is_given_up(tmp_path: Path, use: type) -> None:
    backend = Hanging()
    use(backend)
    started = time.monotonic()
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path, passphrase=never_asked, time_limit=0.2)
    assert code_of(error) == "keyring_hangs"
    assert time.monotonic() - started < 25, "it hangs for thirty seconds"
    backend.answered.set()


def test_the_time_limit_is_twenty_seconds() -> None:
    assert secrets.TIME_LIMIT_S == 20


def test_another_trusted_keyring_does_not_stand_in_for_the_one_that_has_the_key(tmp_path: Path, use: type) -> None:
    use(Kept())
    secrets.open_secrets(tmp_path).set("a", VALUE)

    class Wallet(Kept):
        __module__ = "keyring.backends.kwallet"

    for backend in (Wallet(), keyring.backends.fail.Keyring(), keyring.backends.null.Keyring()):
        use(backend)
        with pytest.raises(SecretsError) as error:
            secrets.open_secrets(tmp_path, insecure_key_file=True, passphrase=never_asked)
        assert code_of(error) == "keyring_unreachable"


def test_the_keyring_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, feedback_store.secrets; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=180)
    assert done.stdout.strip() == "False"
