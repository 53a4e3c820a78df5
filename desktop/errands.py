"""What takes its time beside the rooms: sending, a file, training data, and what projects.py does.

Each runs on a thread of its own and is told in the window's thread. Where a key is under a passphrase, the thread
waits for the trainer's words. Must not know which room is shown.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge.asking import PassphraseAsker, Question
from desktop.bridge.courier import Courier
from desktop.bridge.network import NetworkWatch, Standing
from desktop.bridge.work import Progress, Work
from desktop.flow import delivering, exporting, insisting, key_words, new_chains
from desktop.flow import statement as stating
from desktop.flow.delivering import How
from desktop.flow.kept_out import key_reason
from desktop.flow.sent_words import healed_text
from desktop.flow.statement import Statement
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.profile import Profile
from desktop.projects import Projects
from desktop.sending_on import SEND_ON, SendingOn
from desktop.views.errand_messages import problem_message, receipts_message, report_message, saved_message, unread
from desktop.views.export_dialog import ExportDialog, ExportWish, not_opened
from desktop.views.parts import Message, ask_for_file, ask_where_to_save
from desktop.views.passphrase_dialog import PassphraseDialog
from desktop.views.shared_reading import SharedReading
from desktop.views.statement_dialog import StatementDialog
from feedback_store.backups import Keeper
from feedback_store.batches.body import RECEIPTS, SUFFIX
from feedback_store.batches.keys import DeviceKey
from feedback_store.datasets.export import ExportResult
from feedback_store.errors import EnvironmentTrouble
from feedback_store.pairs import Rules
from feedback_store.secrets import protection_of
from feedback_store.store import Project

if TYPE_CHECKING:
    from feedback_store.delivery.by_file import ReadReceipts
    from feedback_store.delivery.send_report import SendReport
    from feedback_store.delivery.sender import Sender, SendProgress

FOLDER = "folder:"  # a way of a notice: what follows is the folder to be opened
TRIES = 3  # in a row, for one press of the button; what is left waits in the outbox


@dataclass(frozen=True)
class Sent:
    """How sending for a project went."""

    project: Project
    message: Message


class Errands(QObject):
    """One of each kind at a time. Their dialogs stand before `window`."""

    said = Signal(object)  # Message
    sent = Signal(object)  # Sent
    network_changed = Signal(str)  # Standing

    def __init__(
        self,
        profile: Profile,
        courier: Courier,
        window: QWidget,
        *,
        passphrase: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._window = window
        self._courier = courier
        self._work = Work(courier)
        self.shared = SharedReading(profile.store, self._work, window, self)
        self.shared.said.connect(self.said)
        self.projects = Projects(profile, self._work, self.unlock, window, self)
        self.projects.said.connect(self.said)
        self._made: Sender | None = None  # brings the HTTP client, which few starts need
        self._making = threading.Lock()
        self._sending: set[str] = set()  # projects, for one press of the button
        self.network: Standing = "open"
        self._watch: NetworkWatch | None = None
        self._backups = Keeper(profile.store.path, self._hear_of_backups)
        self.asker = PassphraseAsker(courier, given=passphrase, parent=self)
        self.asker.asked.connect(self._on_question)
        self._on = SendingOn(profile.store, self._work, self._sender, self._opens, self.said.emit)
        self.asker.unlocked.connect(self._on.look)
        profile.ask_passphrase_by(self.asker.ask)

    def sending(self, project: Project) -> bool:
        """Whether something is on its way for a project."""
        return project.id in self._sending

    def begin(self) -> None:
        """Make backups when they are due, and go on in the background with what was asked to be sent and could not."""
        self._backups.start()
        self._watch = NetworkWatch(parent=self)
        self._watch.changed.connect(self.take_network)
        self.take_network(self._watch.standing)
        self._on.look()

    @Slot(str)
    def take_network(self, standing: Standing) -> None:
        """Send by itself only where that costs nothing; what somebody asks for goes anyway."""
        with self._making:
            self.network = standing
            if self._made is not None:
                self._made.rest(standing != "open")
        self.network_changed.emit(standing)

    def send(self, project: Project, how: How = "now") -> None:
        """Sign what is released and send it, or as `how` says."""
        if project.id in self._sending:
            return
        self._sending.add(project.id)
        self._work.start("sending", lambda: self._send(project, how), lambda done: self._sent(project, how, done))

    def save_file(self, project: Project) -> None:
        """Ask for a file, sign what is released, and write a project's deliveries there: for a team what waits."""
        title = delivering.file_title(self._profile.store.outbox, project)
        kind = _("Deliveries (*{suffix})").format(suffix=SUFFIX)
        file = Path.home() / (exporting.folder_name(project, "deliveries") + SUFFIX)
        ask_where_to_save(self._window, "saveFileDialog", title, kind, file, partial(self._save, project))

    def read_receipts(self) -> None:
        """Ask for a file of receipts, and mark as delivered what they prove, in whichever project."""
        filters = (_("Receipts (*{suffix})").format(suffix=RECEIPTS), _("All files (*)"))
        ask_for_file(self._window, "receiptsDialog", _("Read receipts"), filters, self.take_receipts)

    def take_receipts(self, file: Path) -> None:
        """Read a file of receipts."""
        self._work.start("receipts", lambda: delivering.read_answers(self._profile.store, file), self._receipts_read)

    def state_work(self, project: Project) -> None:
        """Show what was delivered in a project, to be saved as a statement of work."""
        store = self._profile.store
        self._work.start("statement", lambda: stating.make(store, project), self._stated)

    def export(self, project: Project) -> None:
        """Ask for a format and a folder, and write a project's judgements there."""
        store = self._profile.store

        def export(wish: ExportWish, progress: Progress) -> ExportResult:
            rules = Rules(axis=wish.verdict, without_assisted=wish.without_assisted)
            options = exporting.options_for(store, project, rules)
            return exporting.export_project(
                store,
                project,
                wish.form,
                wish.folder,
                options,
                replace_earlier=wish.replace,
                on_read=progress.tell,
            )

        verdicts = exporting.verdicts_of(store, project)
        dialog = ExportDialog(self._work, export, project, verdicts, self._window)
        dialog.written.connect(self._on_exported)
        dialog.open()

    def take_way(self, way: str) -> None:
        """Do what a notice offers: show a folder in the system's program for files, or send what waits."""
        if way == SEND_ON:
            self._work.start("unlock", self.unlock, self._on_unlocked)
        elif way.startswith(FOLDER) and (said := not_opened(Path(way.removeprefix(FOLDER)))):
            self.said.emit(Message("notice", said))

    def unlock(self) -> None:
        """Have the passphrase asked for where one protects the keys, until it is right; on a thread. SecretsError."""
        self.asker.until_right(self._profile.unlock)

    def unlock_for_browsers(self, browser: str) -> None:
        """Have the browsers' key at hand; the question, also that for a new passphrase, says for which of them."""

        def made() -> None:
            self._profile.unlock()
            self._profile.channel_key()  # the first time a new passphrase is asked for only here

        self.asker.until_right(made, key_reason(browser))

    def asks_for_browsers(self) -> bool:
        """Whether a trainer would be asked for the passphrase by `unlock_for_browsers`."""
        if self.asker.is_open or self.asker.knows:
            return False
        return protection_of(self._profile.folder) == "passphrase"

    def close(self) -> None:
        """Break off what can be broken off, and wait for what may not be left alone with a closed store."""
        self.asker.stop()
        self.projects.close()
        if self._made is not None:
            self._made.stop()
        self._work.end()
        self._backups.stop()

    # On threads

    def _sender(self) -> Sender:
        """One for all that is sent from here."""
        with self._making:
            if self._made is None:
                self._made = self._profile.collectors.sender(on_progress=self._hear, wanted=self._on.wants)
                self._made.rest(self.network != "open")
            return self._made

    def _key(self, project: Project) -> tuple[DeviceKey, str]:
        """The key that signs, and what is to be said where the one before was lost."""
        self.unlock()
        lost = self._profile.collectors.lost_key(project)
        with self.asker.because(key_words.before_another_words(lost)):
            return self._profile.device_key(project), "" if lost is None else lost.words

    def _send(self, project: Project, how: How) -> tuple[SendReport, str]:
        """How it went, and what else is to be known: a key or a chain was begun anew, a withdrawal was refused."""
        (key, lost), outbox = self._key(project), self._profile.store.outbox
        if how == "again":
            outbox.send_again(project.id).result()
        if how == "look":
            outbox.recheck(project.id).result()
        sign = None if how == "look" else partial(delivering.seal_released, outbox, project.id, key)
        began = new_chains.told_of(outbox.batches(project.id), sign() if sign else [])
        send = partial(self._sender().send_pending, project, tries=TRIES)
        report, refused = insisting.send(outbox, project.id, send, sign)
        return report, " ".join(filter(None, (lost, began, refused)))

    def _opens(self) -> bool:
        """Whether the keys are at hand without a question."""
        return self.asker.knows or self.asker.is_open or self._profile.secrets.protection != "passphrase"

    def _hear(self, progress: SendProgress) -> None:
        if progress.event == "delivered":
            self._on.look_whether_over(progress.project)
        if progress.event == "delivered" and progress.project not in self._sending:
            self._courier.post(lambda: self.said.emit(Message("success", _("A delivery arrived."))))
        if progress.event == "put_back":
            self._courier.post(lambda: self.said.emit(Message("warning", healed_text())))

    def _hear_of_backups(self, error: EnvironmentTrouble) -> None:
        self._courier.post(lambda: self.said.emit(Message("warning", sentence(error), _("No backup was made."))))

    # In the window's thread

    def _save(self, project: Project, file: Path) -> None:
        outbox = self._profile.store.outbox
        self._work.start(
            "file",
            lambda: delivering.hand_over(
                outbox, project.id, lambda: self._key(project), file, waiting_first=project.collector is not None
            ),
            self._saved,
        )

    def _stated(self, future: Future[Statement]) -> None:
        error = future.exception()
        if error is not None:
            self.said.emit(Message("error", sentence(error)))
            return
        dialog = StatementDialog(future.result(), self._window)
        dialog.written.connect(lambda file: self.said.emit(Message("success", _("Written: {file}").format(file=file))))
        dialog.open()

    def _sent(self, project: Project, how: How, future: Future[tuple[SendReport, str]]) -> None:
        self._sending.discard(project.id)
        error = future.exception()
        if error is None:
            self._on.keep(project.id, waits=future.result()[0].ended == "retry")
        message = report_message(*future.result(), how) if error is None else problem_message(error)
        self.sent.emit(Sent(project, message))

    def _saved(self, future: Future[delivering.HandedOver]) -> None:
        error = future.exception()
        self.said.emit(saved_message(future.result()) if error is None else problem_message(error))

    def _receipts_read(self, future: Future[ReadReceipts]) -> None:
        error = future.exception()
        if error is not None:
            self.said.emit(Message("error", unread(error)))
        else:
            self.said.emit(receipts_message(future.result()))

    def _on_unlocked(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            self.said.emit(problem_message(error))

    @Slot(object)
    def _on_exported(self, result: ExportResult) -> None:
        ways = ((f"{FOLDER}{result.folder}", _("Open the folder")),)
        self.said.emit(Message("success", exporting.headline(result), "", ways))

    @Slot(object)
    def _on_question(self, question: Question) -> None:
        before = QApplication.activeModalWidget() or self._window
        PassphraseDialog(question, before).open()
