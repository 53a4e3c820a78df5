"""Secrets in one JSON file: under a passphrase, or, only when spelled out, bare.

The file also notes how a profile keeps its secrets; with a keyring it holds nothing else. It is read within bounds,
replaced whole, and readable by its owner only. Must not know keyrings.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from feedback_store.errors import SecretsError
from feedback_store.passphrases import check_new

Protection = Literal["keyring", "passphrase", "unprotected"]
PROTECTIONS: Mapping[str, Protection] = {each: each for each in get_args(Protection)}
AskPassphrase = Callable[[bool], str]  # True: a new one, to be confirmed

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**16, 8, 1  # 64 MiB and about a quarter of a second
_MAX_FILE = 1024 * 1024


class _File(ABC):
    """Secrets in one file, read and written whole."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> bytes | None:
        return self._held().get(checked_name(name))

    def set(self, name: str, value: bytes) -> None:
        self._save(self._held() | {checked_name(name): value})

    def delete(self, name: str) -> None:
        held = self._held()
        if held.pop(checked_name(name), None) is not None:
            self._save(held)

    @abstractmethod
    def _held(self) -> dict[str, bytes]: ...

    @abstractmethod
    def _save(self, held: dict[str, bytes]) -> None: ...


class PassphraseFile(_File):
    """Under AES-256-GCM, with a key that scrypt makes from a passphrase; it is asked for once."""

    protection: Protection = "passphrase"

    def __init__(self, file: Path, ask: AskPassphrase) -> None:
        super().__init__(file)
        self._ask = ask
        self._salt = os.urandom(16)
        self._key: bytes | None = None

    def _held(self) -> dict[str, bytes]:
        noted = read_file(self._file)
        if noted is None:
            return {}
        salt, nonce, sealed = (from_base64(noted.get(part), self._file) for part in ("salt", "nonce", "sealed"))
        if noted.get("scrypt") != [_SCRYPT_N, _SCRYPT_R, _SCRYPT_P] or len(nonce) != 12:
            raise damaged(self._file)
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
        self._key = self._key or _derive(self._chosen(), self._salt)
        nonce = os.urandom(12)
        sealed = AESGCM(self._key).encrypt(nonce, json.dumps(_as_text(held)).encode("ascii"), self._salt)
        texts = _as_text({"salt": self._salt, "nonce": nonce, "sealed": sealed})
        write_file(self._file, {"protection": "passphrase", "scrypt": [_SCRYPT_N, _SCRYPT_R, _SCRYPT_P], **texts})

    def _chosen(self) -> str:
        passphrase = self._ask(True)
        check_new(passphrase)
        return passphrase


class BareFile(_File):
    """In a file that only its owner may read, and nothing else to protect them."""

    protection: Protection = "unprotected"

    def _held(self) -> dict[str, bytes]:
        noted = read_file(self._file)
        if noted is None:
            return {}
        if sys.platform != "win32" and self._file.stat().st_mode & 0o077:
            raise SecretsError.worded(
                "Others can read the unprotected key in {path}. Shut them out: chmod 600 {path}",
                code="key_file_open_to_others",
                path=str(self._file),
            )
        return _secrets_in(noted.get("secrets"), self._file)

    def _save(self, held: dict[str, bytes]) -> None:
        write_file(self._file, {"protection": "unprotected", "secrets": _as_text(held)})


def _derive(passphrase: str, salt: bytes) -> bytes:
    if not passphrase:
        raise SecretsError("An empty passphrase protects nothing. Choose one.", code="passphrase_empty")
    kdf = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(normalize("NFC", passphrase).encode("utf-8", "surrogatepass"))


def read_file(file: Path) -> dict[str, Any] | None:
    """The file's JSON object; None where there is no file. Raises SecretsError."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_FILE + 1)
        value = json.loads(data) if len(data) <= _MAX_FILE else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretsError.worded(
            "The key file {path} cannot be read: {reason}.",
            code="key_file_unreadable",
            path=str(file),
            reason=error.strerror,
        ) from error
    except (ValueError, RecursionError) as error:
        raise damaged(file) from error
    if not isinstance(value, dict) or value.get("v") != 1:
        raise damaged(file)
    return value


def write_file(file: Path, value: dict[str, Any]) -> None:
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
        raise SecretsError.worded(
            "The key file {path} cannot be written: {reason}. Check the folder's permissions and free space.",
            code="key_file_unwritable",
            path=str(file),
            reason=error.strerror,
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def checked_name(name: str) -> str:
    """`name`, if it is plain enough to be a secret's; ValueError otherwise."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a secret's name: {name!r}")
    return name


def _as_text(held: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(value).decode("ascii") for name, value in held.items()}


def _secrets_in(value: object, file: Path) -> dict[str, bytes]:
    if not isinstance(value, dict):
        raise damaged(file)
    return {str(name): from_base64(text, file) for name, text in value.items()}


def from_base64(text: Any, file: Path) -> bytes:
    """The bytes of a base64 text in `file`; raises SecretsError."""
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise damaged(file) from error


def damaged(file: Path) -> SecretsError:
    """The error for a file that does not hold what it should."""
    return SecretsError.worded(
        "The key file {path} is damaged. Put back a copy of it. {way}",
        code="key_file_damaged",
        path=str(file),
        way=start_anew(file),
    )


def start_anew(file: Path) -> str:
    """What can be done without a copy. Whoever kept the old public key can still check what the old key signed."""
    return (
        f"Without a copy, move {file.name} aside: the next command that needs a key makes a new one, and says "
        "which code to ask a team's operator for, to join its project again (preceptor project join ADDRESS CODE)."
    )
