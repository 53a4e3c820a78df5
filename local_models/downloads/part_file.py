"""A file that is still coming: NAME.part, what is known of it beside it in NAME.part.json, and a lock.

Bytes are hashed as they are written. What is there is never overwritten by something else without being compared, so
that a server that begins anew, or lies, costs time and no data. Must not know HTTP.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from local_models.downloads.answers import DiffersError
from local_models.errors import DownloadError
from local_models.file_lock import lock
from local_models.model_files.gguf import MAGIC

if TYPE_CHECKING:
    from hashlib import _Hash

STEP = 1024 * 1024
MAX_NOTE = 64 * 1024
WORTH_KEEPING = 64 * 1024  # less than this is fetched again rather than compared

OnRead = Callable[[int], None]


class Note(msgspec.Struct, frozen=True):
    """What is known of a file that is coming. `address` has no query; `sha256` is what it must come to, if known."""

    version: int = 1
    address: str = ""
    etag: str = ""
    modified: str = ""
    total: int | None = None
    sha256: str = ""

    @property
    def validator(self) -> str:
        """What If-Range may name: an ETag that stands for the very bytes, or else the time of the last change."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class PartFile:
    """The part of `target` that has come; close it when done. `before` is the digest of the parts before this one.

    Opening hashes what is there and tells `on_read` how many bytes of it have been read.
    """

    def __init__(self, target: Path, on_read: OnRead, before: _Hash | None = None) -> None:
        self.target = target
        self.path = part_of(target)
        self.size = 0
        self._before = before
        self._on_read = on_read
        self._own = hashlib.sha256()
        self.whole: _Hash | None = None
        note = read_note(target)
        if is_unfinished(target):
            target.replace(self.path)
        self.note = note or Note()
        self._known = note is not None
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self.path, flags, 0o644), "r+b", buffering=0)
        try:
            size = os.fstat(self._file.fileno()).st_size
            self._read_in(size if size >= WORTH_KEEPING else 0)
        except BaseException:
            self._file.close()
            raise

    @property
    def sha256(self) -> str:
        """Of the bytes that are there."""
        return self._own.hexdigest()

    @property
    def resumable(self) -> bool:
        """Whether it is known what these bytes are the beginning of."""
        return self._known and self.size > 0

    def keep(self, note: Note) -> None:
        """Remember what is coming."""
        if note != self.note or not self._known:
            path = note_of(self.target)
            temporary = path.with_name(path.name + ".new")
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(note), indent=1))
            temporary.replace(path)
            self.note, self._known = note, True

    def put(self, at: int, data: bytes, *, from_start: bool) -> None:
        """Take bytes that were sent for the place `at`, which is not past the end.

        Where there are bytes already they must be the same. If they are not: DiffersError, unless the server began
        `from_start`, and so sends the whole of the other file; then what follows is written anew. Raises DownloadError
        "other_kind" where that is no model at all.
        """
        overlap = min(len(data), self.size - at)
        if overlap > 0:
            self._file.seek(at)
            there = self._file.read(overlap)
            if there != data[:overlap]:
                same = next(i for i in range(overlap) if there[i] != data[i])
                if not from_start:
                    raise DiffersError
                if at + same < len(MAGIC):
                    raise DownloadError.worded(
                        "Something that is no model is sent now in the place of {file}. What has come of it is "
                        "kept. Is this network behind a login page? Try again later.",
                        code="other_kind",
                        file=self.target.name,
                    )
                self._read_in(at + same)
                overlap = same
        rest = memoryview(data)[max(overlap, 0) :]
        if rest:
            self._file.seek(self.size)
            self._write(rest)
            self._hash(rest)

    def cut(self, size: int) -> None:
        """Drop what is past `size` bytes."""
        if self.size > size:
            self._read_in(size)

    def sync(self) -> None:
        """Have all that has come on the disk itself."""
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Give it its own name; what was not synced may be lost with the power."""
        self.close()
        self.path.replace(self.target)
        if sys.platform != "win32":
            folder = os.open(self.target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        note_of(self.target).unlink(missing_ok=True)

    def discard(self) -> None:
        """Leave nothing: these bytes were proved wrong."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        note_of(self.target).unlink(missing_ok=True)

    def close(self) -> None:
        """Keep what has come; nothing is left where nothing has."""
        if not self._file.closed:
            self._file.close()
            if self.size == 0:
                self.discard()

    def _read_in(self, size: int) -> None:
        """Keep the first `size` bytes, and hash them."""
        self._file.truncate(size)
        self._own, self.size = hashlib.sha256(), 0
        self.whole = None if self._before is None else self._before.copy()
        self._file.seek(0)
        while self.size < size:
            self._on_read(self.size)
            data = self._file.read(min(STEP, size - self.size))
            if not data:
                raise OSError(f"{self.path.name} became shorter while it was read")
            self._hash(data)

    def _hash(self, data: bytes | memoryview) -> None:
        self._own.update(data)
        if self.whole is not None:
            self.whole.update(data)
        self.size += len(data)

    def _write(self, data: memoryview) -> None:
        while data:
            data = data[self._file.write(data) :]


def is_unfinished(target: Path) -> bool:
    """Whether `target` is whole, but the program ended before it could say so; then it is a part once more."""
    note = read_note(target)
    return note is not None and not part_of(target).exists() and target.exists() and target.stat().st_size == note.total


def part_of(target: Path) -> Path:
    """Where the bytes of `target` wait until they are all there."""
    return target.with_name(target.name + ".part")


def note_of(target: Path) -> Path:
    """What is known of a part."""
    return target.with_name(target.name + ".part.json")


def read_note(target: Path) -> Note | None:
    """What is known of the part of `target`; None where nothing that can be read is."""
    try:
        with note_of(target).open("rb") as file:
            return msgspec.json.decode(file.read(MAX_NOTE), type=Note)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@contextlib.contextmanager
def held(target: Path) -> Iterator[None]:
    """Be the only one who downloads `target`. Raises DownloadError "downloading"; a kill leaves nothing locked."""
    path = target.with_name(target.name + ".part.lock")
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        try:
            lock(file)
        except OSError as error:
            file.close()
            raise DownloadError.worded(
                "{file} is being downloaded already. Wait until it has come, or stop the other download.",
                code="downloading",
                file=target.name,
            ) from error
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                break
        file.close()  # the one before removed this file between our opening and locking it
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no open file: an empty one stays, and locks nothing
            path.unlink()
        file.close()
