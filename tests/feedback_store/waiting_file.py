"""What waits for a receipt, in a file, for tests: written as window and command line write it."""

from __future__ import annotations

from pathlib import Path

from desktop.flow.delivering import in_files, write_files
from feedback_store.outbox import Outbox


def write_waiting(outbox: Outbox, project: str, file: Path) -> bytes:
    """What stands in the file then. One file holds it all: no key that signed was ended before another one was made."""
    written = write_files(outbox, in_files(outbox, project, delivered_too=False), file, replace=True)
    assert written == (file,)
    return file.read_bytes()
