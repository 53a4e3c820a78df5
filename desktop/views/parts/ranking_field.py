"""The ranking twice: chips that take arrows and drags, and a field for `b>a=c>d`. Both show one value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.ranking import Ranking, format_ranking
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts.notice_line import NoticeLine
from desktop.views.parts.ranking_chips import RankingChips


class RankingField(QWidget):
    """`typed` carries the text at Enter, `ranked` the Ranking that a chip asks for, `left` is Esc."""

    typed = Signal(str)
    ranked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranking: Ranking | None = None
        self.chips = RankingChips()
        self.chips.ranked.connect(self.ranked)
        self.chips.left.connect(self.left)
        self.field = QLineEdit()
        self.field.setObjectName("rankingText")
        self.field.setAccessibleName(_("Ranking"))
        self.field.setAccessibleDescription(_("Letters, best first, with > for better and = for tied"))
        self.field.setProperty("mono", True)
        self.field.setMaxLength(64)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._on_enter)
        self.field.textEdited.connect(self._on_edited)
        self._problem = NoticeLine("danger", name="rankingProblem", elided=True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.chips)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._measure()

    @property
    def problem(self) -> str:
        """What the field says is wrong, "" for nothing."""
        return self._problem.text()

    def show_ranking(self, ranking: Ranking | None, count: int) -> None:
        """Show a ranking of `count` answers, None for none yet; text that is being typed is left alone."""
        changed = ranking != self._ranking
        self._ranking = ranking
        self.chips.show_ranking(ranking, count)
        self.field.setPlaceholderText(">".join("abcdefgh"[:count]))
        if changed or not self.field.hasFocus():
            if changed:
                self.show_problem("")
            text = format_ranking(ranking) if ranking is not None else ""
            if not self.problem and self.field.text() != text and not self._typing():
                self.field.setText(text)

    def show_problem(self, text: str) -> None:
        """Say below the field what is wrong and what to do; "" takes it away."""
        self._problem.setText(text)
        if self.field.property("problem") != bool(text):
            self.field.setProperty("problem", bool(text))
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self.field.setAccessibleDescription(text or _("Letters, best first, with > for better and = for tied"))

    def begin(self, text: str = "") -> None:
        """Take the focus; `text` (`>` or `=`) is typed at the end, nothing selects what stands there."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.field.end(False)
            self.field.insert(text)
            self.field.setModified(True)
        else:
            self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.field.setModified(False)
                self.left.emit()
                return True
        elif watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.field.deselect()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "field"):
            self._measure()

    def _typing(self) -> bool:
        return self.field.hasFocus() and self.field.isModified()

    def _measure(self) -> None:
        metrics = QFontMetrics(current_theme().font("body", mono=True))
        self.field.setFixedWidth(metrics.horizontalAdvance("b>a=c>d") + 56)

    @Slot()
    def _on_enter(self) -> None:
        self.field.setModified(False)
        self.typed.emit(self.field.text())

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        if self.problem:
            self.show_problem("")
