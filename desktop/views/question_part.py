"""What was asked, in sight while an answer to it is rewritten: in one line, or opened, with earlier turns in short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.shown_text import named
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import ElidedLabel, IconButton, ReadText, in_one_line, plain_label

MOST_LINES = 6
SHARE = 6  # opened it takes at most one part in so many of its page's height


class QuestionPart(QFrame):
    """Opened in a page that is `tall` enough until the trainer folds it, or the reverse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("questionPart")
        self.setProperty("surface", True)
        self._wish: bool | None = None  # of the trainer
        self._tall = False
        self._room = 0
        self._fold = IconButton("chevron-right", "", small=True, name="foldQuestion")
        self._fold.clicked.connect(self.turn)
        self._title = plain_label(_("Question"), role="label")
        self._line = ElidedLabel(role="secondary")
        self._line.setObjectName("questionLine")
        self.text = ReadText("question", _("Question"))
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 16, 0)
        line.setSpacing(8)
        for part in (self._fold, self._title):
            line.addWidget(part)
        line.addWidget(self._line, 1)
        inside = QHBoxLayout()
        inside.setContentsMargins(44, 0, 16, 4)
        inside.addWidget(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addLayout(line)
        column.addLayout(inside)
        self._arrange()

    @property
    def opened(self) -> bool:
        """Whether the whole of it can be read."""
        return self._tall if self._wish is None else self._wish

    def show_question(self, asked: str, before: Sequence[tuple[str, str]]) -> None:
        """Show what was asked, and who said what before it."""
        self._line.setText(in_one_line(asked[:1000]))
        turns = "\n".join(f"{name}: {named(words)}" for name, words in before)
        self.text.setPlainText(f"{turns}\n\n{named(asked)}" if turns else named(asked))
        self._arrange()
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum() if turns else 0)  # what is asked now is what matters

    def fit(self, height: int, *, tall: bool) -> None:
        """Make do with a part of a page of this height; in one that is not tall it is folded at first."""
        if (height, tall) != (self._room, self._tall):
            self._room, self._tall = height, tall
            self._arrange()

    @Slot()
    def turn(self) -> None:
        """Open it, or fold it."""
        self._wish = not self.opened
        held = self.text.hasFocus()
        self._arrange()
        if held and not self.opened:
            self._fold.setFocus(Qt.FocusReason.OtherFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.turn()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "text"):
            self._arrange()

    def _arrange(self) -> None:
        opened = self.opened
        key = keymap.current().shown("question")
        self._fold.set_icon_name("chevron-down" if opened else "chevron-right")
        words = _("Fold the question ({key})") if opened else _("Show the whole question ({key})")
        self._fold.set_words(words.format(key=key))
        self._line.setVisible(not opened)
        self.text.setVisible(opened)
        self._fit_text()

    def _fit_text(self) -> None:
        """So many lines as there are, within bounds."""
        line = QFontMetrics(current_theme().font("body")).lineSpacing()
        lines = round(self.text.document().size().height())  # a QPlainTextEdit counts its height in lines
        most = max(2, min(MOST_LINES, self._room // SHARE // line))
        self.text.setFixedHeight(max(1, min(lines, most)) * line + 8)
