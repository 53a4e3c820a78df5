"""A search in a text, or in several beside each other: every place is counted, one is shown, or that there is none.

Enter goes to the next place and Shift+Enter to the one before, going round; Esc clears the field, and is whoever's the
field stands with once nothing is typed. Must not know what the text is about.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.flow import finding, why_not
from desktop.flow.text_offsets import to_utf16
from desktop.flow.wording import gettext as _
from desktop.views.parts.icon_button import IconButton
from desktop.views.parts.labels import plain_label
from desktop.views.parts.notice_line import NoticeLine

LONGEST = 200
SAID_AFTER_MS = 400  # a screen reader hears what was found once the typing rests

Text = QTextEdit | QPlainTextEdit


class SearchField(QLineEdit):
    """`stepped` carries 1 for the next place, -1 for the one before."""

    stepped = Signal(int)

    def minimumSizeHint(self) -> QSize:
        """Room for the word that stands in it while nothing is typed."""
        least = super().minimumSizeHint()
        word = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(least.width() + word, least.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class TextSearch(QWidget):
    """The line below the field: how many places there are, and the ways to the next; nothing without words.

    `field` is put where its owner wants it; `name` begins the names of all parts. Several texts are gone through one
    after the other. It is `quiet`, without an edge, where everything around it is too.
    """

    def __init__(self, name: str, words: str, *texts: Text, quiet: bool = False) -> None:
        super().__init__()
        self._texts: tuple[Text, ...] = ()
        self._places: tuple[tuple[Text, int, int], ...] = ()
        self._current: int | None = None
        self.field = SearchField()
        self.field.setObjectName(f"{name}Search")
        self.field.setAccessibleName(words)
        self.field.setPlaceholderText(_("Search"))
        self.field.setMaxLength(LONGEST)
        self.field.setProperty("quiet", quiet)
        self.field.textChanged.connect(self._on_typed)
        self.field.stepped.connect(self.step)
        self.count = plain_label("", role="secondary", name=f"{name}Found")
        self.none = NoticeLine("warning", name=f"{name}NotFound")
        self.previous = IconButton("chevron-up", _("The place before"), small=True, name=f"{name}Previous")
        self.next = IconButton("chevron-down", _("The next place"), small=True, name=f"{name}Next")
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self._soon = QTimer(self, interval=SAID_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._announce)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.none, 1)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        self.hide()
        self.search_in(*texts)

    @property
    def words(self) -> str:
        """What is said of the search: which place of how many, or that there is none; "" while nothing is typed."""
        return self.none.text() or self.count.text()

    def search_in(self, *texts: Text) -> None:
        """Search these texts from now on."""
        if texts == self._texts:
            return
        for text in self._texts:
            text.document().contentsChanged.disconnect(self._on_text)
        self._texts = texts
        for text in texts:
            text.document().contentsChanged.connect(self._on_text)
        self._on_text()

    def take_focus(self) -> None:
        """The keyboard goes to the field, whose words the next ones replace."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    @Slot(int)
    def step(self, step: int) -> None:
        """Show the next place, or the one before."""
        self._current = finding.next_place(self._places, self._current, step)
        self._show()
        self._announce()

    @Slot()
    def _on_typed(self) -> None:
        self._look()
        self._current = finding.next_place(self._places, None, 1)
        self._show()
        self._soon.start()

    @Slot()
    def _on_text(self) -> None:
        """Another text, or one that was read only now: its places are others."""
        if self.field.text().strip():
            self._look()
            self._current = min(self._current or 0, len(self._places) - 1) if self._places else None
            self._say()

    def _look(self) -> None:
        words = self.field.text()
        found = ((text, finding.places(text.toPlainText(), words)) for text in self._texts)
        self._places = tuple((text, start, end) for text, places in found for start, end in places)

    def _show(self) -> None:
        place = None if self._current is None else self._places[self._current]
        for text in self._texts:
            cursor = text.textCursor()
            if place is None or place[0] is not text:
                cursor.clearSelection()
                text.setTextCursor(cursor)
                continue
            words, (_text, start, end) = text.toPlainText(), place
            cursor.setPosition(to_utf16(words, start))
            cursor.setPosition(to_utf16(words, end), QTextCursor.MoveMode.KeepAnchor)
            text.setTextCursor(cursor)
            text.ensureCursorVisible()
        self._say()

    def _say(self) -> None:
        typed = bool(self.field.text().strip())
        words = finding.found_words(self._current, len(self._places)) if typed else ""
        self.none.setText("" if self._places else words)
        self.count.setText(words if self._places else "")
        self.count.setVisible(bool(self._places))
        for button in (self.previous, self.next):
            button.setVisible(bool(self._places))
            button.allow(why_not.next_place(len(self._places)))
        self.field.setAccessibleDescription(words)
        self.setVisible(typed)

    @Slot()
    def _announce(self) -> None:
        self._soon.stop()
        if self.words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, self.words))
