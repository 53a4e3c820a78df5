"""The rubrics there are: the project's, its earlier versions, one's own, the shipped ones; as the bench shows each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.projects import rubric_words
from desktop.flow.rubric_desk import Group, Offer
from desktop.flow.rubric_words import source_text
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, NoticeLine, WrappingRow, heading, pane, plain_label, split
from desktop.views.parts.key_names import key_name
from desktop.views.rubrics.grouped_list import GroupedList, Row
from desktop.views.rubrics.preview import RubricPreview

SIZES = (280, 700)


class RubricShelf(QWidget):
    """Looks at rubrics and says what is wished; decides nothing. `turned` comes when another one is looked at."""

    edit_asked = Signal(object)  # Offer
    copy_asked = Signal(object)  # Offer
    use_asked = Signal(object)  # Offer
    drop_asked = Signal(object)  # Offer
    import_asked = Signal()
    export_asked = Signal(object)  # Offer
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rubricShelf")
        self._offers: tuple[Offer, ...] = ()
        self._locked = ""
        self.list = GroupedList("rubricList", _("Rubrics"))
        self.list.turned.connect(self._on_turned)
        self.list.activated.connect(self._on_activated)
        self.preview = RubricPreview("rubricLook")
        self.preview.left.connect(self.take_focus)
        self._name = plain_label("", role="title", wrap=True, name="rubricTitle")
        self._words = plain_label("", role="secondary", wrap=True)
        self._source = plain_label("", role="secondary", wrap=True)
        self._reason = NoticeLine("warning", name="rubricLocked")
        self.edit = KeyButton(_("Edit"), hint="↵", kind="main", name="rubricEdit")
        self.copy = KeyButton(_("Copy and edit"), name="rubricCopy", command="copy_rubric")
        self.use = KeyButton(_("Judge by it"), name="rubricUse", command="judge_by")
        self.drop = KeyButton(_("Forget these changes"), name="rubricDrop")
        self.export = KeyButton(_("Export …"), name="rubricExport")
        self.read = KeyButton(_("Import a file …"), icon="upload", small=True, name="rubricImport")
        self.edit.clicked.connect(lambda: self._tell(self.edit_asked))
        self.copy.clicked.connect(lambda: self._tell(self.copy_asked))
        self.use.clicked.connect(lambda: self._tell(self.use_asked))
        self.export.clicked.connect(lambda: self._tell(self.export_asked))
        self.drop.clicked.connect(lambda: self._tell(self.drop_asked))
        self.read.clicked.connect(self.import_asked)
        self._lay_out()

    @property
    def current(self) -> Offer | None:
        """The rubric that is looked at."""
        key = self.list.key
        return self._offers[key] if isinstance(key, int) else None

    def show_offers(self, offers: Sequence[Offer], locked: str, current: int = 0) -> None:
        """Show these; `locked` says why the project's cannot be edited."""
        self._offers = tuple(offers)
        self._locked = locked
        rows, titles = [], _titles()
        for index, offer in enumerate(self._offers):
            if index == 0 or self._offers[index - 1].group != offer.group:
                rows.append(Row(titles[offer.group]))
            note = "" if offer.group == "shipped" else _("version {}").format(offer.rubric.version)
            rows.append(Row(offer.rubric.name or _("(no name yet)"), index, note if offer.group != "begun" else ""))
        self.list.show_rows(rows, current)
        self._on_turned()

    def take_focus(self) -> None:
        """The keyboard goes to the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """At the list: its commands press their buttons; Esc leaves."""
        command = keymap.current().at("rubrics", key_name(event))
        button = {"copy_rubric": self.copy, "judge_by": self.use}.get(command or "")
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit() if self.list.hasFocus() else self.take_focus()
        elif button is not None and self.list.hasFocus() and button.isVisible() and button.isEnabled():
            button.click()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        head.setSpacing(8)
        for part in (self._name, self._words, self._source, self._reason):
            head.addWidget(part)
        head.addWidget(WrappingRow(self.edit, self.copy, self.use, self.drop, self.export))
        side = QWidget()
        side.setProperty("surface", True)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        sunken = QWidget()
        sunken.setProperty("sunken", True)
        below = QVBoxLayout(sunken)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.preview)
        column.addWidget(sunken, 1)
        left = pane(self.list, heading(self.read), surface=False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(split(Qt.Orientation.Horizontal, left, side, sizes=SIZES))

    def _tell(self, signal: SignalInstance) -> None:
        if self.current is not None:
            signal.emit(self.current)

    @Slot()
    def _on_turned(self) -> None:
        offer = self.current
        if offer is None:
            return
        rubric, begun = offer.rubric, offer.group == "begun"
        self._name.setText(rubric.name or _("(no name yet)"))
        self._words.setText(rubric_words(rubric))
        self._source.setText(source_text(rubric))
        self._reason.setText(self._locked if offer.group == "project" else "")
        self.edit.setVisible(offer.editable)
        self.edit.setText(_("Go on editing") if begun else _("Edit"))
        self.copy.setVisible(not begun)
        self.copy.set_kind("normal" if offer.editable else "main")
        self.use.setText(_("Make a project with it") if self._locked else _("Judge by it"))
        self.use.setVisible(offer.group in ("own", "shipped", "earlier", "file"))
        self.drop.setVisible(begun)
        self.export.setVisible(not begun)
        self.preview.show_rubric(rubric)

    @Slot()
    def _on_activated(self) -> None:
        offer = self.current
        if offer is not None:
            self._tell(self.edit_asked if offer.editable else self.copy_asked)


def _titles() -> dict[Group, str]:
    return {
        "begun": _("Not finished"),
        "file": _("From a file"),
        "project": _("This project"),
        "earlier": _("Its earlier versions"),
        "own": _("Your other rubrics"),
        "shipped": _("Shipped with Preceptor"),
    }
