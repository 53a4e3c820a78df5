"""Other programs where the window listens: one that plays the window (T4), and one that stands between (T6).

They run with this user's rights, which is as much as a program can have; the keys are all that they lack.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from desktop.browser.channel.handshake import DesktopEnd
from desktop.browser.channel.pairing import Pairing, PairingTime
from desktop.browser.native_host import host
from desktop.browser.native_host.host import Pipe
from feedback_store.batches.keys import DeviceKey
from tests.desktop.browser.kept_pairings import KeptPairings

Way = Literal["to the window", "to the browser"]
Attack = Literal["twice", "swapped", "flipped", "padding", "reflected", "earlier"]
T = TypeVar("T", bound="Listening")


class Listening:
    """Listens in the window's place until it is closed, each connection on threads of its own."""

    def __init__(self, path: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(path)
        self._listening.listen()
        self.path = Path(path)
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self: T) -> T:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connected, _ = self._listening.accept()
                self._open.append(connected)
                self._begin(connected)

    def _begin(self, connected: socket.socket) -> None:
        raise NotImplementedError

    def _on_thread(self, run: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()


class FakeWindow(Listening):
    """Knows everything that is not secret: the protocol, the pairing, and the window's public key, if it likes."""

    def __init__(self, path: str, pairing: Pairing, claimed: bytes | None) -> None:
        self._key = DeviceKey.from_seed(b"x" * 32)
        if claimed is not None:
            self._key.public_key = claimed
        self._kept = KeptPairings()
        self._kept.add(Pairing(pairing.id, pairing.origin, pairing.ext_pub, self._key.public_key))
        self.heard: list[str] = []  # the kinds of the frames that came
        super().__init__(path)

    def _begin(self, connected: socket.socket) -> None:
        self._on_thread(lambda: self._serve(connected))

    def _serve(self, connected: socket.socket) -> None:
        pipe = Pipe(connected.fileno(), connected.fileno(), host.TO_WINDOW)
        with contextlib.suppress(OSError):
            introduction = pipe.read()
            if introduction is None:
                return
            end = DesktopEnd(json.loads(introduction)["origin"], self._key, self._kept, PairingTime())
            while (frame := pipe.read()) is not None:
                self.heard.append(json.loads(frame)["t"])
                for told in end.take(frame).send:
                    pipe.write(told)


class Between(Listening):
    """Between the host and the window, which it finds under another name; carries everything, but for one attack."""

    def __init__(self, path: str) -> None:
        self._true = Path(path).rename(f"{path}.true")
        self.hellos = 0  # handshakes that were begun
        self._attack: tuple[Attack, Way] | None = None
        self._held: bytes | None = None
        self._earlier: dict[Way, bytes] = {}  # the first sealed frame of a session before
        super().__init__(path)

    def __exit__(self, *all_of_it: object) -> None:
        super().__exit__(*all_of_it)
        self._true.rename(self.path)

    def attack(self, how: Attack, way: Way) -> None:
        """Do this to what is sealed next."""
        self._held, self._attack = None, (how, way)

    @property
    def attacked(self) -> bool:
        return self._attack is None

    def _begin(self, connected: socket.socket) -> None:
        window = socket.socket(socket.AF_UNIX)
        window.connect(str(self._true))
        self._open.append(window)
        browser, there = (Pipe(each.fileno(), each.fileno(), host.TO_WINDOW) for each in (connected, window))
        self._on_thread(lambda: self._carry(browser, there, "to the window", window))
        self._on_thread(lambda: self._carry(there, browser, "to the browser", connected))

    def _carry(self, source: Pipe, target: Pipe, way: Way, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (frame := source.read()) is not None:
                self.hellos += way == "to the window" and b'"t":"hello"' in frame
                for each in self._changed(frame, way, source):
                    target.write(each)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def _changed(self, frame: bytes, way: Way, source: Pipe) -> list[bytes]:
        """What goes on in a frame's place."""
        told = json.loads(frame)
        if told.get("t") != "data":
            return [frame]
        earlier = self._earlier.get(way)
        if told["n"] == 0:
            self._earlier[way] = frame
        how, attacked = self._attack or (None, None)
        if attacked != way:
            return [frame]
        if how == "swapped" and self._held is None:
            self._held = frame
            return []
        if how == "padding" and not told["c"].endswith("="):
            return [frame]
        if how == "earlier" and (earlier is None or told["n"]):
            return [frame]
        self._attack = None
        if how == "reflected":
            source.write(frame)
            return []
        if how == "earlier" and earlier is not None:
            return [earlier]
        if how == "swapped" and self._held is not None:
            return [frame, self._held]
        if how == "twice":
            return [frame, frame]
        return [json.dumps({**told, "c": (flipped if how == "flipped" else other_padding)(told["c"])}).encode()]


def flipped(sealed: str) -> str:
    """The base64 text of bytes of which one bit is another."""
    data = bytearray(base64.b64decode(sealed))
    data[len(data) // 2] ^= 1
    return base64.b64encode(data).decode()


def other_padding(sealed: str) -> str:
    """Another text of the same bytes: the bits that padding leaves over are not zero."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    whole = sealed.rstrip("=")
    other = whole[:-1] + signs[signs.index(whole[-1]) + 1] + sealed[len(whole) :]
    assert base64.b64decode(other) == base64.b64decode(sealed)
    return other
