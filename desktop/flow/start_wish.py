"""What a start asks of the window: a project, a room, a file to open; and the line by which a second start says it.

The line comes from outside: it is held to its length before it is read, read strictly, and names things, no more. Must
not know Qt, nor how a line is carried, nor what is done about it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Opened = Literal["model", "shared", "receipts"]

VERSION = 1
MAX_BYTES = 32 * 1024  # the longest path of a system, written in escapes, and a name
MAX_NAME = 200
ROOMS = ("bench", "models", "records", "outbox", "inbox", "settings")
OPENED: dict[str, Opened] = {".gguf": "model", ".preceptor": "shared", ".receipts": "receipts"}  # by a file's ending


class NotUnderstoodError(Exception):
    """A wish of another version: it may well be one, and nothing here knows what for."""


@dataclass(frozen=True)
class StartWish:
    """`project` by its name or id; `file` by its whole path, with an ending that OPENED has."""

    project: str = ""
    room: str = ""
    file: Path | None = None

    @property
    def opens(self) -> Opened | None:
        """What kind of file is to be opened."""
        return None if self.file is None else OPENED.get(self.file.suffix.lower())

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = StartWish()


def first_room(left: object, wish: StartWish) -> str:
    """The room that a start shows: the one that was `left` open when the window closed, unless something is wished.

    At a first start and after a crash nothing is known of one, and the bench is shown.
    """
    return left if isinstance(left, str) and left in ROOMS and not wish else "bench"


def to_line(wish: StartWish) -> bytes:
    """The wish as one line of ASCII."""
    said = {"project": wish.project, "room": wish.room, "file": str(wish.file or "")}
    named = {name: value for name, value in said.items() if value}
    return json.dumps({"preceptor": VERSION, **named}).encode("ascii") + b"\n"


def from_line(line: bytes) -> StartWish:
    """Read such a line.

    Raises ValueError for what is none at all, NotUnderstoodError for one that says what is not known here.
    """
    said = _read(line)
    if said.pop("preceptor") != VERSION or not said.keys() <= {"project", "room", "file"}:
        raise NotUnderstoodError
    if not all(isinstance(value, str) and value for value in said.values()):
        raise NotUnderstoodError
    wish = StartWish(said.get("project", ""), said.get("room", ""), Path(said["file"]) if "file" in said else None)
    if len(wish.project) > MAX_NAME or wish.room not in ("", *ROOMS):
        raise NotUnderstoodError
    if wish.file is not None and (wish.opens is None or not wish.file.is_absolute() or "\0" in said["file"]):
        raise NotUnderstoodError
    return wish


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_BYTES:
        raise ValueError("too long")
    try:
        found = json.loads(line.decode("ascii"), object_pairs_hook=_without_twins)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(found, dict) or "preceptor" not in found:
        raise ValueError("no wish")
    return found


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len(dict(pairs)):
        raise ValueError("a name stands twice")
    return dict(pairs)
