"""One window a profile: a second start hands what it was asked for to the first, which comes to the front, and ends.

The profile's lock decides who is first; this only carries the wish. The window listens beside the socket for browsers,
in a folder of this user's alone, and a later start says nothing to a process of another user: what that answers would
keep the window from ever being opened. What comes there is one line, `show` or a wish; what is neither does nothing. A
wish is answered by `seen`, one of another version by `what`. A window of before there were wishes answers `show` alone.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.browser.own_socket import is_ours, prepared_path
from desktop.flow.start_wish import MAX_BYTES, NOTHING, NotUnderstoodError, StartWish, from_line, to_line

Heard = Literal["nobody", "shown", "done", "not understood"]

SHOW = b"show\n"
SEEN = b"seen\n"
WHAT = b"what\n"
REACHED_MS = 500
ANSWER_MS = 10_000  # a window that is being opened, or busy, answers late
TURN_MS = 200  # in Qt's hands at a time: Ctrl+C is heard between two turns

_log = logging.getLogger(__name__)


def hand_over(profile: Path, wish: StartWish) -> Heard:
    """Ask the window that has this profile to show itself and do what is wished; "nobody" where none has answered in
    time.
    """
    until = QDeadlineTimer(ANSWER_MS)
    if not wish:
        return "shown" if _ask(profile, SHOW, until) == SEEN else "nobody"
    answer = _ask(profile, to_line(wish), until)
    if answer == SEEN:
        return "done"
    if answer == WHAT:
        return "not understood"
    if until.hasExpired():
        return "nobody"
    return "not understood" if _ask(profile, SHOW, until) == SEEN else "nobody"


def _ask(profile: Path, line: bytes, until: QDeadlineTimer) -> bytes:
    """Say a line; the answer, b"" where there is none until then."""
    try:
        path = _path(profile)
    except OSError:  # nobody's folder yet, or one that others can enter
        return b""
    socket = QLocalSocket()
    socket.connectToServer(path)
    if not socket.waitForConnected(REACHED_MS) or not _is_ours(socket):
        return b""
    socket.write(line)
    socket.flush()
    while not (socket.waitForReadyRead(TURN_MS) or until.hasExpired()):
        if socket.state() != QLocalSocket.LocalSocketState.ConnectedState:
            break
    return bytes(socket.read(len(SEEN)).data())


class OneWindow(QObject):
    """Listens for later starts; to be made by whoever holds the profile's lock."""

    asked = Signal(object)  # StartWish: to show the window, and do that
    not_understood = Signal()  # to show the window, and say so

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        try:
            path = _path(profile)
        except OSError as error:
            _log.warning("later starts cannot reach this window: %s", error)
            return
        QLocalServer.removeServer(path)  # of a process that was killed: the lock is ours, so nobody listens there
        self._server.listen(path)

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


if sys.platform == "win32":  # a pipe lies in no folder, and whose it is was never asked there

    def _path(profile: Path) -> str:
        return f"preceptor-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:24]}"

    def _is_ours(_socket: QLocalSocket) -> bool:
        return True

else:
    _is_ours = is_ours

    def _path(profile: Path) -> str:
        """Where the window of this profile listens; raises OSError where that is no place of this user's alone."""
        return prepared_path(profile, "window")
