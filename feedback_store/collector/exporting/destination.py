"""Where an export lies: a folder, or a bucket of an object storage by fsspec. Files appear whole, or not at all.

Must not know what is in the files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from feedback_store.errors import EnvironmentTrouble

# An object of these appears when it is complete. Of other places that fsspec knows nobody can say so.
OBJECT_STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory")


class Destination(Protocol):
    """Files by their names with slashes, below one place."""

    def sizes(self) -> dict[str, int]:
        """All files there, with their bytes."""

    def read(self, name: str) -> bytes | None:
        """A small file; None where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Put a small file there, in place of what is there."""

    def put(self, name: str, file: Path) -> None:
        """Move a file of this computer there."""

    def delete(self, names: Sequence[str]) -> None: ...


def open_destination(place: str) -> Destination:
    """A folder's path, or an address such as s3://bucket/path. Raises EnvironmentTrouble."""
    kind, found, rest = place.partition("://")
    if not found or kind == "file":
        return _folder(rest if found else place)
    if kind not in OBJECT_STORES:
        raise EnvironmentTrouble.worded(
            "{kind}:// is no object storage that is known here. Name a folder, or one of: {known}.",
            code="destination",
            kind=kind,
            known=", ".join(f"{each}://" for each in OBJECT_STORES[:-1]),
        )
    return Bucket(place)


def _folder(place: str) -> Folder:
    if not place.strip():
        raise EnvironmentTrouble.worded(
            "No place is named to export to. Name a folder, or an address such as s3://bucket/path.", code="destination"
        )
    path = Path(place)
    if path.is_file():
        raise EnvironmentTrouble.worded("{place} is a file. Name a folder.", code="destination", place=str(path))
    return Folder(path)


class Folder:
    """A folder of this computer, or one that is mounted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sizes(self) -> dict[str, int]:
        with _trouble(self._path):
            found = (each for each in self._path.rglob("*") if each.is_file())
            return {each.relative_to(self._path).as_posix(): each.stat().st_size for each in found}

    def read(self, name: str) -> bytes | None:
        with _trouble(self._path):
            path = self._path / name
            return path.read_bytes() if path.exists() else None

    def write(self, name: str, data: bytes) -> None:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(data)
        self.put(name, Path(file.name))

    def put(self, name: str, file: Path) -> None:
        path = self._path / name
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        with _trouble(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(file, temporary)
                with temporary.open("rb+") as opened:
                    os.fsync(opened.fileno())
                temporary.replace(path)
                _sync(path.parent)
            finally:
                temporary.unlink(missing_ok=True)
                file.unlink(missing_ok=True)

    def delete(self, names: Sequence[str]) -> None:
        with _trouble(self._path):
            for name in names:
                path = self._path / name
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    path.parent.rmdir()  # a day without a file


class Bucket:
    """An object storage. What it asks for (endpoint, credentials) stands in the environment, as its library has it."""

    def __init__(self, place: str) -> None:
        self._place = place
        with _trouble(place):
            import fsspec

            try:
                self._files: Any
                self._files, self._root = fsspec.core.url_to_fs(place.rstrip("/"), use_listings_cache=False)
            except ImportError as error:
                raise EnvironmentTrouble.worded(
                    "For {place} a package is missing: {reason}.", code="no_package", place=place, reason=error.msg
                ) from error

    def sizes(self) -> dict[str, int]:
        with _trouble(self._place):
            begins = self._root.rstrip("/") + "/"
            found = self._files.find(self._root, detail=True).items()
            return {name.removeprefix(begins): int(facts["size"]) for name, facts in found}

    def read(self, name: str) -> bytes | None:
        with _trouble(self._place):
            try:
                return bytes(self._files.cat_file(f"{self._root}/{name}"))
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        with _trouble(self._place):
            self._files.pipe_file(f"{self._root}/{name}", data)

    def put(self, name: str, file: Path) -> None:
        try:
            with _trouble(self._place):
                self._files.put_file(str(file), f"{self._root}/{name}")
        finally:
            file.unlink(missing_ok=True)

    def delete(self, names: Sequence[str]) -> None:
        with _trouble(self._place):
            for name in names:
                self._files.rm_file(f"{self._root}/{name}")


def _sync(folder: Path) -> None:
    """Be sure that a new name is on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _trouble(place: object) -> Iterator[None]:
    """Whatever a disk or a storage's library raises, as a sentence; which kinds there are, each library decides."""
    try:
        yield
    except EnvironmentTrouble:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise EnvironmentTrouble.worded(
            "{place} cannot be used: {reason}. Nothing that was exported before has changed.",
            code="destination",
            place=str(place),
            reason=reason,
        ) from error
