"""Rows of lists: hover, chosen (tint and 3 px bar) and focus (ring) never look alike and can stand together."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.theme.theme import current_theme


def paint_row_ground(
    painter: QPainter, rect: QRect, *, chosen: bool, hover: bool = False, focused: bool = False
) -> None:
    """The ground of a row; its owner paints what stands on it."""
    theme = current_theme()
    painter.save()
    if chosen or hover:
        painter.fillRect(rect, theme.colour("accent-subtle" if chosen else "hover"))
    if chosen:
        painter.fillRect(rect.left(), rect.top(), theme.tokens.line["rail-bar"], rect.height(), theme.colour("accent"))
    if focused:
        painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
    painter.restore()


class RowDelegate(QStyledItemDelegate):
    """One line of plain text a row, 28 px; `paint_row_ground` serves delegates that show more."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, current_theme().grown("row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = current_theme()
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        paint_row_ground(painter, option.rect, chosen=chosen, hover=hover, focused=focused)
        painter.save()
        face = theme.font("body")
        painter.setFont(face)
        painter.setPen(theme.colour("text" if state & QStyle.StateFlag.State_Enabled else "text-disabled"))
        rect = option.rect.adjusted(12, 0, -8, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        words = QFontMetrics(face).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.restore()
