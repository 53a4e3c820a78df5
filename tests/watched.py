"""Witnesses for what a process touches: the kernel for files that Qt opens, Python for everything else, a server for
addresses that anybody asks.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IN_OPEN = 0x20  # linux/inotify.h


class Watch:
    """Tells whether anybody in this process, Qt's own C++ included, has opened a file: the kernel says so."""

    def __init__(self, path: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._queue = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._libc.inotify_add_watch(self._queue, os.fsencode(path), IN_OPEN) >= 0
        self.path = path

    @property
    def opened(self) -> bool:
        """Whether it was opened since the last time of asking."""
        try:
            return bool(os.read(self._queue, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._queue)


class Server:
    """An address on this machine that takes note of everybody who comes."""

    def __init__(self) -> None:
        self.asked = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._take, name="bait", daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.asked += 1
            connection.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


_TOUCHING = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "os.startfile",
    "os.exec",
    "os.posix_spawn",
    "webbrowser.open",
    "urllib.Request",
    "ftplib.connect",
)
_listeners: list[list[tuple[str, str]]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    """Python's audit events go here for the rest of the process; a hook cannot be taken away."""
    if _listeners and (event == "open" or event in _TOUCHING):
        _listeners[-1].append((event, str(arguments[0])))


@contextmanager
def audited() -> Iterator[list[tuple[str, str]]]:
    """What Python opens, asks and starts in the block: the event, and its first argument."""
    if not _installed:
        sys.addaudithook(_hear)
        _installed.append(True)
    heard: list[tuple[str, str]] = []
    _listeners.append(heard)
    try:
        yield heard
    finally:
        _listeners.remove(heard)


_installed: list[bool] = []
