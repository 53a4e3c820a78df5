"""The window's composition root: the only place where its parts are built and joined."""

from __future__ import annotations

import os
import secrets
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop.bridge.bench import BenchBridge
from desktop.bridge.courier import Courier
from desktop.flow.candidates import Answering, model_names
from desktop.flow.draft import PromptDraft
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence, use_language
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.bench_page import BenchPage
from desktop.views.main_window import MainWindow, Room
from desktop.views.outbox_page import OutboxPage
from desktop.views.parts import Message, dress
from desktop.views.records_page import RecordsPage
from feedback_store.errors import SecretsError, StoreError
from feedback_store.store import Change, StoredRecord
from local_models.engine import Engine

TRIES = 3  # in a row, for one press of the button; what is left waits in the outbox


class Workbench(QObject):
    """The window with its rooms over one profile; closing it keeps everything."""

    stored = Signal(object)  # Change, from the store's thread

    def __init__(self, profile: Profile, *, engine: Engine | None = None) -> None:
        super().__init__()
        self._profile = profile
        project = profile.project
        self.courier = Courier(self)
        self.bridge = BenchBridge(self)
        answering = Answering(engine, profile.catalog) if engine is not None else profile.answering
        self.session = BenchSession(
            store=profile.store,
            answering=answering,
            rubric=profile.rubric(project),
            frame=profile.frame(project),
            seed=lambda: secrets.randbelow(2**31),
            post=self.courier.post,
            listen=self.bridge.listen,
        )
        self.bridge.attach(self.session)
        models = model_names(profile.catalog)
        if not self.session.restore():
            self.session.begin_with(PromptDraft(model=models[0] if models else ""))
        self.bench = BenchPage(self.session, self.bridge, models, _presets())
        self.records = RecordsPage(profile.store, project.id)
        address = project.collector.address if project.collector else ""
        self.outbox = OutboxPage(profile.store, project.id, address)
        self.window = MainWindow(
            project.name,
            [
                Room("bench", _("Bench"), "scale", self.bench, "prompt", self._arrive_at_bench),
                Room("records", _("Records"), "archive", self.records, "records", self.records.take_focus),
                Room("outbox", _("Outbox"), "send", self.outbox, "outbox", self._arrive_at_outbox),
            ],
            {
                "Ctrl+Return": self._main_action,
                "Ctrl+S": self.bench.save,
                "Ctrl+Z": self.session.undo,
                "Ctrl+Y": self.session.redo,
                "Ctrl+Shift+Z": self.session.redo,
                "Ctrl+.": self.session.cancel,
                "Ctrl+F": self._search,
                "F6": self._next_part,
                "Shift+F6": self._previous_part,
                "?": self._show_keys,
            },
        )
        self._join()

    def show(self) -> None:
        """Show the window, the focus where work begins."""
        self.window.resize(1440, 900)
        self.window.show()
        self._arrive_at_bench()

    @Slot()
    def close(self) -> None:
        """Keep the draft and stop listening; the profile is closed by its owner."""
        self._stop_listening()
        self.bridge.stop()
        self.courier.stop()

    def _join(self) -> None:
        self.bench.place_changed.connect(self.window.show_place)
        self.records.open_asked.connect(self._on_open)
        self.records.withdraw_asked.connect(self._on_withdraw)
        self.outbox.release_asked.connect(self._on_release)
        self.outbox.hold_asked.connect(self._on_hold)
        self.outbox.send_asked.connect(self._on_send)
        self.window.closing.connect(self.close)
        self.stored.connect(self._on_stored)
        self._stop_listening = self._profile.store.on_change(self._tell_stored)
        self._count()

    def _tell_stored(self, change: Change) -> None:
        if change.kind != "drafts":
            self.courier.post(lambda: self.stored.emit(change))

    def _arrive_at_bench(self) -> None:
        if self.session.draft.answers:
            self.bench.answers.choose(self.bench.answers.current)
        else:
            self.bench.prompt.text.setFocus()

    def _arrive_at_outbox(self) -> None:
        self.outbox.look()
        self.outbox.take_focus()

    def _count(self) -> None:
        waiting = self._profile.store.outbox.to_send(self._profile.project.id)
        self.window.show_to_send(len(waiting))

    def _main_action(self) -> None:
        """Ctrl+Return: what the one filled button of the place does."""
        name = self.window.room.name
        if name == "outbox":
            self._on_send()
        elif name == "bench" and self.bench.rewriting:
            self.bench.revision.keep()
        elif name == "bench":
            self.bench.generate()

    def _search(self) -> None:
        self.window.show_named("records")

    def _next_part(self) -> None:
        self.bench.focus_next_part(1)

    def _previous_part(self) -> None:
        self.bench.focus_next_part(-1)

    def _show_keys(self) -> None:
        self.window.show_keys()

    @Slot(object)
    def _on_stored(self, change: Change) -> None:
        if change.kind in ("records", "outbox"):
            self.records.look()
            self.outbox.look()
            self._count()

    @Slot(object)
    def _on_open(self, record: StoredRecord) -> None:
        self.session.open(record)
        self.window.show_named("bench")

    @Slot(object)
    def _on_withdraw(self, record: StoredRecord) -> None:
        self._watch(self._profile.store.records.withdraw(record.id, "mistake"), self.records)

    @Slot(object)
    def _on_release(self, ids: tuple[str, ...]) -> None:
        self._watch(self._profile.store.outbox.release(ids), self.outbox)

    @Slot(object)
    def _on_hold(self, ids: tuple[str, ...]) -> None:
        self._watch(self._profile.store.outbox.hold(ids), self.outbox)

    @Slot()
    def _on_send(self) -> None:
        """Seal what is released and send it, on a thread of its own; the outbox says how it went."""
        self.outbox.show_sending(True)
        threading.Thread(target=self._send, name="sender", daemon=True).start()

    def _send(self) -> None:
        try:
            project = self._profile.project
            key = self._profile.device_key(project)
            while self._profile.store.outbox.seal(project.id, key).result() is not None:
                continue
            report = self._profile.sender().send_pending(project, tries=TRIES)
        except (StoreError, OSError) as error:
            said = Message("error", sentence(error))
        else:
            arrived = ngettext("{} delivery arrived.", "{} deliveries arrived.", report.batches).format(report.batches)
            problem = sentence(report.problem) if report.problem is not None else ""
            said = Message("warning", problem, arrived) if problem else Message("success", arrived)
        self.courier.post(lambda: self._sent(said))

    def _sent(self, said: Message) -> None:
        self.outbox.show_sending(False)
        self.outbox.look()
        self.outbox.message.show_message(said)

    def _watch(self, future: Future[Any], page: RecordsPage | OutboxPage) -> None:
        """Say on `page` what went wrong with a write, if anything did."""

        def told(done: Future[Any]) -> None:
            error = done.exception()
            if error is not None:
                text = sentence(error)
                self.courier.post(lambda: page.message.show_message(Message("error", text)))

        future.add_done_callback(told)


def _presets() -> tuple[tuple[str, str], ...]:
    """The ways of drawing answers, as they are named on screen."""
    return (("varied", _("Varied")), ("balanced", _("Balanced")), ("precise", _("Precise")))


def run(folder: Path) -> int:
    """Open the window on a profile; the exit status."""
    use_language()
    application = QApplication.instance() or QApplication(["preceptor"])
    assert isinstance(application, QApplication)
    application.setApplicationName("Preceptor")
    profile = Profile.open(folder, passphrase=_passphrase)
    try:
        appearance = Appearance(parent=application)
        dress(application, appearance.theme)
        appearance.changed.connect(lambda theme: dress(application, theme))
        workbench = Workbench(profile)
        workbench.show()
        return int(application.exec())
    finally:
        profile.close()


def _passphrase(_new: bool) -> str:
    """The passphrase of a key file, where there is no keyring: asked for on the command line, not by the window."""
    found = os.environ.get("PRECEPTOR_PASSPHRASE")
    if not found:
        raise SecretsError(
            _("No keyring can be used here. Start Preceptor with PRECEPTOR_PASSPHRASE set, or from the command line."),
            code="no_passphrase",
        )
    return found
