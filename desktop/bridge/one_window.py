"""One window a profile: a second start brings the first one to the front and ends.

The profile's lock decides who is first; this only carries the wish. The window listens at a local socket that only this
user can reach, named by the profile's folder; what comes there is one short line, and all it can do is show the window.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

SHOW = b"show\n"
SEEN = b"seen\n"
WAIT_MS = 500


def bring_to_front(profile: Path) -> bool:
    """Ask the window that has this profile to show itself; False where there is none, or it does not answer."""
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(SHOW)
    socket.flush()
    return socket.waitForReadyRead(WAIT_MS) and socket.read(len(SEEN)).data() == SEEN


class OneWindow(QObject):
    """Listens for later starts; to be made by whoever holds the profile's lock."""

    asked = Signal()  # to show the window

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
        socket.setReadBufferSize(len(SHOW))
        socket.readyRead.connect(self._on_asked)
        socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_asked(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if socket.bytesAvailable() < len(SHOW):
            return
        if socket.read(len(SHOW)).data() == SHOW:
            self.asked.emit()
            socket.write(SEEN)
            socket.flush()
        socket.disconnectFromServer()


def _name(profile: Path) -> str:
    return f"preceptor-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:24]}"
