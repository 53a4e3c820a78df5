"""SHA-256 of model files: at once with progress, or in the background, one model after the other.

Must not know the catalogue; what is found is handed to whoever keeps it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from local_models.model_files.catalog_state import Digest, stamp

Progress = Callable[[int], None]
Keep = Callable[[Path, Digest], None]
STEP = 1 << 20
NICE = 10


class _Closed(Exception):  # noqa: N818 (how a digest ended, said as it is)
    """Nobody wants the digest any more."""


def digest_of(parts: tuple[Path, ...], on_progress: Progress = lambda _bytes: None) -> Digest | None:
    """The SHA-256 over a model's files, one after the other; None where one cannot be read, or changed meanwhile.

    `on_progress` hears how many bytes have been read so far.
    """
    before = stamp(parts)
    found = hashlib.sha256()
    done = 0
    try:
        for path in parts:
            with path.open("rb") as file:
                while data := file.read(STEP):
                    found.update(data)
                    done += len(data)
                    on_progress(done)
    except (OSError, ValueError):
        return None
    return Digest(before, found.hexdigest()) if before and before == stamp(parts) else None


class Digests:
    """The models whose digests are wanted; `keep` hears each one's first file and digest, on a thread of ours."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._wanted: list[tuple[Path, ...]] = []
        self._thread: threading.Thread | None = None
        self._closed = False

    def later(self, parts: tuple[Path, ...]) -> None:
        """Have these files' digest computed, unless that is under way already."""
        with self._lock:
            if self._closed or parts in self._wanted:
                return
            self._wanted.append(parts)
            if self._thread is None:
                self._thread = threading.Thread(target=self._compute_all, name="digest", daemon=True)
                self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is wanted any more; False when `timeout` seconds did not suffice."""
        thread = self._thread
        if thread is None:
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def close(self) -> None:
        """Compute no more: what is half done is given up, and `keep` is not called after this returns."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join()

    def _go_on(self, _bytes: int) -> None:
        if self._closed:
            raise _Closed

    def _compute_all(self) -> None:
        _yield_to_others()
        while True:
            with self._lock:
                if self._closed or not self._wanted:
                    self._thread = None
                    return
                parts = self._wanted[0]
            with contextlib.suppress(_Closed):
                found = digest_of(parts, self._go_on)
                if found is not None:
                    self._keep(parts[0], found)
            with self._lock:
                self._wanted.pop(0)


def _yield_to_others() -> None:
    """Have the other threads and programs go first: the model that is digested is answering at the same time."""
    if sys.platform == "linux":  # where a priority is a thread's own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
