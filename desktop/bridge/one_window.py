"""One window a profile: a second start hands what it was asked for to the first, which comes to the front, and ends.

The profile's lock decides who is first; this only carries the wish. The window listens at a local socket that only this
user can reach, named by the profile's folder. What comes there is one line, `show` or a wish; what is neither does
nothing. A wish is answered by `seen`, one of another version by `what`. A window of before there were wishes answers
`show` alone.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.flow.start_wish import MAX_BYTES, NOTHING, NotUnderstoodError, StartWish, from_line, to_line

Heard = Literal["nobody", "shown", "done", "not understood"]

SHOW = b"show\n"
SEEN = b"seen\n"
WHAT = b"what\n"
WAIT_MS = 500


def hand_over(profile: Path, wish: StartWish) -> Heard:
    """Ask the window that has this profile to show itself and do what is wished; "nobody" where none answers."""
    if not wish:
        return "shown" if _ask(profile, SHOW) == SEEN else "nobody"
    answer = _ask(profile, to_line(wish))
    if answer == SEEN:
        return "done"
    if answer == WHAT:
        return "not understood"
    return "not understood" if _ask(profile, SHOW) == SEEN else "nobody"


def _ask(profile: Path, line: bytes) -> bytes:
    """Say a line; the answer, b"" where there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    if not socket.waitForConnected(WAIT_MS):
        return b""
    socket.write(line)
    socket.flush()
    socket.waitForReadyRead(WAIT_MS)
    return bytes(socket.read(len(SEEN)).data())


class OneWindow(QObject):
    """Listens for later starts; to be made by whoever holds the profile's lock."""

    asked = Signal(object)  # StartWish: to show the window, and do that
    not_understood = Signal()  # to show the window, and say so

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = _name(profile)
        QLocalServer.removeServer(name)  # of a process that was killed: the lock is ours, so nobody listens there
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(name)

    @Slot()
    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.setParent(self)
        socket.setReadBufferSize(MAX_BYTES)
        socket.readyRead.connect(self._on_said)
        socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_said(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if not socket.canReadLine() and socket.bytesAvailable() < MAX_BYTES:
            return
        answer = self._take(bytes(socket.readLine(MAX_BYTES).data()))
        if answer:
            socket.write(answer)
            socket.flush()
        socket.disconnectFromServer()

    def _take(self, line: bytes) -> bytes:
        """What is answered to a line; b"" to what is none of ours."""
        try:
            wish = NOTHING if line == SHOW else from_line(line)
        except NotUnderstoodError:
            self.not_understood.emit()
            return WHAT
        except ValueError:
            return b""
        self.asked.emit(wish)
        return SEEN


def _name(profile: Path) -> str:
    return f"preceptor-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:24]}"
