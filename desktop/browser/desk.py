"""The window's side of the bridge: listens for native hosts, and holds one channel a connection.

Several browsers are normal; each is answered on its own connection. Must not know what a message means: it hands on
what a session says (`said`), and takes what is to be said (`say`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.browser.browsers import browser_of
from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.handshake import DesktopEnd
from desktop.browser.channel.messages import to_frame
from desktop.browser.channel.pairing import Pairing, Pairings, PairingTime
from desktop.browser.frames import Frames, TooLarge
from desktop.browser.native_host import host
from desktop.browser.own_socket import is_ours, prepared_path
from desktop.flow.browser_refusals import Refusals
from feedback_store.batches.keys import DeviceKey

CONNECTIONS = 32  # at once; each of a browser's profiles has one
INTRODUCED_MS = 5_000  # so long a connection may take to say whose it is
MAX_INTRODUCTION = 4_096


@dataclass(frozen=True)
class Said:
    """A message of a session: which connection, whose pairing, and its bytes."""

    connection: int
    pairing: str
    message: bytes


@dataclass(frozen=True)
class Asked:
    """A browser shows its digits and waits for a person; `browser` is "" where its name cannot be told."""

    connection: int
    browser: str


@dataclass(frozen=True)
class Ended:
    """A handshake or session of a connection has ended."""

    connection: int


@dataclass(frozen=True)
class LockedOut:
    """A browser came while the key was not at hand; `browser` is "" where its name cannot be told."""

    browser: str


Word = Asked | Said | Ended | LockedOut


class BrowserDesk(QObject):
    """Listens from when it is made until `stop`; raises OSError where it cannot.

    `key` is asked for as each browser comes, and at each thing that one says until then; it raises ChannelError as long
    as it is not at hand: "locked", "passphrase", "not_pairing", "welcome".
    """

    said = Signal(object)  # Said
    asked = Signal(object)  # Asked
    ended = Signal(object)  # Ended
    locked_out = Signal(object)  # LockedOut

    def __init__(
        self,
        profile: Path,
        key: Callable[[], DeviceKey],
        pairings: Pairings,
        time: PairingTime,
        parent: QObject | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        super().__init__(parent)
        self._refusals = refusals or Refusals()
        self._key = key
        self._pairings = pairings
        self._time = time
        self._connections: dict[int, _Connection] = {}
        self._numbers = 0
        self.path = prepared_path(profile, "browser")
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(self.path)  # of a process that was killed: the profile's lock is ours
        if not self._server.listen(self.path):
            raise OSError(self._server.errorString())

    def say(self, connection: int, message: bytes) -> None:
        """Say something in a session; nothing happens where it has ended."""
        found = self._connections.get(connection)
        if found is not None and found.end is not None and found.end.pairing is not None:
            found.send(found.end.seal(message))

    def allow(self, connection: int, typed: str) -> Literal["allowed", "refused", "expired"]:
        """A person typed this for the browser of a connection."""
        found = self._connections.get(connection)
        if found is None or found.end is None or found.end.code is None:
            return "expired"
        try:
            frames = found.end.allow(typed)
        except ChannelError as error:
            self._refusals.note(error.code)
            found.send(found.end.refuse(error.code))
            self.ended.emit(Ended(connection))
            return "refused" if error.code == "refused" else "expired"
        for frame in frames:
            found.send(frame)
        self._leave_earlier(connection)
        return "allowed"

    def _leave_earlier(self, connection: int) -> None:
        """End the sessions that this browser still has by an earlier pairing, which holds no more."""
        new = self._pairing(connection)
        for number in self.sessions:
            other = self._pairing(number)
            if new and other and (other.ext_pub, other.origin) == (new.ext_pub, new.origin) and other.id != new.id:
                self.leave(other.id)

    def _pairing(self, connection: int) -> Pairing | None:
        end = self._connections[connection].end
        return end.pairing if end is not None else None

    def check(self, connection: int, typed: str) -> Literal["right", "refused", "expired"]:
        """Hold digits that a person typed against those of a connection; wrong ones end its handshake."""
        found = self._connections.get(connection)
        if found is None or found.end is None or found.end.code is None:
            return "expired"
        if found.end.is_code(typed):
            return "right"
        how = self.allow(connection, typed)
        return "refused" if how == "refused" else "expired"

    def pairing_of(self, connection: int) -> str:
        """The pairing of a connection's session, "" where it has none."""
        return self.sessions.get(connection, "")

    def refuse(self, connection: int) -> None:
        """A person does not want the browser of a connection."""
        found = self._connections.get(connection)
        if found is not None and found.end is not None and found.end.code is not None:
            self._refusals.note("refused")
            found.send(found.end.refuse())

    def leave(self, pairing: str) -> None:
        """End all sessions of a pairing that was revoked."""
        for found in list(self._connections.values()):
            if found.end is not None and found.end.pairing is not None and found.end.pairing.id == pairing:
                found.send(found.end.refuse("unknown_pairing"))

    def end(self, connection: int, code: str) -> None:
        """End the session of a connection, by a code of the channel's."""
        found = self._connections.get(connection)
        if found is not None and found.end is not None and found.end.pairing is not None:
            found.send(found.end.refuse(code))
            self.ended.emit(Ended(connection))

    def stop(self) -> None:
        """Listen no more, and close all connections."""
        self._server.close()
        for found in list(self._connections.values()):
            found.close()

    @property
    def sessions(self) -> dict[int, str]:
        """The pairing of each connection that has a session."""
        return {
            number: found.end.pairing.id
            for number, found in self._connections.items()
            if found.end is not None and found.end.pairing is not None
        }

    @Slot()
    def _on_connection(self) -> None:
        while (connected := self._server.nextPendingConnection()) is not None:
            full = len(self._connections) >= CONNECTIONS
            if full or not is_ours(connected):
                self._refusals.note("connections" if full else "peer_owner")
                connected.abort()
                connected.deleteLater()
                continue
            self._numbers += 1
            made = _Connection(self._numbers, connected, self._channel, self._refusals, self)
            self._connections[self._numbers] = made
            made.word.connect(self._on_word)
            made.closed.connect(self._on_closed)

    def _channel(self, origin: str) -> DesktopEnd:
        return DesktopEnd(origin, self._key(), self._pairings, self._time)

    @Slot(object)
    def _on_word(self, word: Word) -> None:
        if isinstance(word, Said):
            self.said.emit(word)
        elif isinstance(word, Asked):
            self.asked.emit(word)
        elif isinstance(word, LockedOut):
            self.locked_out.emit(word)
        else:
            self.ended.emit(word)

    @Slot(int)
    def _on_closed(self, number: int) -> None:
        found = self._connections.pop(number, None)
        if found is not None:
            found.deleteLater()
            self.ended.emit(Ended(number))


class _Connection(QObject):
    """One native host: its introduction, then the frames of its extension."""

    word = Signal(object)  # Word
    closed = Signal(int)

    def __init__(
        self,
        number: int,
        connected: QLocalSocket,
        channel: Callable[[str], DesktopEnd],
        refusals: Refusals,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._refusals = refusals
        self.end: DesktopEnd | None = None
        self._number = number
        self._channel = channel
        self._origin: str | None = None  # as the host has said it
        self._browser = ""
        self._frames = Frames(MAX_INTRODUCTION)
        self._socket = connected
        connected.setParent(self)
        connected.readyRead.connect(self._on_ready)
        connected.disconnected.connect(self._on_disconnected)
        self._late = QTimer(self, singleShot=True, interval=INTRODUCED_MS)
        self._late.timeout.connect(self.close)
        self._late.start()
        self._on_ready()  # what came before anybody listened

    def send(self, frame: bytes) -> None:
        if len(frame) > host.TO_BROWSER:
            raise ValueError("a frame that no host takes")
        self._socket.write(host.framed(frame))
        self._socket.flush()  # now, whatever the window has to draw before it comes to its sockets

    @Slot()
    def close(self) -> None:
        self._socket.abort()
        self._on_disconnected()

    @Slot()
    def _on_ready(self) -> None:
        try:
            for frame in self._frames.take(bytes(self._socket.readAll().data())):
                self._take(frame)
        except TooLarge:
            self._refusals.note("too_large", self._pairing)
            self.close()

    @property
    def _pairing(self) -> str:
        """Whose session this is, "" where there is none."""
        return self.end.pairing.id if self.end is not None and self.end.pairing is not None else ""

    @Slot()
    def _on_disconnected(self) -> None:
        if self.end is not None:
            self.end.close()
        self.closed.emit(self._number)

    def _take(self, frame: bytes) -> None:
        if self._origin is None:
            self._introduced(frame)
            return
        self.end = self.end or self._begun(self._origin)
        if self.end is None:
            return
        was_asking, was = self.end.code is not None, self._pairing
        taken = self.end.take(frame)
        if taken.refused:
            self._refusals.note(taken.refused, was)
        for sent in taken.send:
            self.send(sent)
        if taken.message is not None and self.end.pairing is not None:
            self.word.emit(Said(self._number, self.end.pairing.id, taken.message))
        if self.end.code is not None and not was_asking:
            self.word.emit(Asked(self._number, self._browser))
        elif (was_asking and self.end.code is None) or (was and self.end.pairing is None):
            self.word.emit(Ended(self._number))

    def _introduced(self, frame: bytes) -> None:
        """The host's first frame. Whoever cannot introduce itself is left."""
        try:
            told = json.loads(frame)
            origin, pid, version = told["origin"], told["pid"], told["host"]
        except (ValueError, TypeError, KeyError, RecursionError):
            self._unknown()
            return
        if version != host.VERSION or not isinstance(origin, str) or not isinstance(pid, int) or not origin.isascii():
            self._unknown()
            return
        self._late.stop()
        self._browser = browser_of(pid)
        self._frames = Frames(host.TO_WINDOW)
        self._origin = origin
        self.end = self._begun(origin, looks=bool(told.get("look")))

    def _begun(self, origin: str, *, looks: bool = True) -> DesktopEnd | None:
        """The channel, where there may be one now. Else why not is told and the connection stays: to its host a window
        that closes it is one that has ended.

        `looks` where it is nobody who waits: a test, or a browser that was told of already.
        """
        try:
            return self._channel(origin)
        except ChannelError as error:
            self._refusals.note(error.code)
            self.send(to_frame(error.told()))
            if error.code in ("locked", "passphrase") and not looks:
                self.word.emit(LockedOut(self._browser))
            return None

    def _unknown(self) -> None:
        self._refusals.note("introduction")
        self.close()
