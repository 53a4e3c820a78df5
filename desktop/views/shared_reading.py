"""Reading a colleague's signed file of judgements: which file, what it brought, and what if another key has signed it.

Must not know which room is shown; what is said of it goes to whoever listens.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.work import Work
from desktop.flow import sharing
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.errand_messages import unread
from desktop.views.parts import HouseDialog, Message, ask_for_file, plain_label
from feedback_store.batches.body import SUFFIX
from feedback_store.errors import StoreError
from feedback_store.store import Store


class OtherKeyQuestion(HouseDialog):
    """Records of a known trainer under a key that is not known: Enter leaves them, only the other button takes them."""

    def __init__(self, error: StoreError, parent: QWidget | None = None) -> None:
        super().__init__("otherKeyQuestion", _("Is this new key theirs?"), _("They said that it is theirs"), parent)
        self.leave_by_enter(_("Take nothing"))
        self.body.addWidget(plain_label(sentence(error), wrap=True, name="otherKeys"))
        words = _("A new computer has a new key. A stranger who writes under their name has one too.")
        self.body.addWidget(plain_label(words, role="secondary", wrap=True))
        self.main.clicked.connect(self.accept)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)


class SharedReading(QObject):
    """One file at a time, read beside the window. Its dialogs stand before `window`."""

    said = Signal(object)  # Message

    def __init__(self, store: Store, work: Work, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work, self._window = store, work, window

    @Slot()
    def ask(self) -> None:
        """Ask for the file, and read it."""
        filters = (_("Judgements of a colleague (*{suffix})").format(suffix=SUFFIX), _("All files (*)"))
        ask_for_file(self._window, "sharedDialog", _("Read a colleague's judgements"), filters, self.read)

    def read(self, file: Path, *, new_key: bool = False) -> None:
        """Read a file; `new_key` if it may be signed by another key than before."""

        def read() -> sharing.Taken:
            return sharing.take(self._store, file, new_key=new_key, by_command=False)

        self._work.start("shared", read, lambda done: self._tell(file, done))

    def _tell(self, file: Path, done: Future[sharing.Taken]) -> None:
        error = done.exception()
        if error is None:
            self.said.emit(Message("success", *sharing.taken_text(done.result())))
        elif isinstance(error, StoreError) and error.code == "other_key":
            question = OtherKeyQuestion(error, self._window)
            question.accepted.connect(lambda: self.read(file, new_key=True))
            question.open()
        else:
            self.said.emit(Message("error", unread(error)))
