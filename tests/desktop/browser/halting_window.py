"""The true window, which can be halted at an arrow of a capture's way.

    python -m tests.desktop.browser.halting_window PROFILE

As window_process.py, and {"do": "halt", "at": ARROW}, where ARROW is one of FRAMES, WORDS or WRITES; it says halts
(arrow) once it looks for that, and halted (arrow) when it came. A frame or a word that is halted comes nowhere. A write
that is halted stands before its commit, or is committed and nobody was told, until {"do": "go_on"}. `release` and
`seal` have the saved judgement leave; `counts` says what there is.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from desktop.browser import desk
from desktop.flow.capturing import Capturing
from feedback_store.batches.keys import DeviceKey
from feedback_store.database import Database
from tests.desktop.browser.window_process import WindowProcess, main

# Towards the window and back, in the order in which they go (docs/bridge-protocol.md).
PAIRING = ("introduction", "hello", "hello back", "reveal", "auth back", "auth", "data back")
RESUMING = ("introduction", "hello", "hello back", "auth back", "auth")
FRAMES = frozenset({*PAIRING, *RESUMING})
# Words of a session: questions, and what becomes of an asking.
QUESTIONS = ("status", "rubric.get", "queue.summary", "page.find")
ASKED = ("candidates.ask", "candidates.delta", "candidates.answer", "candidates.done")
WORDS = frozenset({*QUESTIONS, *ASKED})
# Whose write it is, and whether it is committed when it halts.
WRITES = {
    "capture": ("Inbox.put.", False),
    "acknowledgement": ("Inbox.put.", True),
    "verdict": ("Inbox.put_verdict.", False),
    "verdict's acknowledgement": ("Inbox.put_verdict.", True),
    "accept": ("Inbox.take.", False),
    "accepted": ("Inbox.take.", True),
    "save": ("SavedRecords.save.", False),
    "saved": ("SavedRecords.save.", True),
    "release": ("Outbox.release.", False),
    "released": ("Outbox.release.", True),
    "seal": ("Outbox.seal.", False),
    "sealed": ("Outbox.seal.", True),
}


class HaltingWindow(WindowProcess):
    def __init__(self, folder: Path) -> None:
        self._arrow = ""
        self._saying = threading.Lock()  # that it halts is said before that it has halted
        self._goes_on = threading.Event()
        self._halt_frames()
        self._halt_words()
        self._halt_writes()
        super().__init__(folder)

    def _halt_frames(self) -> None:
        take, send = desk._Connection._take, desk._Connection.send

        def taking(connection: desk._Connection, frame: bytes) -> None:
            if not self._is_at(_kind(frame) if connection.end is not None else "introduction"):
                take(connection, frame)

        def sending(connection: desk._Connection, frame: bytes) -> None:
            if not self._is_at(f"{_kind(frame)} back"):
                send(connection, frame)

        desk._Connection._take = taking  # type: ignore[method-assign]
        desk._Connection.send = sending  # type: ignore[method-assign]

    def _halt_words(self) -> None:
        take, say = Capturing.take, desk.BrowserDesk.say
        silent: set[int] = set()

        def taking(capturing: Capturing, connection: int, pairing: str, message: bytes) -> None:
            if not self._is_at(_kind(message)):
                take(capturing, connection, pairing, message)

        def saying(made: desk.BrowserDesk, connection: int, message: bytes) -> None:
            if _kind(message) not in QUESTIONS and self._is_at(
                _kind(message)
            ):  # an answer may be named as its question
                silent.add(connection)  # nor does what would follow come
            if connection not in silent:
                say(made, connection, message)

        Capturing.take = taking  # type: ignore[method-assign]
        desk.BrowserDesk.say = saying  # type: ignore[method-assign]

    def _halt_writes(self) -> None:
        write = Database.write

        def writing(
            database: Database, job: Callable[[sqlite3.Connection], Any], *, then: Callable[[Any], None] | None = None
        ) -> Future[Any]:
            whose, committed = WRITES.get(self._arrow, ("", False))
            if not whose or not job.__qualname__.startswith(whose):
                return write(database, job, then=then)
            arrow, self._arrow = self._arrow, ""

            def held(connection: sqlite3.Connection) -> Any:
                result = job(connection)
                if not committed:
                    self._wait(arrow)
                return result

            def told(result: Any) -> None:
                if committed:
                    self._wait(arrow)
                if then is not None:
                    then(result)

            return write(database, held, then=told)

        Database.write = writing  # type: ignore[method-assign, assignment]

    def _is_at(self, arrow: str) -> bool:
        """Whether this frame is the one that is halted."""
        with self._saying:
            if not arrow or arrow != self._arrow:
                return False
            self._arrow = ""
            self.tell(halted=arrow)
            return True

    def _wait(self, arrow: str) -> None:
        """The store's thread stands still."""
        with self._saying:
            self.tell(halted=arrow)
        self._goes_on.wait()

    def _do(self, told: dict[str, Any]) -> None:
        if told["do"] == "stop":
            super()._do(told)
            return
        store, project = self.profile.store, self.profile.project.id
        match told["do"]:
            case "halt":
                assert told["at"] in {*FRAMES, *WORDS, *WRITES}
                self._goes_on.clear()
                with self._saying:
                    self._arrow = told["at"]
                    self.tell(halts=told["at"])
            case "go_on":
                self._arrow = ""
                self._goes_on.set()
            case "release":
                store.outbox.release([each.id for each in store.outbox.to_send(project)]).result()
                self.tell(done=True)
            case "seal":
                store.outbox.seal(project, DeviceKey.from_seed(b"k" * 32)).result()
                self.tell(done=True)
            case "counts":
                counts = {
                    "inbox": store.inbox.count(),
                    "verdicts": sum(each.verdict is not None for each in store.inbox.waiting()),
                    "drafts": len(store.drafts.list()),
                    "records": store.records.count(project),
                    "saved": store.outbox.count_unsent(project, ("saved",)),
                    "sealed": [each.count for each in store.outbox.batches(project)],
                    "browsers": len(store.browsers.list()),
                }
                self.tell(counts=counts)
            case _:
                super()._do(told)


def _kind(frame: bytes) -> str:
    found = json.loads(frame)
    return str(found.get("t", "")) if isinstance(found, dict) else ""


if __name__ == "__main__":
    main(HaltingWindow)
