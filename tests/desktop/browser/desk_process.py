"""A window's end in a process of its own: real socket, real channel, real store; a person's part is done over stdin.

    python -m tests.desktop.browser.desk_process PROFILE

One JSON object a line. It takes {"do": …}: pair, allow (code), inbox, hold, release, drop_acks (count), answer (texts,
pause), starter, accept, reopen, save, seal (record), revoke, stop; and says ready, asked, allowed, inbox, held (id),
kept (id), draft, record, done. While it holds, captures and verdicts have come and nothing is done. `answer` has a
script answer what the panel asks, `starter` the model that comes with the program, in its worker.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt, Signal, Slot

from desktop.browser.channel.pairing import Pairing, PairingTime
from desktop.browser.desk import Asked, BrowserDesk, Said
from desktop.flow import draft as drafts
from desktop.flow.candidates import Answering
from desktop.flow.capturing import Capturing, to_message
from desktop.flow.draft import Draft, PromptDraft
from desktop.flow.inbox_desk import InboxDesk
from desktop.flow.outcome import Frame, to_judgement
from desktop.flow.panel_asking import PanelAsking
from feedback_store import rubrics
from feedback_store.batches.keys import DeviceKey
from feedback_store.records import App, Versioned
from feedback_store.rubric_check import check_judgement
from feedback_store.store import Project, Store
from local_models.client import EngineClient
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.model_files.catalog import Catalog
from local_models.scripted import ScriptedEngine


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
        self._profile = profile
        self._store = Store.open(profile, app=App("preceptor", "test"))
        self._rubric = "helpsteer2"
        self._time = PairingTime()
        self._desk = BrowserDesk(profile, lambda: DeviceKey.from_seed(b"d" * 32), Kept(self._store), self._time)
        self._sessions = Capturing(
            self._store,
            lambda: rubrics.load(self._rubric),
            self._say,
            self.posted.emit,
            self._revoke,
            self._desk.end,
        )
        self._desk.ended.connect(lambda ended: self._sessions.left(ended.connection))
        self._engine: ScriptedEngine | EngineClient | None = None
        self._draft: Draft | None = None
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
        if self._holds and (b'"t":"capture.put"' in said.message or b'"t":"judge.put"' in said.message):
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
        came = sys.stdin.buffer.raw.read(65536)  # type: ignore[union-attr]
        if not came:
            QCoreApplication.quit()
            return
        *lines, self._heard = (self._heard + came).split(b"\n")
        for line in lines:
            self._do(json.loads(line))

    def _do(self, told: dict[str, Any]) -> None:
        match told["do"]:
            case "rubric":
                self._rubric = told["id"]
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
            case "answer":
                texts, pause = told["texts"], told["pause"]
                self._answer_by(ScriptedEngine(texts, pause=pause), starter=False)
            case "starter":
                self._answer_by(EngineClient(), starter=True)
            case "accept":
                self._accept()
            case "reopen":
                (waiting,) = self._store.inbox.waiting()
                InboxDesk(self._store, self._project().id).reopened(waiting)
                self.tell(done=True)
            case "save":
                self._save()
            case "seal":
                project = self._project().id
                self._store.outbox.release([told["record"]]).result()
                self._store.outbox.seal(project, DeviceKey.from_seed(b"k" * 32)).result()
                self.tell(done=True)
            case "revoke":
                for browser in self._store.browsers.list():
                    self._revoke(browser.pairing)
            case "stop":
                QCoreApplication.quit()

    def _answer_by(self, engine: ScriptedEngine | EngineClient, *, starter: bool) -> None:
        """Have the panel's askings answered."""
        self._engine = engine
        folder = self._profile / "answering"
        folder.mkdir(exist_ok=True)
        endpoints = EndpointList(folder / "endpoints.json")
        if not starter:
            endpoints.add(Endpoint("Script", "http://127.0.0.1", "Script"))
        answering = Answering(engine, Catalog(folder / "models.json", starter=starter), endpoints)
        wish = PromptDraft(max_tokens=24)

        def say(connection: int, said: dict[str, object]) -> None:
            self._say(connection, to_message(said))

        asking = PanelAsking(self._store, answering, lambda: wish, say, self.posted.emit)
        self._sessions = replace(self._sessions, asking=asking)
        self.tell(done=True)

    def _project(self) -> Project:
        return self._store.projects.current() or self._store.projects.create("Patients").result()

    def _accept(self) -> None:
        """Put the first that waits on the bench, as the inbox does; what its draft holds."""
        (waiting, *_others) = self._store.inbox.waiting()
        self._draft, taken = InboxDesk(self._store, self._project().id).take(waiting, PromptDraft())
        taken.result()
        self.tell(draft=json.loads(drafts.to_bytes(self._draft)))

    def _save(self) -> None:
        assert self._draft is not None
        rubric = rubrics.load(self._rubric)
        named = Versioned(rubric.id, rubric.version, rubric.sha256)
        record = to_judgement(self._draft, Frame(self._project().id, self._store.trainer, App("preceptor", "1"), named))
        check_judgement(record, rubric)
        self._store.records.save(record).result()
        self.tell(record=record.id)

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
        if self._acks_to_drop and (b'"capture.ack"' in message or b'"judge.ack"' in message):
            self._acks_to_drop -= 1
            self.tell(kept=json.loads(message)["id"])
            return
        self._desk.say(connection, message)

    def _revoke(self, pairing: str) -> None:
        self._store.browsers.revoke(pairing).result()
        self._desk.leave(pairing)

    def stop(self) -> None:
        self._sessions.stop()
        self._desk.stop()
        if self._engine is not None:
            self._engine.close()
        self._store.close()


if __name__ == "__main__":
    application = QCoreApplication(sys.argv[:1])
    process = DeskProcess(Path(sys.argv[1]))
    application.exec()
    process.stop()
