"""What the catalogue remembers: paths that the user added, folders of other apps that the user allowed, digests.

One JSON file, replaced whole. Must not know what a model is.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from local_models.errors import ModelFileError
from local_models.file_lock import lock

MAX_STATE = 16 * 1024 * 1024
LONGEST_WAIT_S = 5.0  # for another process, whose change takes milliseconds


class Digest(msgspec.Struct):
    """A file's SHA-256, and the stamp (see `stamp`) that it had then."""

    stamp: str
    sha256: str


class AllowedFolder(msgspec.Struct):
    """A folder of another app that the user said yes to: the app by its short name, and the folder."""

    app: str
    path: str


class State(msgspec.Struct):
    """Paths in the order in which they were added; digests by path."""

    version: int = 1
    paths: list[str] = []
    apps: list[AllowedFolder] = []
    digests: dict[str, Digest] = {}


class StateFile:
    """The file that keeps a State. Raises ModelFileError "cannot_keep" where it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._damaged = False  # what was there is no list of models: kept aside, not written over

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who changes the file, in this process and among others, for as long as a change takes."""
        with self._lock, contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # a folder that cannot be written to: `write` says so
                self._path.parent.mkdir(parents=True, exist_ok=True)
                path = self._path.with_name(f"{self._path.name}.lock")
                file = stack.enter_context(os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0))
                end = time.monotonic() + LONGEST_WAIT_S
                while time.monotonic() < end:
                    try:
                        lock(file)
                        break
                    except OSError:
                        time.sleep(0.01)
            yield

    def read(self) -> State:
        """What is kept; an empty State where there is none yet, or where the file is damaged."""
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(MAX_STATE), type=State)
        except (FileNotFoundError, NotADirectoryError):
            return State()
        except OSError as error:
            raise ModelFileError(
                f"The list of models cannot be read: {error.strerror or error}.",
                code="cannot_keep",
                path=str(self._path),
            ) from error
        except msgspec.DecodeError:
            self._damaged = True
            return State()

    def write(self, state: State) -> None:
        """Replace the file whole, readable by its owner only."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._damaged and self._path.exists():
                self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(state), indent=1))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            self._damaged = False
        except OSError as error:
            raise ModelFileError(
                f"The list of models cannot be kept: {error.strerror or error}. Is there room, may you write there?",
                code="cannot_keep",
                path=str(self._path),
            ) from error


def stamp(paths: tuple[Path, ...]) -> str:
    """What changes when one of these files does (size, time, inode); "" where one is missing."""
    try:
        found = [path.stat() for path in paths]
    except (OSError, ValueError):
        return ""
    return ", ".join(f"{each.st_size} {each.st_mtime_ns} {each.st_ino}" for each in found)
