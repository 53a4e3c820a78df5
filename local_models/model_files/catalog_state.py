"""What the catalogue remembers: paths that the user added, folders of other apps that the user allowed, digests.

Must not know what a model is.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from local_models.errors import ModelFileError
from local_models.kept_file import KeptFile

MAX_STATE = 16 * 1024 * 1024


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


def state_file(path: Path) -> KeptFile[State]:
    """The file that keeps a State; raises ModelFileError "cannot_keep" where it cannot be read or written."""

    def refusal(verb: str, reason: str) -> ModelFileError:
        if verb == "read":
            return _refused("The list of models cannot be read: {reason}.", path, reason)
        return _refused(
            "The list of models cannot be kept: {reason}. Is there room, may you write there?", path, reason
        )

    return KeptFile(path, State, MAX_STATE, refusal)


def _refused(template: str, path: Path, reason: str) -> ModelFileError:
    return ModelFileError.worded(template, code="cannot_keep", path=str(path), reason=reason)


def stamp(paths: tuple[Path, ...]) -> str:
    """What changes when one of these files does (size, time, inode); "" where one is missing."""
    try:
        found = [path.stat() for path in paths]
    except (OSError, ValueError):
        return ""
    return ", ".join(f"{each.st_size} {each.st_mtime_ns} {each.st_ino}" for each in found)
