"""Standard streams that whoever started the program had closed. Must not know any command."""

from __future__ import annotations

import os
import sys


def reopen_closed() -> None:
    """Put something in the place of each closed stream, before a file of ours takes its number.

    Then there is nothing to read, sentences vanish, and every write to standard output fails as it does on a full
    disk. Without this Python has None there, and the next file that is opened gets what is printed by libraries.
    """
    if sys.stdin is None:
        sys.stdin = open(_nothing(os.O_RDONLY), encoding="utf-8", closefd=False)  # noqa: SIM115 (open to the end)
    if sys.stdout is None:
        sys.stdout = open(_nothing(os.O_RDONLY), "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(_nothing(os.O_WRONLY), "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _nothing(how: int) -> int:
    return os.open(os.devnull, how)
