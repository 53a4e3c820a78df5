"""Headers of model files as they were read, so that a start does not read them all again: tens of milliseconds each.

A header is known by its file's path and stamp. They lie in a file of their own beside the list of models, from which
nothing else is read: whoever loads a model reads its header anew. Without the file, or where it says what is not
understood, the models are read; losing it loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

import msgspec

from local_models.errors import ModelFileError
from local_models.model_files import architectures
from local_models.model_files.catalog_state import stamp
from local_models.model_files.gguf import ModelHeader, read_header
from local_models.model_files.split_files import parts_of

READER = 1  # to be raised when a header is read otherwise than before
MAX_FILE = 16 * 1024 * 1024
MAX_TEMPLATE = 256 * 1024  # characters; a header with a longer one is read each time
SETTLED_S = 3  # a file that was written so recently may change again within the same tick of its file system's clock


class Known(msgspec.Struct, frozen=True):
    """A header, and the stamp that its file had before it was read."""

    stamp: str
    header: ModelHeader


class _File(msgspec.Struct):
    reader: int
    headers: dict[str, Known]


def usable_header(path: Path) -> ModelHeader:
    """The header of a model that can answer here, read now; raises ModelFileError."""
    header = read_header(path)
    architectures.check(path, header)
    return header


class KnownHeaders:
    """Headers by path, kept at `file` over the end of the process. For several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._earlier: dict[str, Known] | None = None  # what the file had, read when it is first asked for
        self._found: dict[Path, tuple[str, ModelHeader | ModelFileError]] = {}
        self._kept: dict[str, Known] = {}  # as the file has it

    def of(self, path: Path) -> ModelHeader | ModelFileError:
        """The header, or what is wrong with it; read again only when the file has changed."""
        now = stamp(parts_of(path))
        found = self._found.get(path)
        if found is None or not now or found[0] != now:
            found = self._found[path] = (now, self._look(path, now))
        return found[1]

    def keep(self) -> None:
        """Write down what is known of the files that were asked for; where that cannot be, nothing is lost."""
        with self._lock:
            known = {
                str(path): Known(was, header)
                for path, (was, header) in tuple(self._found.items())
                if isinstance(header, ModelHeader) and len(header.template) <= MAX_TEMPLATE and _settled(path, was)
            }
            if known != self._kept:
                self._kept = known
                with contextlib.suppress(OSError):
                    _write(self._file, msgspec.json.encode(_File(READER, known)))

    def _look(self, path: Path, now: str) -> ModelHeader | ModelFileError:
        earlier = self._earlier_ones().get(str(path))
        try:
            if earlier is None or not now or earlier.stamp != now:
                return usable_header(path)
            architectures.check(path, earlier.header)  # what this program can run, the earlier one may not have known
            return earlier.header
        except ModelFileError as error:
            return error

    def _earlier_ones(self) -> dict[str, Known]:
        with self._lock:
            if self._earlier is None:
                self._earlier = self._kept = _read(self._file)
            return self._earlier


def _settled(path: Path, was: str) -> bool:
    """Whether the model's files have the stamp still, and were last written so long ago that another write shows."""
    parts = parts_of(path)
    try:
        latest = max(part.stat().st_mtime for part in parts)
    except (OSError, ValueError):
        return False
    return bool(was) and stamp(parts) == was and latest <= time.time() - SETTLED_S


def _read(file: Path) -> dict[str, Known]:
    try:
        with file.open("rb") as opened:
            found = msgspec.json.decode(opened.read(MAX_FILE + 1), type=_File)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found.headers if found.reader == READER else {}


def _write(file: Path, data: bytes) -> None:
    """Replace the file whole, for its owner only, in a folder that is there. It need not outlive a power cut."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
