"""Secrets in files: sealed by a passphrase, or bare when somebody says so; never lost in silence (T13)."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from unicodedata import normalize

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyrings import VALUE, Kept, code_of

from feedback_store import passphrases, secret_files, secrets
from feedback_store.errors import SecretsError

RIGHT = "right and long"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


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
        return (
            "trübes Wetter" if new else "tru\u0308bes Wetter"
        )  # typed on another system: other code points, the same word

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
    secrets.open_secrets(tmp_path, passphrase=lambda _new: RIGHT).set("a", VALUE)
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


@pytest.mark.parametrize("weak", ["abc", "elevenchars", "aaaaaaaaaaaaaaaaaaaa", "abababababab"])
def test_a_new_passphrase_that_protects_too_little_is_refused_and_nothing_is_written(
    tmp_path: Path, no_keyring: None, weak: str
) -> None:
    with pytest.raises(SecretsError) as error:
        secrets.open_secrets(tmp_path, passphrase=lambda _new: weak).set("a", VALUE)
    assert code_of(error) == "passphrase_weak" and weak not in str(error.value)
    assert not (tmp_path / secrets.FILE).exists()


def test_a_short_passphrase_that_was_chosen_before_still_opens_its_file_and_keeps_more(
    tmp_path: Path, no_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(secret_files, "check_new", lambda _passphrase: None)
        secrets.open_secrets(tmp_path, passphrase=lambda _new: "abc").set("a", VALUE)
    kept = secrets.open_secrets(tmp_path, passphrase=lambda _new: "abc")
    assert kept.get("a") == VALUE
    kept.set("b", VALUE)
    assert secrets.open_secrets(tmp_path, passphrase=lambda _new: "abc").get("b") == VALUE


@given(st.text())
def test_length_in_nfc_and_different_characters_are_all_that_a_new_passphrase_needs(said: str) -> None:
    composed = normalize("NFC", said)
    enough = len(composed) >= passphrases.LEAST and len(set(composed)) >= passphrases.LEAST_DIFFERENT
    try:
        passphrases.check_new(said)
    except SecretsError:
        assert not enough
    else:
        assert enough


def test_the_passphrase_of_a_profile_is_not_dropped_for_a_bare_file(tmp_path: Path, no_keyring: None) -> None:
    secrets.open_secrets(tmp_path, passphrase=lambda _new: RIGHT).set("a", VALUE)
    kept = secrets.open_secrets(tmp_path, insecure_key_file=True, passphrase=lambda _new: RIGHT)
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
    for name, options in (("bare", {"insecure_key_file": True}), ("sealed", {"passphrase": lambda _new: RIGHT})):
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
            kept = secrets.open_secrets(tmp_path, passphrase=lambda _new: RIGHT)
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
    secrets.open_secrets(tmp_path, passphrase=lambda _new: RIGHT).set("a", VALUE)
    noted = json.loads((tmp_path / secrets.FILE).read_bytes())
    noted[changed] = ("B" if noted[changed][0] == "A" else "A") + noted[changed][1:]
    (tmp_path / secrets.FILE).write_text(json.dumps(noted))
    with pytest.raises(SecretsError):
        secrets.open_secrets(tmp_path, passphrase=lambda _new: RIGHT).get("a")


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
