"""The two lists of the flag popup: categories by letter, severities by digit. One is chosen in each, or none yet.

Where there is no room for all rows, both scroll together, to what was picked last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from desktop.flow.flag_signs import FlagSign
from desktop.flow.shown_text import in_one_line, named
from desktop.flow.wording import gettext as _
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.theme import current_theme
from desktop.views.parts.key_cap import key_cap_width, paint_key_cap
from desktop.views.parts.labels import plain_label
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.underlines import mark_size, paint_flag_mark, paint_pattern_sample

_SAMPLE = 64
_GAP = 8  # between a name and its gloss
_LONGEST_NAME = 240  # a longer one may be cut
_RIGHT = 4  # of a name, where no pattern stands beside it
_LEAST_ROWS = 3


@dataclass(frozen=True)
class PickRow:
    """A row that its key picks; with a category it has the mark and the pattern of that.

    `gloss` says beside the name what it means, in other words, and `help` what it is for.
    """

    key: str
    name: str
    category: str = ""
    sign: FlagSign | None = None
    gloss: str = ""
    help: str = ""

    @property
    def full_name(self) -> str:
        """The name with its gloss."""
        return f"{self.name} ({self.gloss})" if self.gloss else self.name


class PickList(QWidget):
    """Rows of 28 px. Up and Down and the mouse pick; keys are the popup's business. `picked` carries the row."""

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PickRow, ...] = ()
        self._index: int | None = None
        self._hover: int | None = None
        self.setAccessibleName(name)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def index(self) -> int | None:
        return self._index

    @property
    def rows(self) -> tuple[PickRow, ...]:
        return self._rows

    def show_rows(self, rows: Sequence[PickRow]) -> None:
        """Show these rows, none picked."""
        self._rows = tuple(rows)
        self._index = self._hover = None
        self.updateGeometry()
        self._changed()

    def pick(self, index: int) -> None:
        """Pick a row and tell it."""
        self._index = index
        self._changed()
        self.picked.emit(index)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        sample = _SAMPLE + 24 if any(row.category for row in self._rows) else 0
        widest = max(map(_words_width, self._rows), default=80)
        key = mark_size().width() if sample else key_cap_width("0")
        return QSize(12 + key + 8 + widest + sample + 12, theme.grown("row") * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(12 + mark_size().width() + 100, theme.grown("row") * len(self._rows))

    @property
    def whole_width(self) -> int:
        """So wide that no name is cut, unless it is a very long one."""
        theme = current_theme()
        widest = max((theme.width(row.name, "label") for row in self._rows), default=0)
        longest = round(_LONGEST_NAME * theme.zoom)
        return 12 + mark_size().width() + 8 + min(widest, longest) + _RIGHT

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            event.ignore()
            return
        start = -1 if step > 0 else len(self._rows)
        self.pick(min(max((start if self._index is None else self._index) + step, 0), len(self._rows) - 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press has done it

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._row_at(event.position().y())
        self.update()

    def event(self, event: QEvent) -> bool:
        """A row's tooltip is its name in full, and what it is for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._row_at(event.pos().y())
            row = self._rows[at] if at is not None else None
            words = f"{row.full_name}: {row.help}" if row and row.help else row.full_name if row else ""
            QToolTip.showText(event.globalPos(), plain_tooltip(words) if words else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pick(row)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = current_theme().grown("row")
        for index, row in enumerate(self._rows):
            self._paint_row(painter, index, row, QRectF(0, index * height, self.width(), height))
        painter.end()

    def _paint_row(self, painter: QPainter, index: int, row: PickRow, rect: QRectF) -> None:
        theme = current_theme()
        on = index == self._index
        painter.setPen(Qt.PenStyle.NoPen)
        if on or index == self._hover:
            painter.setBrush(theme.colour("accent-subtle" if on else "hover"))
            painter.drawRect(rect)
        if self.hasFocus() and (on or (self._index is None and index == 0)):
            painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 3, 3)
        x = rect.left() + 12
        look = theme.flag(row.category, row.sign)
        if row.category:
            size = mark_size()
            mark = QRectF(x, rect.center().y() - size.height() / 2, size.width(), size.height())
            paint_flag_mark(painter, mirrored(painter, mark, rect), look, None, current=on)
            x = mark.right() + 8
        else:
            ink, edge = theme.colour("text-secondary"), theme.colour("border")
            at = mirrored_x(painter, x, key_cap_width(row.key), rect)
            x += paint_key_cap(painter, row.key, at, rect.center().y(), ink=ink, edge=edge) + 8
        face = theme.font("label" if on else "body")
        painter.setFont(face)
        painter.setPen(theme.colour("text"))
        sample = bool(row.category) and self.width() >= self.sizeHint().width()
        room = rect.right() - x - (_SAMPLE + 24 if sample else _RIGHT)
        words = QFontMetrics(face).elidedText(in_one_line(row.name), Qt.TextElideMode.ElideRight, round(room))
        place = mirrored(painter, QRectF(x, rect.top(), room + 2, rect.height()), rect)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)
        taken = QFontMetrics(face).horizontalAdvance(words) + _GAP
        if row.gloss and room > taken:
            self._paint_gloss(painter, row, QRectF(x + taken, rect.top(), room - taken + 2, rect.height()), rect)
        if sample:
            place = QRectF(rect.right() - _SAMPLE - 16, rect.top(), _SAMPLE, rect.height())
            paint_pattern_sample(painter, mirrored(painter, place, rect), look)

    def _paint_gloss(self, painter: QPainter, row: PickRow, place: QRectF, rect: QRectF) -> None:
        theme = current_theme()
        face = theme.font("small")
        painter.setFont(face)
        painter.setPen(theme.colour("text-secondary"))
        words = QFontMetrics(face).elidedText(
            in_one_line(row.gloss), Qt.TextElideMode.ElideRight, round(place.width()) - 2
        )
        painter.drawText(mirrored(painter, place, rect), int(Qt.AlignmentFlag.AlignVCenter), words)

    def _row_at(self, y: float) -> int | None:
        row = int(y // current_theme().grown("row"))
        return row if 0 <= row < len(self._rows) else None

    def _changed(self) -> None:
        self.setAccessibleDescription(named(self._rows[self._index].full_name) if self._index is not None else "")
        self.update()


def _words_width(row: PickRow) -> int:
    theme = current_theme()
    gloss = QFontMetrics(theme.font("small")).horizontalAdvance(row.gloss) + _GAP if row.gloss else 0
    return QFontMetrics(theme.font("label")).horizontalAdvance(row.name) + gloss


class FlagLists(QScrollArea):
    """Both lists beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("flagLists")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.categories = PickList(_("Category"))
        self.categories.setObjectName("flagCategories")
        self.severities = PickList(_("How bad"))
        self.severities.setObjectName("flagSeverities")
        self.severities.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._last = self.categories  # in which was picked last
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        how_bad = plain_label(_("How bad"), role="secondary", field=self.severities)
        how_bad.setContentsMargins(12, 4, 12, 4)
        right.addWidget(how_bad)
        right.addWidget(self.severities)
        right.addStretch(1)
        self._inside = QWidget()
        lists = QHBoxLayout(self._inside)
        lists.setContentsMargins(0, 4, 0, 4)
        lists.setSpacing(0)
        lists.addWidget(self.categories, 1, Qt.AlignmentFlag.AlignTop)
        lists.addWidget(dividing_line(vertical=True))
        lists.addLayout(right)
        self.setWidget(self._inside)
        for ground in (self.viewport(), self._inside):
            ground.setAutoFillBackground(False)
        for each in (self.categories, self.severities):
            each.picked.connect(self._on_picked)

    def show_rows(self, categories: Sequence[PickRow], severities: Sequence[PickRow]) -> None:
        """Show these rows from the first on, none picked."""
        self.categories.show_rows(categories)
        self.severities.show_rows(severities)
        self.verticalScrollBar().setValue(0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        beside = self._inside.minimumSizeHint().width() - self.categories.minimumSizeHint().width()
        return QSize(self.categories.whole_width + beside + bar, _LEAST_ROWS * current_theme().grown("row"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_picked()

    @Slot()
    def _on_picked(self) -> None:
        sender = self.sender()
        if isinstance(sender, PickList):
            self._last = sender
        self._show_picked()

    def _show_picked(self) -> None:
        """Scroll to the row that was picked last."""
        if self._last.index is not None:
            row = current_theme().grown("row")
            middle = self._last.mapTo(self._inside, QPoint(0, self._last.index * row + row // 2))
            self.ensureVisible(0, middle.y(), 0, row)


def dividing_line(*, vertical: bool = False) -> QFrame:
    """A line between two parts of the popup."""
    line = QFrame()
    line.setProperty("divider", True)
    (line.setFixedWidth if vertical else line.setFixedHeight)(1)
    return line
