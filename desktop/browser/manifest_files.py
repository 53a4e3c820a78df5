"""Files of a browser and ours beside them: read with a limit, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from pathlib import Path
from typing import Literal

MAX_MANIFEST = 64 * 1024  # bytes


def kind_of(path: Path) -> Literal["", "file", "folder", "other"]:
    """What is at a path; "" where nothing is, or where this user may not look. `Path.exists` raises there."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # the second of a path with a NUL
        return ""
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def value_of(path: Path) -> object:
    """A JSON file's value; None where there is no file, "" where it holds something else."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MANIFEST + 1)
    except FileNotFoundError:
        return None
    except OSError:
        return ""
    if len(data) > MAX_MANIFEST:
        return ""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return ""


def put(path: Path, text: str, mode: int) -> bool:
    """Have a file hold this text with this mode, whole or not at all; whether it was another one before.

    Paths in the text are written as the file system has them, also where that is no UTF-8.
    """
    data = text.encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        if path.read_bytes() == data and path.stat().st_mode & 0o777 == mode:
            return False
    if path.is_dir():  # it would be told of the file beside it
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(path.name + ".new")
    made.write_bytes(data)
    made.chmod(mode)
    made.replace(path)
    return True
