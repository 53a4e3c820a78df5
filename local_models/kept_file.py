"""A value kept as one JSON file: replaced whole, changed by one program at a time, put aside where it is damaged."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from local_models.errors import EngineError
from local_models.file_lock import lock

LONGEST_WAIT_S = 5.0  # for another process, whose change takes milliseconds

T = TypeVar("T", bound=msgspec.Struct)
Verb = Literal["read", "kept"]


class KeptFile(Generic[T]):
    """The file at `path`, of at most `most` bytes; `empty` makes the value where there is none.

    `refusal` gives the error to raise where the system refuses: what could not be done, and the system's reason.
    """

    def __init__(self, path: Path, empty: type[T], most: int, refusal: Callable[[Verb, str], EngineError]) -> None:
        self._path = path
        self._empty = empty
        self._most = most
        self._refusal = refusal
        self._lock = threading.Lock()
        self._damaged = False  # what is there is no such value: put aside by the next change, not written over

    @property
    def damaged_file(self) -> Path | None:
        """The file, where it was no such value when it was read last."""
        return self._path if self._damaged else None

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

    def read(self) -> T:
        """What is kept; an empty value where there is none yet, or where the file is damaged."""
        try:
            with self._path.open("rb") as file:
                found = msgspec.json.decode(file.read(self._most), type=self._empty)
        except (FileNotFoundError, NotADirectoryError):
            return self._empty()
        except OSError as error:
            raise self._refusal("read", error.strerror or str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._damaged = True
            return self._empty()
        self._damaged = False
        return found

    def write(self, value: T) -> None:
        """Replace the file whole, readable by its owner only. Call it inside `held`, after `read`."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._damaged and self._path.exists():
                self._path.replace(self._aside())
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(value), indent=1))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            self._damaged = False
        except OSError as error:
            raise self._refusal("kept", error.strerror or str(error)) from error

    def _aside(self) -> Path:
        """A name beside the file that nothing has yet: one damage never writes over what another left."""
        names = (f"{self._path.name}.damaged{number or ''}" for number in itertools.count())
        return next(path for name in names if not (path := self._path.with_name(name)).exists())
