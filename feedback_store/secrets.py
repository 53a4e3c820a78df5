"""Where secrets are kept: the system's keyring, a file under a passphrase, or, only when spelled out, a bare file.

The only importer of keyring. A keyring is believed only if it is one of those named here and gives back what was
written; every call of it has a time limit, for a locked keyring may wait for a window that nobody sees. How a profile
keeps its secrets is noted beside them and never changes by itself: there is no silent fallback. Must not know what
the secrets are.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from feedback_store.errors import SecretsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Protection = Literal["keyring", "passphrase", "unprotected"]
AskPassphrase = Callable[[bool], str]  # True: a new one, to be confirmed

TIME_LIMIT_S = 20.0
FILE = "secrets.json"
SERVICE = "preceptor"
# Those that keep what they are given. The null backend says "ok" and keeps nothing; others write plain text.
BACKENDS = frozenset(f"keyring.backends.{name}" for name in ("SecretService", "macOS", "Windows", "kwallet"))

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**16, 8, 1  # 64 MiB and about a quarter of a second
_MAX_FILE = 1024 * 1024
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
    noted = _read(file)
    if noted is None:
        if insecure_key_file:
            return _BareFile(file)
        try:
            return _Keyring(file, _guarded(time_limit, _choose_backend), time_limit)
        except SecretsError as error:
            if error.code != "keyring_absent" or passphrase is None:
                raise
            return _PassphraseFile(file, passphrase)
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
        return _PassphraseFile(file, passphrase)
    if protection == "unprotected":
        return _BareFile(file)
    raise _damaged(file)


class _Keyring:
    """Secrets in the system's keyring; the file beside notes which one, under what id, and the names kept there."""

    protection: Protection = "keyring"

    def __init__(self, file: Path, backend: KeyringBackend, time_limit: float) -> None:
        self._file = file
        self._backend = backend
        self._time_limit = time_limit

    def get(self, name: str) -> bytes | None:
        noted = self._noted()
        if _checked(name) not in noted["names"]:
            return None
        found = _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, f"{noted['id']}/{name}"))
        if found is None:
            raise SecretsError(
                "The keyring no longer holds the key of this profile. Restore the keyring, or recover the key: "
                "preceptor keys recover",
                code="secret_lost",
                name=name,
            )
        return _from_base64(found, self._file)

    def set(self, name: str, value: bytes) -> None:
        noted = self._noted()
        account, text = f"{noted['id']}/{_checked(name)}", base64.b64encode(value).decode("ascii")
        _guarded(self._time_limit, lambda: self._backend.set_password(SERVICE, account, text))
        if _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, account)) != text:
            raise SecretsError(f"The keyring did not give back what was written to it. {_WAY_OUT}", code="keyring_lies")
        if name not in noted["names"]:
            _write(self._file, noted | {"names": sorted({*noted["names"], name})})

    def delete(self, name: str) -> None:
        noted = self._noted()
        if _checked(name) not in noted["names"]:
            return
        account = f"{noted['id']}/{name}"
        if _guarded(self._time_limit, lambda: self._backend.get_password(SERVICE, account)) is not None:
            _guarded(self._time_limit, lambda: self._backend.delete_password(SERVICE, account))
        _write(self._file, noted | {"names": [each for each in noted["names"] if each != name]})

    def _noted(self) -> dict[str, Any]:
        module = type(self._backend).__module__
        fresh = {"protection": "keyring", "backend": module, "id": secrets.token_hex(16), "names": []}
        noted = _read(self._file) or fresh
        names, ident = noted.get("names"), noted.get("id")
        if noted.get("protection") != "keyring" or not isinstance(names, list) or not isinstance(ident, str):
            raise _damaged(self._file)
        return noted


class _File(ABC):
    """Secrets in one file, read and written whole."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> bytes | None:
        return self._held().get(_checked(name))

    def set(self, name: str, value: bytes) -> None:
        self._save(self._held() | {_checked(name): value})

    def delete(self, name: str) -> None:
        held = self._held()
        if held.pop(_checked(name), None) is not None:
            self._save(held)

    @abstractmethod
    def _held(self) -> dict[str, bytes]: ...

    @abstractmethod
    def _save(self, held: dict[str, bytes]) -> None: ...


class _PassphraseFile(_File):
    """Under AES-256-GCM, with a key that scrypt makes from a passphrase; it is asked for once."""

    protection: Protection = "passphrase"

    def __init__(self, file: Path, ask: AskPassphrase) -> None:
        super().__init__(file)
        self._ask = ask
        self._salt = os.urandom(16)
        self._key: bytes | None = None

    def _held(self) -> dict[str, bytes]:
        noted = _read(self._file)
        if noted is None:
            return {}
        salt, nonce, sealed = (_from_base64(noted.get(part), self._file) for part in ("salt", "nonce", "sealed"))
        if noted.get("scrypt") != [_SCRYPT_N, _SCRYPT_R, _SCRYPT_P] or len(nonce) != 12:
            raise _damaged(self._file)
        key = self._key if self._key and salt == self._salt else _derive(self._ask(False), salt)
        try:
            opened = AESGCM(key).decrypt(nonce, sealed, salt)
        except InvalidTag as error:
            raise SecretsError(
                "The passphrase does not open the key of this profile. Try again.", code="passphrase_wrong"
            ) from error
        self._key, self._salt = key, salt
        return _secrets_in(json.loads(opened), self._file)

    def _save(self, held: dict[str, bytes]) -> None:
        self._key = self._key or _derive(self._ask(True), self._salt)
        nonce = os.urandom(12)
        sealed = AESGCM(self._key).encrypt(nonce, json.dumps(_as_text(held)).encode("ascii"), self._salt)
        texts = _as_text({"salt": self._salt, "nonce": nonce, "sealed": sealed})
        _write(self._file, {"protection": "passphrase", "scrypt": [_SCRYPT_N, _SCRYPT_R, _SCRYPT_P], **texts})


class _BareFile(_File):
    """In a file that only its owner may read, and nothing else to protect them."""

    protection: Protection = "unprotected"

    def _held(self) -> dict[str, bytes]:
        noted = _read(self._file)
        if noted is None:
            return {}
        if sys.platform != "win32" and self._file.stat().st_mode & 0o077:
            raise SecretsError(
                f"Others can read the unprotected key in {self._file}. Shut them out: chmod 600 {self._file}",
                code="key_file_open_to_others",
                path=str(self._file),
            )
        return _secrets_in(noted.get("secrets"), self._file)

    def _save(self, held: dict[str, bytes]) -> None:
        _write(self._file, {"protection": "unprotected", "secrets": _as_text(held)})


def _choose_backend() -> KeyringBackend:
    """The keyring of a new profile: the first trusted one, if it opens."""
    offered = _offered()
    trusted = next((each for each in offered if type(each).__module__ in BACKENDS), None)
    if trusted is not None:
        trusted.get_password(SERVICE, "does it open")
        return trusted
    names = ", ".join(f"{type(each).__module__}.{type(each).__name__}" for each in offered)
    if all(name == "keyring.backends.fail.Keyring" for name in names.split(", ")):
        raise SecretsError(f"There is no keyring on this machine. {_WAY_OUT}", code="keyring_absent")
    raise SecretsError(
        f"The keyring in use, {names}, does not keep secrets safely. Choose the system's own in the settings of "
        "keyring, or say --insecure-key-file.",
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
        raise SecretsError(
            f"The keyring did not answer within {time_limit:g} seconds. A question of it may wait behind another "
            "window; unlock the keyring and try again.",
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
        return SecretsError(f"No keyring could be opened here; sign in to a desktop. {_WAY_OUT}", code="keyring_absent")
    return SecretsError(
        f"The keyring failed: {type(error).__name__}. Unlock it or sign in again, and try again.",
        code="keyring_failed",
        reason=type(error).__name__,
    )


def _derive(passphrase: str, salt: bytes) -> bytes:
    if not passphrase:
        raise SecretsError("An empty passphrase protects nothing. Choose one.", code="passphrase_empty")
    kdf = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(normalize("NFC", passphrase).encode("utf-8", "surrogatepass"))


def _read(file: Path) -> dict[str, Any] | None:
    """The file's JSON object; None where there is no file."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_FILE + 1)
        value = json.loads(data) if len(data) <= _MAX_FILE else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretsError(
            f"The key file {file} cannot be read: {error.strerror}.", code="key_file_unreadable", path=str(file)
        ) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(file) from error
    if not isinstance(value, dict) or value.get("v") != 1:
        raise _damaged(file)
    return value


def _write(file: Path, value: dict[str, Any]) -> None:
    """Replace the file whole, synced, readable by its owner only."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            json.dump({"v": 1, **value}, opened)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).replace(file)
        if sys.platform != "win32":
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise SecretsError(
            f"The key file {file} cannot be written: {error.strerror}. Check the folder's permissions and free space.",
            code="key_file_unwritable",
            path=str(file),
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a secret's name: {name!r}")
    return name


def _as_text(held: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(value).decode("ascii") for name, value in held.items()}


def _secrets_in(value: object, file: Path) -> dict[str, bytes]:
    if not isinstance(value, dict):
        raise _damaged(file)
    return {str(name): _from_base64(text, file) for name, text in value.items()}


def _from_base64(text: Any, file: Path) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> SecretsError:
    return SecretsError(
        f"The key file {file} is damaged. Put back a copy of it, or recover the key: preceptor keys recover",
        code="key_file_damaged",
        path=str(file),
    )
