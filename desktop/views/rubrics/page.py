"""Rubrics: looked at, copied, edited, kept as the project's next version; one page that any room can show.

What is not finished is kept every second and comes back. Undo, redo and keeping have the keys of the keymap here too,
also in text fields, which would undo their own typing only.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.work import Work
from desktop.flow import keymap
from desktop.flow.rubric_desk import Offer, RubricDesk
from desktop.flow.rubric_editing import RubricEditing
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.parts import Message, MessageBar
from desktop.views.parts.key_names import key_name
from desktop.views.rubrics.editor import RubricEditor
from desktop.views.rubrics.fields import NumberLine
from desktop.views.rubrics.shelf import RubricShelf
from feedback_store.rubrics import Rubric
from feedback_store.store import Project

KEEP_EVERY_MS = 1000
SUFFIX = ".json"


class RubricsPage(QWidget):
    """`kept` carries the project as it is judged from now on, or one made for a copy; `left` is the way out."""

    kept = Signal(object)  # Project
    left = Signal()

    def __init__(self, desk: RubricDesk, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rubricsPage")
        self._desk = desk
        self._work = work
        self._read: Rubric | None = None
        self._busy = False
        self.message = MessageBar()
        self.shelf = RubricShelf()
        self.editor = RubricEditor()
        for part, place in ((self.shelf, "rubrics"), (self.editor, "rubric")):
            part.setProperty("keysPlace", place)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.shelf)
        self._stack.addWidget(self.editor)
        self._soon = QTimer(self, interval=KEEP_EVERY_MS, singleShot=True)
        self._soon.timeout.connect(self.keep_begun)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message)
        column.addWidget(self._stack, 1)
        self._join()
        self._look()

    @property
    def busy(self) -> bool:
        """Whether a rubric is being taken into use."""
        return self._busy

    @property
    def editing(self) -> bool:
        """Whether a rubric is being edited, not only looked at."""
        return self._stack.currentWidget() is self.editor

    def take_focus(self) -> None:
        """The keyboard goes to the list of rubrics."""
        self.shelf.take_focus()

    @Slot()
    def keep_begun(self) -> None:
        """Keep what is not finished, now."""
        self._soon.stop()
        if self.editor.editing is not None and self.editing:
            self._desk.keep_begun(self.editor.editing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo, redo and save, from wherever the keyboard is on this page."""
        if not isinstance(event, QKeyEvent) or not self.editing:
            return False
        command = keymap.current().at("everywhere", key_name(event))
        if command not in ("undo", "redo", "save"):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut of a window takes it
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        self._do(command)
        return True

    def _join(self) -> None:
        self.shelf.edit_asked.connect(self._on_edit)
        self.shelf.copy_asked.connect(self._on_copy)
        self.shelf.use_asked.connect(self._on_use)
        self.shelf.drop_asked.connect(self._on_drop)
        self.shelf.import_asked.connect(self._on_import)
        self.shelf.export_asked.connect(self._on_export)
        self.shelf.left.connect(self.left)
        self.editor.left.connect(self._on_later)
        self.editor.changed.connect(self._on_changed)
        self.editor.kept_asked.connect(self._on_keep)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def _do(self, command: str) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, NumberLine):
            focus.settle()
        if command == "save":
            self.editor.keep_if_right()
        elif command == "undo":
            self.editor.undo()
        else:
            self.editor.redo()

    def _look(self, current: int = 0) -> None:
        self.shelf.show_offers(self._desk.offers(self._read), self._desk.locked, current)
        self._stack.setCurrentWidget(self.shelf)

    def _begin(self, editing: RubricEditing) -> None:
        self.message.clear()
        self._stack.setCurrentWidget(self.editor)
        self.editor.begin(editing, self._desk.keep_words)

    def _start(self, job: Callable[[], Project]) -> None:
        if not self._busy:
            self._busy = True
            self._soon.stop()
            self.setEnabled(False)
            self._work.start("rubric", job, self._ended)

    def _ended(self, future: Future[Project]) -> None:
        self._busy = False
        self.setEnabled(True)
        error = future.exception()
        if error is None:
            self.kept.emit(future.result())
        else:
            self.message.show_message(Message("error", sentence(error)))

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            now.installEventFilter(self)  # a second time does nothing

    @Slot()
    def _on_changed(self) -> None:
        if not self._soon.isActive():  # it is kept a second after the first change, however long somebody types
            self._soon.start()

    @Slot(object)
    def _on_edit(self, offer: Offer) -> None:
        self._begin(self._desk.resume(offer.begun) if offer.begun is not None else self._desk.edit())

    @Slot(object)
    def _on_copy(self, offer: Offer) -> None:
        self._begin(self._desk.copy(offer.rubric))

    @Slot(object)
    def _on_use(self, offer: Offer) -> None:
        self._start(lambda: self._desk.judge_by(offer.rubric))

    @Slot()
    def _on_keep(self) -> None:
        editing = self.editor.editing
        if editing is not None:
            begun = editing.begun
            self._start(lambda: self._desk.judge_by(begun.rubric, begun))

    @Slot()
    def _on_later(self) -> None:
        """Back to the list; what is not finished stands at its head."""
        editing = self.editor.editing
        self._soon.stop()
        if editing is not None:
            kept = self._desk.keep_begun(editing)
            kept.result()  # the list is read from the store next
        self._look()
        self.take_focus()

    @Slot(object)
    def _on_drop(self, offer: Offer) -> None:
        if offer.begun is not None:
            self._desk.drop_begun(offer.begun).result()
        self._look()
        self.take_focus()

    @Slot()
    def _on_import(self) -> None:
        dialog = self._file_dialog("rubricImportDialog", _("Import a rubric"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    @Slot(str)
    def _on_file(self, name: str) -> None:
        try:
            self._read = self._desk.read(Path(name))
        except Exception as error:
            self.message.show_message(Message("error", sentence(error)))
            return
        self.message.clear()
        offers = self._desk.offers(self._read)
        self._look(next(index for index, offer in enumerate(offers) if offer.group == "file"))
        self.take_focus()

    @Slot(object)
    def _on_export(self, offer: Offer) -> None:
        dialog = self._file_dialog("rubricExportDialog", _("Export the rubric as a file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.selectFile(f"{offer.rubric.id}-{offer.rubric.version}{SUFFIX}")
        dialog.fileSelected.connect(lambda name: self._write(offer, Path(name)))
        dialog.open()

    def _write(self, offer: Offer, path: Path) -> None:
        try:
            self._desk.write(offer.rubric, path)
        except OSError as error:
            self.message.show_message(Message("error", sentence(error)))
        else:
            self.message.show_message(Message("success", _("Written: {file}").format(file=path.name)))

    def _file_dialog(self, name: str, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setObjectName(name)
        dialog.setNameFilter(_("Rubrics (*{suffix})").format(suffix=SUFFIX))
        dialog.finished.connect(dialog.deleteLater)
        return dialog
