"""The files that hold a collector's own keys: one a project, readable by its owner alone, changed while it serves.

A change of keys writes the new one beside the old one first, so that a crash leaves both; which of them signs, the
published facts say. Must not know the storage.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.collector.facts import public_key_text
from feedback_store.errors import EnvironmentTrouble

KEYS = "keys"
NEXT = ".next"
OTHER_KEY = "key_not_published"
NO_KEY = "collector_key"
COPY_BYTES = 256  # more than a key's 64 characters with an end of line that another system made

_Stamp = tuple[int, int]
_SEED = re.compile("[0-9a-fA-F]{64}")


class KeyFiles:
    """The keys in a collector's folder; a file that was replaced is read anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, tuple[_Stamp, DeviceKey]] = {}

    def key(self, project: str) -> DeviceKey:
        """A project's signing key; raises EnvironmentTrouble."""
        stamp = self._stamp(project)
        known = self._held.get(project)
        if known is None or known[0] != stamp:
            known = self._held[project] = (stamp, read_key(self._folder, project))
        return known[1]

    def settle(self, project: str, public_key: str) -> None:
        """Finish a change of keys that was broken off after the new key (base64) was published."""
        following = read_next(self._folder, project)
        if following is not None and public_key_text(following.public_key) == public_key:
            promote(self._folder, project)
        self.key(project)

    def _stamp(self, project: str) -> _Stamp:
        try:
            found = key_path(self._folder, project).stat()
        except OSError:
            return (0, 0)  # reading it says what is wrong
        return (found.st_ino, found.st_mtime_ns)


def key_path(folder: Path, project: str) -> Path:
    """Where a project's signing key lies."""
    return folder / KEYS / f"{project}.key"


def read_key(folder: Path, project: str) -> DeviceKey:
    """A project's signing key; raises EnvironmentTrouble when its file is missing or broken."""
    return _read(key_path(folder, project))


def check_published(folder: Path, project: str, published: Callable[[], str]) -> None:
    """Raise EnvironmentTrouble (OTHER_KEY) where the key file is not of the key (base64) that the data has `published`.

    Data or keys were put back from another time: what is signed would be taken for forged.
    """
    for _twice in range(2):  # a change may be under way between two of these looks
        public_key = published()
        following = read_next(folder, project)  # published already, where a change was broken off after that
        present = read_key(folder, project)
        if public_key in [public_key_text(each.public_key) for each in (following, present) if each is not None]:
            return
    raise EnvironmentTrouble.worded(
        "The key in {path} has the fingerprint {found}, and this collector's data belongs to the key {published}: one"
        " of them was put back from another time. Trainers would take its receipts for forged. Put back the folder"
        " “keys” of the same backup; how to go on with a newer key says docs/operations.md under Restore.",
        code=OTHER_KEY,
        path=str(key_path(folder, project)),
        found=fingerprint(present.public_key),
        published=fingerprint(base64.b64decode(public_key)),
    )


def read_copy(path: Path) -> DeviceKey:
    """The key in a copy of a key file, wherever it lies; raises EnvironmentTrouble where it is none."""
    try:
        with path.open("rb") as file:
            text = file.read(COPY_BYTES + 1).decode("ascii").strip()
        if _SEED.fullmatch(text):
            return DeviceKey.from_seed(bytes.fromhex(text))
    except OSError as error:
        raise EnvironmentTrouble.worded(
            "{path} cannot be read: {why}.", code="cannot_read", path=str(path), why=error.strerror
        ) from error
    except UnicodeDecodeError:
        pass
    raise EnvironmentTrouble.worded(
        "{path} is no copy of a collector's key: it would hold 64 characters of hex and nothing else. Give a file of"
        " the collector's folder “keys”, or a copy of one.",
        code="no_key_copy",
        path=str(path),
    )


def read_next(folder: Path, project: str) -> DeviceKey | None:
    """The key that is to follow; None where no change was begun. Raises EnvironmentTrouble."""
    path = _next_path(folder, project)
    try:
        return _read(path)
    except EnvironmentTrouble as error:
        if isinstance(error.__cause__, FileNotFoundError):  # or it took its place a moment ago
            return None
        raise


def keep_key(folder: Path, project: str, key: DeviceKey) -> None:
    """Write a project's first key, once, and be sure that it is on disk."""
    _write(key_path(folder, project), key)


def keep_next(folder: Path, project: str, key: DeviceKey) -> None:
    """Write the key that is to follow; FileExistsError where a change was begun before."""
    _write(_next_path(folder, project), key)


def promote(folder: Path, project: str) -> None:
    """The key that was to follow is the project's key from now on; the one before it is gone."""
    _next_path(folder, project).replace(key_path(folder, project))
    _sync_folder(folder / KEYS)


def _next_path(folder: Path, project: str) -> Path:
    path = key_path(folder, project)
    return path.with_name(path.name + NEXT)


def _read(path: Path) -> DeviceKey:
    try:
        return DeviceKey.from_seed(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise EnvironmentTrouble(
            f"The collector's key {path} cannot be read. Restore it from your copy.", code=NO_KEY
        ) from error


def _write(path: Path, key: DeviceKey) -> None:
    """A whole file or none: a crash half-way must leave no key that cannot be read, and a full disk no part of one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    if path.exists():
        raise FileExistsError(path)
    handle = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.seed.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
