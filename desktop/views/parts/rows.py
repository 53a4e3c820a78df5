"""Rows of lists: hover, chosen (tint and 3 px bar) and focus (ring) never look alike and can stand together.

What is chosen has colour only while keys go to its list: a row that is merely read beside it is grey.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded

_CELL_SIDE = 8
_BEYOND = 8  # so far a cell's ground goes on behind its neighbours


def takes_keys(option: QStyleOptionViewItem) -> bool:
    """Whether keys go to the list of a row: it has the keyboard, or a field acts for it and it never has."""
    view = option.widget
    return not isinstance(view, QWidget) or view.hasFocus() or view.focusPolicy() == Qt.FocusPolicy.NoFocus


def paint_row_ground(
    painter: QPainter, rect: QRect, *, chosen: bool, hover: bool = False, focused: bool = False, keyed: bool = True
) -> None:
    """The ground of a row; its owner paints what stands on it. `keyed` is whether keys go to its list."""
    theme = current_theme()
    painter.save()
    if chosen or hover:
        ground = "accent-subtle" if chosen and keyed else "surface-sunken" if chosen and not hover else "hover"
        painter.fillRect(rect, theme.colour(ground))
    if chosen:
        bar = QRectF(rect.left(), rect.top(), theme.tokens.line["rail-bar"], rect.height())
        painter.fillRect(mirrored(painter, bar, rect), theme.colour("accent" if keyed else "border-strong"))
    if focused:
        painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
    painter.restore()


def paint_item_ground(painter: QPainter, option: QStyleOptionViewItem, rect: QRect | None = None) -> None:
    """The ground of a delegate's row, as the list says that it stands; in another `rect` than the item's, if given."""
    state = option.state
    paint_row_ground(
        painter,
        option.rect if rect is None else rect,
        chosen=bool(state & QStyle.StateFlag.State_Selected),
        hover=bool(state & QStyle.StateFlag.State_MouseOver),
        focused=bool(state & QStyle.StateFlag.State_HasFocus),
        keyed=takes_keys(option),
    )


_WRAPPED = int(Qt.TextFlag.TextWordWrap)


class CellDelegate(QStyledItemDelegate):
    """Rows of several columns as rows of one look: one bar, one ring. A bold font is kept, all else is the theme's.

    In a tree whose rows are not of one height, words of the first column that are too long go on in a further line.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics, text = QFontMetrics(_face(index)), str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        width, height = metrics.horizontalAdvance(text) + 2 * _CELL_SIDE + 1, current_theme().grown("row")
        room = self._room(index)
        if room is None or width <= room:
            return QSize(width, height)
        lines = metrics.boundingRect(QRect(0, 0, room - 2 * _CELL_SIDE, 1000), _WRAPPED, text).height()
        return QSize(room, height + lines - metrics.height())

    def _room(self, index: QModelIndex | QPersistentModelIndex) -> int | None:
        """How wide a cell is whose words may go on below; None where they may not."""
        tree = self.parent()
        if index.column() or not isinstance(tree, QTreeView) or tree.uniformRowHeights():
            return None
        inside = tree.indentation() if index.parent().isValid() else 0
        return max(2 * _CELL_SIDE + 1, tree.columnWidth(0) - inside)

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = option.rect
        first = index.column() == 0
        last = index.column() == index.model().columnCount(index.parent()) - 1
        painter.save()
        painter.setClipRect(rect)
        if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            first, last = last, first  # the columns are mirrored: the first one stands at the right
        row = rect.adjusted(0 if first else -_BEYOND, 0, 0 if last else _BEYOND, 0)
        paint_item_ground(painter, option, row)
        face = _face(index)
        painter.setFont(face)
        painter.setPen(current_theme().colour("text"))
        inside = rect.adjusted(_CELL_SIDE, 0, -_CELL_SIDE, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        place = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        if self._room(index) is None:
            text = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        else:
            place |= _WRAPPED
        painter.drawText(inside, place, text)
        painter.restore()


def _face(index: QModelIndex | QPersistentModelIndex) -> QFont:
    asked = index.data(Qt.ItemDataRole.FontRole)
    return current_theme().font("label" if isinstance(asked, QFont) and asked.bold() else "body")


class RowDelegate(QStyledItemDelegate):
    """One line of plain text a row, 28 px; `paint_item_ground` serves delegates that show more."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, current_theme().grown("row"))

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.paint_row(painter, option, index)

    def paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        *,
        before_end: int = 0,
    ) -> None:
        """Ground and words, which end so many pixels before the row's end in dots where they have no room."""
        theme, enabled = current_theme(), bool(option.state & QStyle.StateFlag.State_Enabled)
        paint_item_ground(painter, option)
        painter.save()
        face = theme.font("body")
        painter.setFont(face)
        painter.setPen(theme.colour("text" if enabled else "text-disabled"))
        rect = mirrored(painter, QRectF(option.rect.adjusted(12, 0, -8 - before_end, 0)), option.rect)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        words = QFontMetrics(face).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.restore()
