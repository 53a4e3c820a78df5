"""Carries frames between the browser, which starts this program, and the window that has the profile.

    python -I -S host.py PROFILE STARTER ORIGIN

PROFILE is the trainer's data folder, STARTER the program that opens its window; both are written into the launcher by
`preceptor browser install`. ORIGIN is what the browser adds: `chrome-extension://` + id + `/`.

A frame is a length, 32 bits, least byte first, and so many bytes of JSON, on both sides. Frames are carried unread:
what is in them is between the extension and the window (docs/bridge-protocol.md). The first frame to the window is
the host's own and says whose extension this is. Where no window listens the host stays, says so, and looks again at
each frame that comes; of those it reads one, the wish to have the window opened.

Must not know anything but the standard library, import little (it starts in a few hundredths of a second), print
nothing, and keep nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
import sys
import threading
import time

TO_WINDOW = 8 * 1024 * 1024  # bytes of a frame at most; a capture has 768 KiB
TO_BROWSER = 512 * 1024  # browsers take 1 MiB
PIECE = 64 * 1024
SOCKET_PATH_MAX = 107  # bytes that Linux takes; macOS takes 103
OPENING_S = 30.0  # so long a window may take to open
LOOK_EVERY_S = 0.1
VERSION = 1
LOOK = "--look"  # after ORIGIN: no browser is here, only somebody who tries whether one would reach the window
START = b'{"t":"start"}'  # the one frame that the host takes itself, while no window listens

LENGTH = struct.Struct("<I")


class Refused(Exception):  # noqa: N818  - a reason, in the words of the protocol's table
    """The socket or its folder is not safe to use; the text is the code that the extension is told."""


class TooLarge(Exception):  # noqa: N818
    """A frame longer than its way allows, told by its length: nothing of its `length` bytes was read."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


# ------------------------------------------------------------------------------------------- where the window listens


def socket_path(profile: str, environment: dict[str, str] | None = None, *, whom: str = "browser") -> str:
    """Where the window of this profile listens: in this user's runtime folder, or in the profile where there is none.

    `whom` it hears there. Raises Refused where the path is longer than a socket's may be.
    """
    runtime = (os.environ if environment is None else environment).get("XDG_RUNTIME_DIR", "")
    if runtime and os.path.isabs(runtime):
        import hashlib

        name = hashlib.sha256(os.path.realpath(profile).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        path = os.path.join(runtime, "preceptor", f"{name}.{whom}")
    else:
        path = os.path.join(os.path.realpath(profile), "run", whom)
    if len(os.fsencode(path)) > SOCKET_PATH_MAX:
        raise Refused("socket_path_too_long")
    return path


def check_folder(path: str) -> None:
    """Raise Refused unless the socket's folder is this user's own and closed to all others."""
    found = os.lstat(os.path.dirname(path))
    if not stat.S_ISDIR(found.st_mode):
        raise Refused("folder_is_none")
    if found.st_uid != os.getuid():
        raise Refused("folder_owner")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise Refused("folder_mode")


def check_peer(connected: socket.socket) -> None:
    """Raise Refused unless the process at the other end is this user's."""
    if sys.platform == "linux":
        uid = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    else:  # macOS: LOCAL_PEERCRED of SOL_LOCAL gives a struct xucred: version, uid, groups
        uid = struct.unpack("2I", connected.getsockopt(0, 1, 8))[1]
    if uid != os.getuid():
        raise Refused("peer_owner")


# ------------------------------------------------------------------------------------------------------------- frames


def framed(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body


class Pipe:
    """One end of the way: whole frames from a file descriptor, and to one, by one thread each."""

    def __init__(self, read_fd: int, write_fd: int, most: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._most = most
        self._writing = threading.Lock()

    def read(self) -> bytes | None:
        """The next frame's body; None at the end, also in the midst of a frame. Raises TooLarge."""
        head = self._exactly(LENGTH.size)
        if head is None:
            return None
        (length,) = LENGTH.unpack(head)
        if length > self._most:
            raise TooLarge(length)
        return self._exactly(length)

    def skip(self, length: int) -> None:
        """Read so many bytes and keep none of them, or fewer where it ends."""
        while length and (piece := os.read(self._read_fd, min(length, PIECE))):
            length -= len(piece)

    def write(self, body: bytes) -> None:
        """Write one frame whole; raises OSError where nobody reads any more."""
        rest = memoryview(framed(body))
        with self._writing:
            while rest:
                rest = rest[os.write(self._write_fd, rest) :]

    def _exactly(self, length: int) -> bytes | None:
        pieces = bytearray()
        while len(pieces) < length:
            piece = os.read(self._read_fd, min(length - len(pieces), PIECE))
            if not piece:
                return None
            pieces += piece
        return bytes(pieces)


# ----------------------------------------------------------------------------------------------------------- the host


class Host:
    """Between one browser and the window, until the browser closes its end."""

    def __init__(self, profile: str, starter: str, origin: str, browser: Pipe, *, only_looks: bool = False) -> None:
        self._profile = profile
        self._only_looks = only_looks
        self._starter = starter
        self._origin = origin
        self._browser = browser
        self._window: socket.socket | None = None

    def run(self) -> None:
        self._report(self._connect())
        while True:
            try:
                frame = self._browser.read()
            except TooLarge as large:
                self._tell(f'{{"t":"error","code":"too_large","most":{TO_WINDOW}}}')
                self._browser.skip(large.length)
                continue
            if frame is None:
                break
            self._carry(frame)
        window = self._window
        if window is not None:
            window.shutdown(socket.SHUT_RDWR)

    def _carry(self, frame: bytes) -> None:
        """Take one frame of the browser to the window, or say that none listens; then the frame is left out.

        What was said to a window that ended means nothing to the next one, so the frame that finds it is left out too.
        """
        window = self._window
        if frame == START:
            if window is None:
                self._report(self._open_window())
            else:
                self._say("running")
        elif window is None:
            self._report(self._connect())
        else:
            with contextlib.suppress(OSError):  # the thread that listens sees the end too, and says so
                Pipe(-1, window.fileno(), TO_WINDOW).write(frame)

    def _connect(self) -> str:
        """Reach the window; how that went, in a word. That it runs is said at once, before anything that it says."""
        try:
            path = socket_path(self._profile)
            check_folder(path)
            window = socket.socket(socket.AF_UNIX)
        except Refused as refused:
            return str(refused)
        except OSError:
            return "not_running"
        try:
            window.connect(path)
            check_peer(window)
            ends = Pipe(window.fileno(), window.fileno(), TO_BROWSER)
            ends.write(self._introduction())
        except Refused as refused:
            window.close()
            return str(refused)
        except OSError:
            window.close()
            return "not_running"
        self._window = window
        self._say("running")
        threading.Thread(target=self._listen, args=(window, ends), daemon=True).start()
        return "running"

    def _listen(self, window: socket.socket, ends: Pipe) -> None:
        """Carry what the window says, until it ends or says too much."""
        try:
            while (frame := ends.read()) is not None:
                self._browser.write(frame)
        except TooLarge as large:
            with contextlib.suppress(OSError):
                ends.skip(large.length)
        except OSError:
            pass
        self._window = None  # a new one is looked for only now
        window.close()
        self._say("not_running")

    def _open_window(self) -> str:
        import subprocess

        try:
            subprocess.Popen(  # the program that the launcher names
                [self._starter, "--profile", self._profile, "open"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return "not_found"
        end = time.monotonic() + OPENING_S
        while (standing := self._connect()) == "not_running" and time.monotonic() < end:
            time.sleep(LOOK_EVERY_S)
        return standing

    def _introduction(self) -> bytes:
        import json

        own = {
            "host": VERSION,
            "origin": self._origin,
            "pid": os.getpid(),
            "version": ".".join(map(str, sys.version_info[:2])),
        }
        if self._only_looks:
            own["look"] = True
        return json.dumps(own, separators=(",", ":")).encode("ascii")

    def _report(self, standing: str) -> None:
        """Say how reaching the window went, but for what was said already."""
        if standing != "running":
            self._say(standing)

    def _say(self, standing: str) -> None:
        self._tell(f'{{"t":"status","desktop":"{standing}"}}')

    def _tell(self, line: str) -> None:
        try:
            self._browser.write(line.encode("ascii"))
        except OSError:
            os._exit(0)  # the browser is gone; a thread must not end the program by an exception


def main(arguments: list[str]) -> int:
    if len(arguments) < 3:
        return 2
    profile, starter, origin = arguments[:3]
    Host(profile, starter, origin, Pipe(0, 1, TO_WINDOW), only_looks=LOOK in arguments[3:]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
