"""Where secrets are kept: the system's keyring, a file under a passphrase, or, only when spelled out, a bare file.

The only importer of keyring. A keyring is believed only if it is one of those named here and gives back what was
written; every call of it has a time limit, for a locked keyring may wait for a window that nobody sees. How a profile
keeps its secrets is noted beside them and never changes by itself: there is no silent fallback. Must not know what
the secrets are.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from feedback_store.errors import SecretsError
from feedback_store.secret_files import (
    PROTECTIONS,
    BareFile,
    PassphraseFile,
    Protection,
    checked_name,
    damaged,
    from_base64,
    read_file,
    start_anew,
    write_file,
)
from feedback_store.secret_files import AskPassphrase as AskPassphrase

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

TIME_LIMIT_S = 20.0
FILE = "secrets.json"
SERVICE = "preceptor"
# Those that keep what they are given. The null backend says "ok" and keeps nothing; others write plain text.
BACKENDS = frozenset(f"keyring.backends.{name}" for name in ("SecretService", "macOS", "Windows", "kwallet"))

_WAY_OUT = "Run this on a terminal, where a passphrase can be asked for, or say --insecure-key-file."

T = TypeVar("T")


class Secrets(Protocol):
    """Named secrets of one profile. Every method raises SecretsError."""

    @property
    def protection(self) -> Protection:
        """How they are kept; "unprotected" must be shown to the user."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None if it was never set here. Lost ones are an error, so that none is made anew."""

    def set(self, name: str, value: bytes) -> None:
        """Keep a secret; returning means that it was read back and is the same."""

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is forgotten already."""


def open_secrets(
    folder: Path,
    *,
    insecure_key_file: bool = False,
    passphrase: AskPassphrase | None = None,
    time_limit: float = TIME_LIMIT_S,
) -> Secrets:
    """The secrets of the profile in `folder`, kept as they have been; a new profile's in the keyring if there is one.

    `insecure_key_file` makes a new profile keep them in a bare file. `passphrase` is asked only when it is needed: by
    a profile that has one, or by a new one on a machine without a keyring. Nothing is written before the first `set`.
    """
    file = folder / FILE
    noted = read_file(file)
    if noted is None:
        if insecure_key_file:
            return BareFile(file)
        try:
            return _Keyring(file, _guarded(time_limit, _choose_backend), time_limit)
        except SecretsError as error:
            if error.code != "keyring_absent" or passphrase is None:
                raise
            return PassphraseFile(file, passphrase)
    protection = noted.get("protection")
    if protection == "keyring":
        module = str(noted.get("backend"))
        return _Keyring(file, _guarded(time_limit, lambda: _find_backend(module)), time_limit)
    if protection == "passphrase":
        if passphrase is None:
            raise SecretsError(
                "The key of this profile is under a passphrase. Run this where it can be asked for.",
                code="passphrase_needed",
            )
        return PassphraseFile(file, passphrase)
    if protection == "unprotected":
        return BareFile(file)
    raise damaged(file)


def protection_of(folder: Path) -> Protection | None:
    """How the profile in `folder` keeps its secrets; None where it has none yet. Opens nothing; raises SecretsError."""
    noted = read_file(folder / FILE)
    if noted is None:
        return None
    found = str(noted.get("protection"))
    if found not in PROTECTIONS:
        raise damaged(folder / FILE)
    return PROTECTIONS[found]


class _Keyring:
    """Secrets in the system's keyring; the file beside notes which one, under what id, and the names kept there."""

    protection: Protection = "keyring"

    def __init__(self, file: Path, backend: KeyringBackend, time_limit: float) -> None:
        self._file = file
        self._backend = backend
        self._time_limit = time_limit

    def get(self, name: str) -> bytes | None:
        noted = self._noted()
        if checked_name(name) not in noted["names"]:
            return None
        found = _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, f"{noted['id']}/{name}"))
        if found is None:
            raise SecretsError.worded(
                "The keyring no longer holds the key of this profile. Restore the keyring. {way}",
                code="secret_lost",
                name=name,
                way=start_anew(self._file),
            )
        return from_base64(found, self._file)

    def set(self, name: str, value: bytes) -> None:
        noted = self._noted()
        account, text = f"{noted['id']}/{checked_name(name)}", base64.b64encode(value).decode("ascii")
        _guarded(self._time_limit, lambda: self._backend.set_password(SERVICE, account, text))
        if _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, account)) != text:
            raise SecretsError.worded(
                "The keyring did not give back what was written to it. {way}", code="keyring_lies", way=_WAY_OUT
            )
        if name not in noted["names"]:
            write_file(self._file, noted | {"names": sorted({*noted["names"], name})})

    def delete(self, name: str) -> None:
        noted = self._noted()
        if checked_name(name) not in noted["names"]:
            return
        account = f"{noted['id']}/{name}"
        if _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, account)) is not None:
            _guarded(self._time_limit, lambda: self._backend.delete_password(SERVICE, account))
        write_file(self._file, noted | {"names": [each for each in noted["names"] if each != name]})

    def _noted(self) -> dict[str, Any]:
        module = type(self._backend).__module__
        fresh = {"protection": "keyring", "backend": module, "id": secrets.token_hex(16), "names": []}
        noted = read_file(self._file) or fresh
        names, ident = noted.get("names"), noted.get("id")
        if noted.get("protection") != "keyring" or not isinstance(names, list) or not isinstance(ident, str):
            raise damaged(self._file)
        return noted


def _choose_backend() -> KeyringBackend:
    """The keyring of a new profile: the first trusted one, if it opens."""
    offered = _offered()
    trusted = next((each for each in offered if type(each).__module__ in BACKENDS), None)
    if trusted is not None:
        trusted.get_password(SERVICE, "does it open")
        return trusted
    names = ", ".join(f"{type(each).__module__}.{type(each).__name__}" for each in offered)
    if all(name == "keyring.backends.fail.Keyring" for name in names.split(", ")):
        raise SecretsError.worded("There is no keyring on this machine. {way}", code="keyring_absent", way=_WAY_OUT)
    raise SecretsError.worded(
        "The keyring in use, {backend}, does not keep secrets safely. Choose the system's own "
        "in the settings of keyring, or say --insecure-key-file.",
        code="keyring_not_trusted",
        backend=names,
    )


def _find_backend(module: str) -> KeyringBackend:
    """The keyring that a profile has kept its secrets in, and no other."""
    found = next((each for each in _offered() if type(each).__module__ == module), None)
    if found is None or module not in BACKENDS:
        raise SecretsError(
            "The keyring that holds the key of this profile cannot be reached. Sign in to the desktop that it "
            "belongs to and try again.",
            code="keyring_unreachable",
            backend=module,
        )
    return found


def _offered() -> list[KeyringBackend]:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    return list(ChainerBackend.backends) if isinstance(chosen, ChainerBackend) else [chosen]


def _guarded(time_limit: float, ask: Callable[[], T]) -> T:
    """Ask the keyring in a thread that may be left behind; every way of failing is a SecretsError."""
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as error:  # told in the thread that asked
            failures.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(time_limit)
    if answers:
        return answers[0]
    if not failures:
        raise SecretsError.worded(
            "The keyring did not answer within {seconds:g} seconds. A question of it may wait "
            "behind another window; unlock the keyring and try again.",
            code="keyring_hangs",
            seconds=time_limit,
        )
    raise _failure(failures[0]) from failures[0]


def _failure(error: BaseException) -> SecretsError:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, SecretsError):
        return error
    if isinstance(error, KeyringLocked):
        return SecretsError("The keyring is locked. Unlock it and try again.", code="keyring_locked")
    if isinstance(error, NoKeyringError | InitError):  # InitError: there is one, but nobody has ever opened it
        return SecretsError.worded(
            "No keyring could be opened here; sign in to a desktop. {way}", code="keyring_absent", way=_WAY_OUT
        )
    return SecretsError.worded(
        "The keyring failed: {reason}. Unlock it or sign in again, and try again.",
        code="keyring_failed",
        reason=type(error).__name__,
    )
