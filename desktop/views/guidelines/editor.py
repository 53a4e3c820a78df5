"""Writing a guideline: its Markdown, and beside it what others will read. Only saving makes a version.

What is not saved is kept every second, and asked about before it is left. Must not know the store.
"""

from __future__ import annotations

from concurrent.futures import Future, wait
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.bridge.work import Work
from desktop.flow import guideline_desk, keymap, why_not
from desktop.flow.guideline_desk import GuidelineDesk
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.link_question import ask_about_link
from desktop.views.parts import (
    Confirmation,
    HouseDialog,
    KeyButton,
    NoticeLine,
    RenderedText,
    TextSearch,
    WrappingRow,
    ask_for_file,
    plain_label,
    split,
)
from desktop.views.parts.key_names import key_name
from desktop.views.parts.markdown_colours import MarkdownColours
from feedback_store.errors import StoreError
from feedback_store.store import Project

KEEP_EVERY_MS = 1000
KEEPING_S = 5.0  # at most; it is kept within milliseconds
PREVIEW_AFTER_MS = 200
GAP = 12
SEARCH_WIDTH = 140


class MarkdownField(QPlainTextEdit):
    """The source. What is read from it has every character that was put in, no-break spaces too."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setTabChangesFocus(True)
        self._colours = MarkdownColours(self.document())

    def text(self) -> str:
        """The text as it stands; Qt's own way would make spaces of no-break spaces."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def replace_all(self, text: str) -> None:
        """Put another text in place of this one, as one step of undo."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_colours"):
            self._colours.renew()


class GuidelineEditor(HouseDialog):
    """`saved` carries the Project with its next version."""

    saved = Signal(object)

    def __init__(self, desk: GuidelineDesk, work: Work, parent: QWidget | None = None) -> None:
        title = _("Write the guideline of {project}").format(project=in_one_line(desk.project.name))
        super().__init__("guidelineEditor", title, desk.save_words, parent)
        self._desk = desk
        self._work = work
        self._begun = desk.begun
        self._ended = False
        self.source = MarkdownField("guidelineSource", _("The guideline in Markdown"))
        self.source.setPlainText(desk.text)
        self._text = self.source.text()  # as the field has what is in use: with one kind of line ends
        self.searching = TextSearch("guidelineSource", _("Search what you write"), self.source)
        self.searching.field.setMaximumWidth(SEARCH_WIDTH)
        self.preview = RenderedText("guidelinePreview", _("As it is read"))
        self.preview.link_asked.connect(self._on_link)
        self.problem = NoticeLine("danger", name="guidelineProblem")
        self.note = NoticeLine("warning", name="guidelineBegun")
        self.hidden = NoticeLine("warning", name="guidelineHidden")
        self.size_now = plain_label("", role="secondary", name="guidelineSize")
        self.read_file = KeyButton(_("Import a file …"), icon="upload", small=True, name="guidelineImport")
        self.read_file.clicked.connect(self._on_import)
        self.back = KeyButton(_("Back to what is saved"), small=True, name="guidelineBack")
        self.back.clicked.connect(self._on_back)
        self.main.setDefault(False)  # Enter is a line of the text
        self.main.set_hint(keymap.current().shown("save"))
        self.main.clicked.connect(self._on_save)
        self.leave.setText(_("Close"))
        self._preview_soon = QTimer(self, interval=PREVIEW_AFTER_MS, singleShot=True)
        self._preview_soon.timeout.connect(self._show_preview)
        self._keep_soon = QTimer(self, interval=KEEP_EVERY_MS, singleShot=True)
        self._keep_soon.timeout.connect(self._on_keep)
        self._lay_out()
        if self._begun is not None:
            self.source.replace_all(self._begun.text)
            self.note.setText(desk.begun_words(self._begun))
        self._on_changed()
        self._show_preview()
        self.source.textChanged.connect(self._on_changed)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def changed(self) -> bool:
        """Whether what stands there is other than what is in use."""
        return self.source.text() != self._text

    def keep(self) -> Future[None] | None:
        """Keep what is not saved, now; None once it is saved."""
        self._keep_soon.stop()
        if self._ended:
            return None
        return self._desk.keep_begun(self.source.text(), self._begun) if self.changed else self._desk.drop_begun()

    def leave_begun(self) -> None:
        """Close without a question; what is not saved comes back when somebody writes on."""
        super().reject()

    def reject(self) -> None:
        """Esc, or the window's cross: asks where something is not saved."""
        if self.busy:
            return
        if not self.changed:
            self.leave_begun()
            return
        question = Confirmation(
            "guidelineLeave",
            _("The guideline is not saved"),
            _("Leave it unfinished?"),
            _(
                "What you wrote is kept here and comes back when you write the guideline again. Nobody judges by it "
                "before you save it."
            ),
            action=_("Leave it for later"),
            keep=_("Go on writing"),
            danger=False,
            parent=self,
        )
        question.accepted.connect(self.leave_begun)
        question.open()

    def done(self, result: int) -> None:
        kept = self.keep()
        if kept is not None:
            wait([kept], KEEPING_S)  # whoever writes on reads it
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = keymap.current().at("everywhere", key_name(event))
        if command == "search":
            self.searching.take_focus()
        elif command != "save":
            super().keyPressEvent(event)
        elif self.main.isEnabled():
            self.main.click()
        elif not self.busy:
            self.say(self.problem.text() or _("Nothing has changed since it was saved."))

    def _lay_out(self) -> None:
        sides = []
        for words, shown, gap in (
            (_("What you write, in Markdown"), self.source, (0, GAP)),
            (_("As it is read"), self.preview, (GAP, 0)),
        ):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(gap[0], 0, gap[1], 0)
            if shown is self.source:
                column.addWidget(
                    WrappingRow(plain_label(words, role="label", field=shown), right=(self.searching.field,))
                )
                column.addWidget(self.searching)
            else:
                column.addWidget(WrappingRow(plain_label(words, role="label", field=shown)))
            column.addWidget(shown, 1)
            sides.append(side)
        self.body.addWidget(self.note)
        self.body.addWidget(split(Qt.Orientation.Horizontal, *sides, sizes=(460, 460)), 1)
        self.body.addWidget(self.hidden)
        self.body.addWidget(self.problem)
        self.body.addWidget(WrappingRow(self.size_now, right=(self.back, self.read_file)))
        self.begin_as(960, 580)

    def _take(self, future: Future[Project]) -> None:
        error = future.exception()
        self.show_idle()
        if error is not None:
            self._on_changed()
            self.say(sentence(error), "danger")
            return
        self._ended = True
        self._keep_soon.stop()
        self.accept()
        self.saved.emit(future.result())

    @Slot()
    def _on_changed(self) -> None:
        text, changed = self.source.text(), self.changed
        problem = guideline_desk.problem(text) if changed else ""
        if problem and bool(problem) != bool(self.problem.text()):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.source, problem))
        self.problem.setText(problem)
        self.hidden.setText(guideline_desk.hidden_words(text))
        self.size_now.setText(guideline_desk.size_words(text))
        self.main.allow(problem or why_not.changed(changed))
        self.back.allow(why_not.changed(changed and bool(self._text)))
        if self.words:
            self.say("")
        self._preview_soon.start()
        if not self._keep_soon.isActive():  # a second after the first change, however long somebody types
            self._keep_soon.start()

    @Slot()
    def _on_keep(self) -> None:
        self.keep()

    @Slot()
    def _show_preview(self) -> None:
        place = self.preview.verticalScrollBar().value()
        self.preview.show_markdown(self.source.text())
        self.preview.verticalScrollBar().setValue(place)

    @Slot()
    def _on_save(self) -> None:
        text = self.source.text()
        self.show_busy(_("Saving …"))
        self._work.start("guideline", lambda: self._desk.save(text), self._take)

    @Slot()
    def _on_back(self) -> None:
        self.source.replace_all(self._text)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_import(self) -> None:
        filters = (_("Texts in Markdown ({patterns})").format(patterns="*.md *.markdown *.txt"), _("All files (*)"))
        ask_for_file(self, "guidelineFile", _("Import a guideline"), filters, self.take_file)

    def take_file(self, file: Path) -> None:
        """Put the words of a file in place of these; undo brings these back."""
        try:
            text = guideline_desk.read(file)
        except (StoreError, OSError) as error:
            self.say(sentence(error), "danger")
            return
        self.source.replace_all(text)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)
        undo = keymap.current().shown("undo")
        self.say(
            _("Read from {file}. {key} brings back what stood here.").format(file=in_one_line(file.name), key=undo)
        )

    @Slot(str)
    def _on_link(self, address: str) -> None:
        ask_about_link(self, address)
