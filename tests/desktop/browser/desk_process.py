"""A window's end in a process of its own: real socket, real channel, real store; a person's part is done over stdin.

    python -m tests.desktop.browser.desk_process PROFILE

One JSON object a line. It takes {"do": …}: pair, allow (code), inbox, hold, release, drop_acks (count), revoke, stop;
and says ready, asked, allowed, inbox, held (id), kept (id). While it holds, captures have come and nothing is done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt, Signal, Slot

from desktop.browser.channel.pairing import Pairing, PairingTime
from desktop.browser.desk import Asked, BrowserDesk, Said
from desktop.flow.capturing import Capturing
from feedback_store import rubrics
from feedback_store.batches.keys import DeviceKey
from feedback_store.records import App
from feedback_store.store import Store


class Kept:
    """Pairings in the store's own table."""

    def __init__(self, store: Store) -> None:
        self._browsers = store.browsers

    def find(self, pairing: str) -> Pairing | None:
        found = self._browsers.find(pairing)
        return Pairing(found.pairing, found.origin, found.ext_pub, found.desk_pub) if found else None

    def add(self, pairing: Pairing) -> None:
        self._browsers.add(pairing.id, pairing.origin, pairing.ext_pub, pairing.desk_pub).result()


class DeskProcess(QObject):
    posted = Signal(object)

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self.posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self._store = Store.open(profile, app=App("preceptor", "test"))
        self._time = PairingTime()
        self._desk = BrowserDesk(profile, lambda: DeviceKey.from_seed(b"d" * 32), Kept(self._store), self._time)
        self._sessions = Capturing(
            self._store, lambda: rubrics.load("helpsteer2"), self._say, self.posted.emit, self._revoke
        )
        self._desk.said.connect(self._on_said)
        self._desk.asked.connect(self._on_asked)
        self._asked = 0
        self._holds = False
        self._held: list[Said] = []
        self._acks_to_drop = 0
        self._heard = b""
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self._on_input)
        self.tell(ready=True)

    def tell(self, **said: object) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    @Slot(object)
    def _on_posted(self, run: Callable[[], None]) -> None:
        run()

    @Slot(object)
    def _on_said(self, said: Said) -> None:
        if self._holds and b'"t":"capture.put"' in said.message:
            self._held.append(said)
            self.tell(held=json.loads(said.message)["id"])
        else:
            self._sessions.take(said.connection, said.pairing, said.message)

    @Slot(object)
    def _on_asked(self, asked: Asked) -> None:
        self._asked = asked.connection
        self.tell(asked=True, browser=asked.browser)

    @Slot()
    def _on_input(self) -> None:
        came = sys.stdin.buffer.raw.read(65536)  # type: ignore[union-attr,attr-defined]
        if not came:
            QCoreApplication.quit()
            return
        *lines, self._heard = (self._heard + came).split(b"\n")
        for line in lines:
            self._do(json.loads(line))

    def _do(self, told: dict[str, Any]) -> None:
        match told["do"]:
            case "pair":
                self._time.open()
            case "allow":
                self.tell(allowed=self._desk.allow(self._asked, told["code"]))
            case "inbox":
                self.tell(inbox=[self._shown(each.id) for each in self._store.inbox.waiting()])
            case "hold":
                self._holds = True
            case "release":
                self._holds = False
                for said in self._held:
                    self._sessions.take(said.connection, said.pairing, said.message)
                self._held.clear()
            case "drop_acks":
                self._acks_to_drop = told["count"]
            case "revoke":
                for browser in self._store.browsers.list():
                    self._revoke(browser.pairing)
            case "stop":
                QCoreApplication.quit()

    def _shown(self, capture: str) -> dict[str, object]:
        found = self._store.inbox.get(capture).capture
        return {
            "id": found.id,
            "origin": found.page.origin,
            "title": found.page.title,
            "url": found.page.url,
            "complete": found.page.complete,
            "messages": [[message.role, message.content] for message in found.messages],
            "response": found.response,
            "selectors": [type(each).__name__ for each in found.selectors],
        }

    def _say(self, connection: int, message: bytes) -> None:
        if self._acks_to_drop and b'"capture.ack"' in message:
            self._acks_to_drop -= 1
            self.tell(kept=json.loads(message)["id"])
            return
        self._desk.say(connection, message)

    def _revoke(self, pairing: str) -> None:
        self._store.browsers.revoke(pairing).result()
        self._desk.leave(pairing)

    def stop(self) -> None:
        self._desk.stop()
        self._store.close()


if __name__ == "__main__":
    application = QCoreApplication(sys.argv[:1])
    process = DeskProcess(Path(sys.argv[1]))
    application.exec()
    process.stop()
