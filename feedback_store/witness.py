"""What was sealed last in each chain, remembered outside of the profile: a database that was put back does not know it.

One small file a chain, in a folder that no copy of the profile brings along. It only ever says that a database is
older than what was signed here: one that is missing or cannot be read says nothing, and nobody is kept from sealing.
Must not know the database.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

_CHAIN = re.compile(r"[0-9a-f]{32}")
_LINE = re.compile(rb"([1-9][0-9]{0,15}) ([0-9a-f]{64})\n")


@dataclass(frozen=True)
class Seen:
    """The last batch of a chain that was sealed on this computer: its number, and the hash of its signed bytes."""

    seq: int
    payload_sha256: str


class Witness:
    """The chains' last batches in `folder`, which is made when first needed; None: nobody remembers."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def seen(self, chain: str) -> Seen | None:
        """What was sealed last; None where nobody knows."""
        file = self._file(chain)
        if file is None:
            return None
        try:
            with file.open("rb") as opened:
                said = _LINE.fullmatch(opened.read(100))
        except OSError:
            return None
        return Seen(int(said[1]), said[2].decode("ascii")) if said else None

    def note(self, chain: str, seq: int, payload_sha256: str) -> None:
        """Remember the last batch; on disk when this returns, or not at all, which stops nobody."""
        file, seen = self._file(chain), Seen(seq, payload_sha256)
        if file is None or self.seen(chain) == seen:
            return
        coming = file.with_suffix(".new")
        with contextlib.suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(f"{seq} {payload_sha256}\n".encode("ascii"))
                opened.flush()
                os.fsync(descriptor)
            coming.replace(file)
            _sync(file.parent)

    def _file(self, chain: str) -> Path | None:
        """Where a chain's line stands; a name that came with somebody's database is no path."""
        return self._folder / chain if self._folder is not None and _CHAIN.fullmatch(chain) else None


def _sync(folder: Path) -> None:
    """Have the folder's list of names written to disk, where there is a handle on one."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
