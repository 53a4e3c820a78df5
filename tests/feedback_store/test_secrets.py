"""Secrets: kept where they are believed, never moved in silence, never lost in silence (T13)."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from feedback_store import secrets
from feedback_store.errors import SecretsError

SESSION = Path(__file__).with_name("keyring_session.py")
VALUE = bytes(range(32))
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[type]:
    """Makes a backend the one in use; the one from before comes back."""
    before = keyring.get_keyring()

    class Use:
        def __init__(self, backend: keyring.backend.KeyringBackend) -> None:
            keyring.set_keyring(backend)

    yield Use
    keyring.set_keyring(before)


class Kept(keyring.backend.KeyringBackend):
    """Keeps what it is given, in memory, and passes for a trusted backend by its module."""

    priority = 0  # never chosen by itself
    __module__ = "keyring.backends.SecretService"

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


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


def code_of(error: pytest.ExceptionInfo[SecretsError]) -> str:
    assert len(str(error.value)) > 20  # a sentence
    return error.value.code


def never_asked(_new: bool) -> str:
    raise AssertionError("asked for a passphrase")


# ------------------------------------------------------------------------------------------------ the keyring


def session(case: str, folder: Path) -> dict[str, object]:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, SESSION, case, folder],
        capture_output=True,
        text=True,
        timeout=60,
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
    assert time.monotonic() - started < 5
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


# ------------------------------------------------------------------------------------------------- the files


@pytest.fixture
def no_keyring(use: type) -> None:
    use(keyring.backends.fail.Keyring())


def test_without_a_keyring_and_without_a_word_nothing_is_kept(tmp_path: Path, no_keyring: None) -> None:
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path)
    assert code_of(error) == "keyring_absent"
    assert "--insecure-key-file" in str(error.value)


def test_without_a_keyring_a_passphrase_is_asked_for_once_and_only_when_needed(
    tmp_path: Path, no_keyring: None
) -> None:
    asked: list[bool] = []

    def ask(new: bool) -> str:
        asked.append(new)
        return "trüb" if new else "tru\u0308b"  # typed on another system: other code points, the same word

    kept = secrets.open_secrets(tmp_path, passphrase=ask)
    assert (kept.protection, kept.get("a"), asked) == ("passphrase", None, [])
    kept.set("a", VALUE)
    kept.set("b", b"")
    assert asked == [True]
    again = secrets.open_secrets(tmp_path, passphrase=ask)
    assert (again.get("a"), again.get("b"), again.get("c")) == (VALUE, b"", None)
    again.delete("a")
    again.delete("a")
    assert asked == [True, False]
    assert secrets.open_secrets(tmp_path, passphrase=ask).get("a") is None
    data = (tmp_path / secrets.FILE).read_bytes()
    assert VALUE not in data
    assert b"device" not in data


def test_a_wrong_or_empty_passphrase_opens_nothing_and_changes_nothing(tmp_path: Path, no_keyring: None) -> None:
    secrets.open_secrets(tmp_path, passphrase=lambda _new: "right").set("a", VALUE)
    before = (tmp_path / secrets.FILE).read_bytes()
    for wrong, code in (("wrong", "passphrase_wrong"), ("", "passphrase_empty")):
        kept = secrets.open_secrets(tmp_path, passphrase=lambda _new, wrong=wrong: wrong)  # type: ignore[misc]
        for act in (lambda kept=kept: kept.get("a"), lambda kept=kept: kept.set("a", b"x")):  # type: ignore[misc]
            with pytest.raises(SecretsError) as error:
                act()
            assert code_of(error) == code
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path)
    assert code_of(error) == "passphrase_needed"
    assert (tmp_path / secrets.FILE).read_bytes() == before


def test_the_passphrase_of_a_profile_is_not_dropped_for_a_bare_file(tmp_path: Path, no_keyring: None) -> None:
    secrets.open_secrets(tmp_path, passphrase=lambda _new: "right").set("a", VALUE)
    kept = secrets.open_secrets(tmp_path, insecure_key_file=True, passphrase=lambda _new: "right")
    assert (kept.protection, kept.get("a")) == ("passphrase", VALUE)


def test_a_bare_file_is_made_only_when_spelled_out_and_says_that_it_is_unprotected(tmp_path: Path, use: type) -> None:
    use(Kept())
    kept = secrets.open_secrets(tmp_path, insecure_key_file=True)
    kept.set("a", VALUE)
    kept.set("b", b"2")
    again = secrets.open_secrets(tmp_path)
    assert (kept.protection, again.protection) == ("unprotected", "unprotected")
    again.delete("b")
    assert (again.get("a"), again.get("b")) == (VALUE, None)


@posix
def test_files_are_for_their_owner_only(tmp_path: Path, no_keyring: None) -> None:
    for name, options in (("bare", {"insecure_key_file": True}), ("sealed", {"passphrase": lambda _new: "p"})):
        (tmp_path / name).mkdir()
        secrets.open_secrets(tmp_path / name, **options).set("a", VALUE)  # type: ignore[arg-type]
        assert [path.name for path in (tmp_path / name).iterdir()] == [secrets.FILE]
        assert stat.S_IMODE((tmp_path / name / secrets.FILE).stat().st_mode) == 0o600
    (tmp_path / "bare" / secrets.FILE).chmod(0o640)
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path / "bare").get("a")
    assert code_of(error) == "key_file_open_to_others"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"v":2,"protection":"unprotected","secrets":{}}',
        b'{"v":1,"protection":"other"}',
        b'{"v":1,"protection":"unprotected"}',
        b'{"v":1,"protection":"unprotected","secrets":{"a":7}}',
        b'{"v":1,"protection":"unprotected","secrets":{"a":"?"}}',
        b'{"v":1,"protection":"passphrase"}',
        b'{"v":1,"protection":"passphrase","scrypt":[1073741824,8,1],"salt":"","nonce":"","sealed":""}',
        b'{"v":1,"protection":"keyring","backend":"keyring.backends.SecretService"}',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=lambda data: repr(data[:48]),
)
def test_a_damaged_file_is_said_and_left_alone(tmp_path: Path, use: type, data: bytes) -> None:
    use(Kept())
    (tmp_path / secrets.FILE).write_bytes(data)
    (tmp_path / secrets.FILE).chmod(0o600)
    for act in ("get", "set"):
        with pytest.raises(SecretsError) as error:
            kept = secrets.open_secrets(tmp_path, passphrase=lambda _new: "p")
            kept.get("a") if act == "get" else kept.set("a", VALUE)
        assert code_of(error) == "key_file_damaged"
    assert (tmp_path / secrets.FILE).read_bytes() == data


def test_the_way_out_of_a_damaged_or_lost_key_is_one_that_works(tmp_path: Path, use: type) -> None:
    """Both sentences offered a command that there was not."""
    backend = Kept()
    use(backend)
    secrets.open_secrets(tmp_path).set("device-key/a", VALUE)
    backend.held.clear()
    with pytest.raises(SecretsError) as lost:
        secrets.open_secrets(tmp_path).get("device-key/a")
    assert code_of(lost) == "secret_lost"
    (tmp_path / secrets.FILE).write_bytes(b"damaged")
    with pytest.raises(SecretsError) as damaged:
        secrets.open_secrets(tmp_path)
    for error in (lost, damaged):
        assert f"move {secrets.FILE} aside" in str(error.value)
        assert "preceptor project join" in str(error.value)
    (tmp_path / secrets.FILE).rename(tmp_path / "aside.json")
    fresh = secrets.open_secrets(tmp_path)
    assert fresh.get("device-key/a") is None
    fresh.set("device-key/a", VALUE[::-1])
    assert secrets.open_secrets(tmp_path).get("device-key/a") == VALUE[::-1]


@pytest.mark.parametrize("changed", ["salt", "nonce", "sealed"])
def test_a_changed_bit_of_a_sealed_file_opens_nothing(tmp_path: Path, no_keyring: None, changed: str) -> None:
    secrets.open_secrets(tmp_path, passphrase=lambda _new: "p").set("a", VALUE)
    noted = json.loads((tmp_path / secrets.FILE).read_bytes())
    noted[changed] = ("B" if noted[changed][0] == "A" else "A") + noted[changed][1:]
    (tmp_path / secrets.FILE).write_text(json.dumps(noted))
    with pytest.raises(SecretsError):
        secrets.open_secrets(tmp_path, passphrase=lambda _new: "p").get("a")


def test_a_file_that_cannot_be_written_loses_nothing(tmp_path: Path, no_keyring: None) -> None:
    secrets.open_secrets(tmp_path, insecure_key_file=True).set("a", VALUE)
    kept = secrets.open_secrets(tmp_path)
    (tmp_path / "not here").mkdir()
    gone = secrets.open_secrets(tmp_path / "not here", insecure_key_file=True)
    (tmp_path / "not here").rmdir()
    with pytest.raises(SecretsError) as error:
        gone.set("a", VALUE)
    assert code_of(error) == "key_file_unwritable"
    assert kept.get("a") == VALUE


@pytest.mark.parametrize("name", ["", "../a", "a b", "a\n", "x" * 101])
def test_a_name_is_plain(tmp_path: Path, no_keyring: None, name: str) -> None:
    with pytest.raises(ValueError):
        secrets.open_secrets(tmp_path, insecure_key_file=True).set(name, VALUE)


def test_the_keyring_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, feedback_store.secrets; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False"
