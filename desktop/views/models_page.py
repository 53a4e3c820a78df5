"""The models' room: a list of what is at hand and what is coming, and beside it the chosen one, or adding more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.shelf import ShelfBridge
from desktop.bridge.work import Work
from desktop.flow.models.news import News
from desktop.flow.models.rows import ActName, server_key
from desktop.flow.models.shelf import ModelShelf
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.doings import Doing, Doings, by_button, do
from desktop.views.model_adding import ModelAdding
from desktop.views.model_detail import ModelDetail
from desktop.views.model_list import COMMANDS, ModelList
from desktop.views.parts import (
    Confirmation,
    KeyButton,
    Message,
    MessageBar,
    WaitBar,
    ask_for_file,
    heading,
    in_one_line,
    pane,
    plain_label,
    split,
)
from desktop.views.server_dialog import ServerDialog

BAR_AFTER_MS = 150


class ModelsPage(QWidget):
    """Shows a shelf and passes on what is done; `use_asked` carries a model's name for the bench."""

    use_asked = Signal(str)
    place_changed = Signal(str)  # whose keys the status line shows

    def __init__(self, shelf: ModelShelf, bridge: ShelfBridge, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self.setAccessibleName(_("Models"))
        self._shelf = shelf
        self._work = work
        self._wanted = ""  # the key of a row that will come
        self._given = ""  # a file that was named elsewhere and is being added
        self._loaded = False
        self._stale = False  # the shelf has changed since it was shown, while nobody saw it
        self._undo: Path | None = None
        self.message = MessageBar()
        self.message.setObjectName("modelsMessage")
        self.list = ModelList()
        self.detail = ModelDetail()
        self.adding = ModelAdding()
        self.add = KeyButton(_("Add models"), command="add_models", icon="plus", name="addModelsButton")
        self._count = plain_label("", role="secondary")
        self._loading = WaitBar()
        self._loading.setObjectName("modelsLoading")
        self._loading.setAccessibleName(_("Looking for models"))
        self._loading.setTextVisible(False)
        self._loading.setRange(0, 0)
        self._loading.hide()
        self._soon = QTimer(self, interval=BAR_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._on_soon)
        self._beside = QStackedWidget()
        self._beside.addWidget(self.detail)
        self._beside.addWidget(self.adding)
        self.doings: Doings = {
            **{name: self._by_acts(acts) for name, acts in COMMANDS.items()},
            "add_models": Doing(self.open_adding),
            "add_model_file": by_button(self.adding.file),
            "add_model_folder": by_button(self.adding.folder),
            "add_server": by_button(self.adding.server),
        }
        self._lay_out()
        self._join(bridge)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        self._show_shelf()
        self._soon.start()

    @property
    def is_adding(self) -> bool:
        """Whether models are being added."""
        return self._beside.currentWidget() is self.adding

    def take_focus(self) -> None:
        """The keyboard goes to the list, or to what is being typed; what there is is looked at anew."""
        self._shelf.look()
        if self.is_adding:
            self.adding.take_focus()
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def look(self) -> None:
        """Show the shelf as it is now, or once the page is seen: that takes some 10 ms, and others work meanwhile."""
        self._stale = not self.isVisible()
        if not self._stale:
            self._show_shelf()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale or self._shelf.loaded != self._loaded:
            self.look()

    def _show_shelf(self) -> None:
        shelf = self._shelf
        rows = shelf.rows
        self.list.show_rows(rows)
        if self._wanted and self.list.choose(self._wanted):
            self._wanted = ""
        if shelf.loaded and not self._loaded:
            self._loaded = True
            self._soon.stop()
            self._loading.hide()
            if not rows:
                self._beside.setCurrentWidget(self.adding)  # nothing to choose: what could be had is shown
        count = sum(row.kind in ("model", "server") for row in rows)
        self._count.setText(ngettext("{} model", "{} models", count).format(count_text(count)) if shelf.loaded else "")
        self._show_chosen()
        self.adding.show_word(shelf.finding.asking, shelf.finding.said)
        self.adding.found.show_offers(shelf.found)
        self.adding.recommended.show_offers(shelf.recommended)
        self.adding.show_apps(shelf.apps)
        self.adding.show_place(shelf.place)

    def undo(self) -> None:
        """Bring back what was removed last, if that can be."""
        if self._undo is not None:
            undo, self._undo = self._undo, None
            self._shelf.ask(str(undo))

    @Slot()
    def open_adding(self) -> None:
        """Show what could be added."""
        self._beside.setCurrentWidget(self.adding)
        self.adding.take_focus()

    @Slot()
    def close_adding(self) -> None:
        """Back to the list and the chosen model."""
        self._beside.setCurrentWidget(self.detail)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_file(self, file: Path) -> None:
        """Add a file that was named elsewhere; what is wrong with it is said where models are added."""
        self.open_adding()
        self._given = str(file)
        self._on_word(self._given)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_adding()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        left = pane(
            heading(plain_label(_("Models"), role="label"), self._count, right=(self.add,)),
            self._loading,
            self.list,
            surface=False,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message)
        layout.addWidget(split(Qt.Orientation.Horizontal, left, self._beside, sizes=(420, 720)), 1)

    def _join(self, bridge: ShelfBridge) -> None:
        bridge.changed.connect(self.look)
        bridge.told.connect(self._on_told)
        self.message.chosen.connect(self._on_way)
        self.add.clicked.connect(self.open_adding)
        self.list.commanded.connect(self._on_commanded)
        self.list.acts_asked.connect(self._on_acts)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemClicked.connect(self._on_clicked)
        self.detail.acted.connect(self._on_act)
        self.detail.copied.connect(self._on_copied)
        self.adding.left.connect(self.close_adding)
        self.adding.word_asked.connect(self._on_word)
        self.adding.file_asked.connect(self._on_file)
        self.adding.folder_asked.connect(self._on_folder)
        self.adding.download_asked.connect(self._on_download)
        self.adding.app_asked.connect(self._on_app)
        self.adding.server_asked.connect(self._on_server)

    def _show_chosen(self) -> None:
        chosen = self.list.chosen
        empty = _("There is no model yet. Add one.") if self._shelf.loaded else _("Looking for models …")
        held = self.detail.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.detail.show_detail(self._shelf.detail(chosen.key) if chosen is not None else None, empty)
        if held and not self.detail.isAncestorOf(self.window().focusWidget()):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)  # the button that held the keyboard is gone

    def _do(self, name: ActName) -> None:
        chosen = self.list.chosen
        if chosen is None:
            return
        if name == "use":
            self.use_asked.emit(chosen.title)
        elif name in ("trash", "discard") or (name == "remove" and chosen.kind == "server"):
            self._confirm(chosen.key, name)
        else:
            self._shelf.act(chosen.key, name)

    def _confirm(self, key: str, name: ActName) -> None:
        """Ask before a file goes; the safe choice is the default."""
        detail = self._shelf.detail(key)
        if detail is None:
            return
        title = in_one_line(detail.title)
        if name == "trash":
            file = next((fact.value for fact in detail.facts if fact.label == _("File")), "")
            size = next((fact.value for fact in detail.facts if fact.label == _("Size")), "")
            question, action = _("Move {name} to the trash?"), _("To the trash")
            words = f"{in_one_line(file)}\n{size}"
        elif name == "remove":
            question, action = _("Forget the server {name}, and its key?"), _("Forget")
            words = _("Its address and model have to be typed again.")
        else:
            question, action = _("Delete what has come of {name}?"), _("Delete")
            words = _("The download would begin anew.")
        asked = question.format(name=title)
        box = Confirmation("confirmModel", _("Models"), asked, words, action=action, keep=_("Keep"), parent=self)
        box.accepted.connect(lambda: self._shelf.act(key, name))
        box.open()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isVisible() and self.isAncestorOf(now):
            self.place_changed.emit("adding" if self.adding.isAncestorOf(now) else "models")

    @Slot()
    def _on_soon(self) -> None:
        self._loading.setVisible(not self._shelf.loaded)

    @Slot(int)
    def _on_row(self, _row: int) -> None:
        self._show_chosen()

    @Slot()
    def _on_clicked(self) -> None:
        self._beside.setCurrentWidget(self.detail)

    def _by_acts(self, names: tuple[ActName, ...]) -> Doing:
        """The first of these acts that can be done with the chosen row."""
        return Doing(lambda: self._on_acts(names), lambda: self._act_of(names) is not None)

    def _act_of(self, names: tuple[ActName, ...]) -> ActName | None:
        detail = self.detail.shown
        acts = detail.acts if detail is not None else ()
        return next((act.name for act in acts if act.name in names and act.enabled), None)

    @Slot(str)
    def _on_commanded(self, command: str) -> None:
        do(self.doings, command)

    @Slot(object)
    def _on_acts(self, names: tuple[ActName, ...]) -> None:
        """A key: the first of these acts that can be done."""
        self._beside.setCurrentWidget(self.detail)
        act = self._act_of(names)
        if act is not None:
            self._do(act)

    @Slot(str)
    def _on_act(self, name: str) -> None:
        detail = self.detail.shown
        for act in detail.acts if detail is not None else ():
            if act.name == name:
                self._do(act.name)

    @Slot(str)
    def _on_copied(self, label: str) -> None:
        self.message.show_message(Message("success", _("Copied: {what}.").format(what=label)))

    @Slot(object)
    def _on_told(self, news: News) -> None:
        ways: tuple[tuple[str, str], ...] = ()
        self._undo = news.undo
        if news.undo is not None:
            ways = (("undo_remove", _("Undo")),)
        elif news.add_again:
            ways = (("add_again", _("Add models")),)
        chosen = self.list.chosen
        if news.chosen and (not news.in_place_of or chosen is None or chosen.key == news.in_place_of):
            self._wanted = news.chosen
            if self._given:
                self._given = ""
                self.close_adding()
        self.message.show_message(Message(news.kind, in_one_line(news.text), news.reason, ways))

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == "undo_remove":
            self.undo()
        elif way == "add_again":
            self.open_adding()

    @Slot(str)
    def _on_word(self, word: str) -> None:
        self._given = self._given if word == self._given else ""
        self._shelf.ask(word)

    @Slot(str)
    def _on_download(self, key: str) -> None:
        """What comes is shown; on the button's place another one may stand, which a second press would take."""
        coming = self._shelf.download(key)
        if coming:
            self._wanted = coming
            self.look()
            self.close_adding()

    @Slot(str, bool)
    def _on_app(self, app: str, shown: bool) -> None:
        self._shelf.show_app(app, shown=shown)

    @Slot()
    def _on_file(self) -> None:
        filters = (_("Models (*.gguf)"), _("All files (*)"))
        ask_for_file(self, "addFileDialog", _("Add a model"), filters, lambda file: self._on_word(str(file)))

    @Slot()
    def _on_folder(self) -> None:
        dialog = QFileDialog(self, _("Add a folder of models"), str(Path.home()))
        dialog.setObjectName("addFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_word)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_server(self) -> None:
        dialog = ServerDialog(self._work, self._shelf.add_server, self._shelf.server_problem, self)
        dialog.added.connect(self._on_server_added)
        dialog.open()

    @Slot(str)
    def _on_server_added(self, name: str) -> None:
        self._wanted = server_key(name)
        self._shelf.look()
        self.close_adding()
