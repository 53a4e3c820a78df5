"""The turns of a conversation drawn as a tree and walked by keys. It is a list: a long conversation costs no widgets.

A straight conversation stays in one lane. Branches hang to the right of the line that most turns are in.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.flow import keymap, turn_words
from desktop.flow.conversation_tree import Tree, Turn
from desktop.flow.wording import gettext as _
from desktop.qt_models.turn_list import TURN, TurnList
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts import in_one_line
from desktop.views.parts.key_names import key_name
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import paint_item_ground

LANE = 16  # px between two lines
SIDE = 12
DOT = 4  # the radius of a turn on its line
ICON = 16
GAP = 12
LONGEST_WAY = 0.25  # of the width, for what a turn goes on from
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ACTS = {"branch", "continue", "again"}  # commands of the answers that mean a turn here


class TurnView(QListView):
    """Up and Down go from turn to turn, Left and Right from branch to branch; Enter asks to go there."""

    visited = Signal(object)  # Turn
    acted = Signal(str, object)  # a command's id, Turn
    left = Signal()

    def __init__(self, model: TurnList, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turns = model
        self.setObjectName(name)
        self.setAccessibleName(_("Turns of the conversation"))
        self.setModel(model)
        self.setItemDelegate(TurnDelegate(self))
        self.setUniformItemSizes(True)
        self.setSizeAdjustPolicy(TurnView.SizeAdjustPolicy.AdjustToContents)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._on_activated)
        model.modelReset.connect(self.stand_here)
        self.stand_here()

    @property
    def tree(self) -> Tree:
        return self._turns.tree

    @Slot()
    def stand_here(self) -> None:
        """Choose the turn that is on the bench, and bring it into sight."""
        self._choose(max(0, self.tree.here))

    def wanted_height(self, rows: int) -> int:
        """The height that shows all turns, or so many of them."""
        return min(rows, len(self.tree.turns)) * current_theme().grown("row") + 2 * self.frameWidth()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        turn = self._turns.turn(self.currentIndex())
        command = keymap.current().at("answers", key_name(event))
        if key in _STEPS and turn is not None:
            self._choose(self.tree.beside(self.currentIndex().row(), _STEPS[key]))
        elif key in _ENTER and turn is not None:
            self.visited.emit(turn)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif command in _ACTS and turn is not None:
            self.acted.emit(command, turn)
        else:
            super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        index = self._turns.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        turn = self._turns.turn(index)
        if turn is not None:
            self.visited.emit(turn)


class TurnDelegate(QStyledItemDelegate):
    """The lines at the left, number and words, what it goes on from, and its state: icon and word, always both."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, current_theme().grown("row"))

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        turn = index.data(TURN)
        if not isinstance(turn, Turn):
            return
        theme, rect = current_theme(), QRect(option.rect)
        paint_item_ground(painter, option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lines(painter, rect, turn, index.row())
        rect.setLeft(rect.left() + SIDE + (turn.lane + 1) * LANE + 4)
        rect.setRight(rect.right() - SIDE)
        small = theme.font("small")
        painter.setFont(small)
        painter.setPen(theme.colour("text-secondary"))
        rect.setRight(self._paint_state(painter, rect, turn) - GAP)
        way = QFontMetrics(small).elidedText(
            turn_words.from_text(turn), Qt.TextElideMode.ElideRight, int(option.rect.width() * LONGEST_WAY)
        )
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), way)
        rect.setRight(rect.right() - QFontMetrics(small).horizontalAdvance(way) - GAP)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), str(turn.number))
        rect.setLeft(rect.left() + QFontMetrics(small).horizontalAdvance("000") + 4)
        self._paint_words(painter, rect, turn)
        painter.restore()

    def _paint_lines(self, painter: QPainter, rect: QRect, turn: Turn, row: int) -> None:
        """The lines that pass, the turn's own, and its dot: filled where the bench is."""
        theme = current_theme()
        middle = QRectF(rect).center().y()
        painter.setPen(QPen(theme.colour("border-strong"), 1))

        def x(lane: int) -> float:
            return rect.left() + SIDE + lane * LANE + DOT

        def line(lane: int, top: float, bottom: float) -> None:
            painter.drawLine(QPointF(x(lane), top), QPointF(x(lane), bottom))

        for lane in range(turn.lane):
            line(lane, middle if row == 0 else rect.top(), rect.bottom() + 1)
        if turn.hangs:
            painter.drawLine(QPointF(x(turn.lane - 1), middle), QPointF(x(turn.lane), middle))
        elif turn.parent or turn.branches > 1:
            line(turn.lane, rect.top(), middle)
        if turn.goes_on:
            line(turn.lane, middle, rect.bottom() + 1)
        accent = theme.colour("accent")
        painter.setPen(QPen(accent if turn.here else theme.colour("text-secondary"), 1.5))
        painter.setBrush(accent if turn.here else theme.colour("surface"))
        painter.drawEllipse(QPointF(x(turn.lane), middle), DOT, DOT)

    def _paint_state(self, painter: QPainter, rect: QRect, turn: Turn) -> int:
        """Icon and word, below each other in all rows; where they begin."""
        metrics = painter.fontMetrics()
        widest = max(metrics.horizontalAdvance(turn_words.state_text(state)) for state in turn_words.STATE_ICONS)
        left = rect.right() - widest
        word = QRect(left, rect.top(), widest + 1, rect.height())
        painter.drawText(word, int(Qt.AlignmentFlag.AlignVCenter), turn_words.state_text(turn.glance.state))
        icon = turn_words.STATE_ICONS[turn.glance.state]
        ink = painter.pen().color()
        paint_icon(painter, icon, ink, left - ICON - 6, rect.top() + (rect.height() - ICON) / 2, ICON)
        return left - ICON - 6

    def _paint_words(self, painter: QPainter, rect: QRect, turn: Turn) -> None:
        theme = current_theme()
        face = theme.font("body")
        face.setBold(turn.here)
        painter.setFont(face)
        painter.setPen(theme.colour("text" if turn.glance.asked else "text-secondary"))
        words = in_one_line(turn_words.asked_text(turn))
        shown = QFontMetrics(face).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)
