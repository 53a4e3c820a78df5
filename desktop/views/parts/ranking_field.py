"""The ranking twice: chips that take arrows and drags, and a field for `b>a=c>d`. Both show one value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.ranking import Ranking, format_ranking
from desktop.flow.wording import gettext as _
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.theme import current_theme
from desktop.views.parts.notice_line import NoticeLine
from desktop.views.parts.ranking_chips import RankingChips


class RankingField(QWidget):
    """`edited` carries the text at every change by keys, `typed` at Enter; `rested` says that the field was left.

    `ranked` carries the Ranking that a chip asks for, `left` is Esc.
    """

    edited = Signal(str)
    typed = Signal(str)
    rested = Signal()
    ranked = Signal(object)
    left = Signal()

    def __init__(self, problem: NoticeLine | None = None, parent: QWidget | None = None) -> None:
        """`problem` says elsewhere what is wrong; otherwise a line of its own does, below the field."""
        super().__init__(parent)
        self._shown: tuple[Ranking | None, str | None] = (None, None)
        self._count = 4
        self._why_not = ""
        self._telling = False
        self.chips = RankingChips()
        self.chips.ranked.connect(self.ranked)
        self.chips.left.connect(self.left)
        self.field = QLineEdit()
        self.field.setObjectName("rankingText")
        self.field.setAccessibleName(_("Ranking"))
        self.field.setProperty("mono", True)
        self.field.setMaxLength(64)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._on_enter)
        self.field.textEdited.connect(self._on_edited)
        self._problem = problem or NoticeLine("danger", name="rankingProblem", elided=True)
        self._describe()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.chips)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        if problem is None:
            column.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._measure()

    @property
    def problem(self) -> str:
        """What the field says is wrong, "" for nothing."""
        return self._problem.text()

    def show_ranking(self, ranking: Ranking | None, count: int, typed: str | None = None) -> None:
        """Show a ranking of `count` answers, None for none yet; in the field `typed`, where that is not None.

        Words that are being typed and mean the same, like `B > A`, are left alone.
        """
        changed = (ranking, typed) != self._shown
        self._shown = (ranking, typed)
        self.chips.show_ranking(ranking, count)
        if count != self._count:
            self._count = count
            self._measure()
        self.field.setPlaceholderText(">".join("abcdefgh"[:count]))
        if self._telling or (not changed and self.field.hasFocus()):
            return
        text = typed if typed is not None else format_ranking(ranking) if ranking is not None else ""
        if self.field.text() != text:
            self.field.setText(text)

    def allow(self, why_not: str = "") -> None:
        """Let it be used; with a reason why not it says that one, to who points at it and to who hears it."""
        if why_not == self._why_not:
            return
        self._why_not = why_not
        self.chips.allow(why_not)
        self.field.setEnabled(not why_not)
        self.field.setToolTip(plain_tooltip(why_not))
        self._describe()

    def show_problem(self, text: str) -> None:
        """Say below the field what is wrong and what to do; "" takes it away."""
        self._problem.setText(text)
        if self.field.property("problem") != bool(text):
            self.field.setProperty("problem", bool(text))
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self._describe()

    def begin(self, text: str = "") -> None:
        """Take the focus; `text` (`>` or `=`) is typed at the end, nothing selects what stands there."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.field.end(False)
            self.field.insert(text)
            self._on_edited(self.field.text())
        else:
            self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        elif watched is self.field and isinstance(event, QFocusEvent) and event.lostFocus():
            self.field.deselect()
            if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
                self.rested.emit()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "field"):
            self._measure()

    def _describe(self) -> None:
        usual = _("Letters, best first, with > for better and = for tied")
        self.field.setAccessibleDescription(self._why_not or self.problem or usual)

    def _measure(self) -> None:
        """Wide enough for a ranking of all answers, so that nothing of it is scrolled away."""
        metrics = QFontMetrics(current_theme().font("body", mono=True))
        longest = ">".join("m" * max(4, self._count))
        self.field.setFixedWidth(metrics.horizontalAdvance(longest) + 56)

    @Slot()
    def _on_enter(self) -> None:
        self.typed.emit(self.field.text())

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self.problem:
            self.show_problem("")
        self._telling = True
        try:
            self.edited.emit(text)
        finally:
            self._telling = False
