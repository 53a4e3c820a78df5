"""How a capture looks in the inbox: what was asked, what was answered, from which page and when."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.flow.inbox_desk import InboxRow
from desktop.qt_models.inbox_list import ROW
from desktop.theme.theme import current_theme
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import paint_item_ground

LINES = 3
SIDE = 12
_PLACE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)


class InboxDelegate(QStyledItemDelegate):
    """Three lines, the first in bold beside its day; that a page showed only a part is said in the third."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(300, LINES * current_theme().line_px() + current_theme().gap(16))

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW)
        if not isinstance(row, InboxRow):
            return
        theme, rect = current_theme(), option.rect
        paint_item_ground(painter, option)
        painter.save()
        painter.setPen(theme.colour("divider"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        air = theme.gap(16) // 2 - 2
        inside = rect.adjusted(SIDE, air, -SIDE, -air)
        line = inside.height() // LINES
        day = QFontMetrics(theme.font("body")).horizontalAdvance(row.since)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text-secondary"))
        first = QRectF(inside.left(), inside.top(), inside.width(), line)
        painter.drawText(first, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing), row.since)
        tones = ("text", "text-secondary", "warning" if row.note else "text-secondary")
        for number, (words, tone) in enumerate(
            zip((row.question, row.answer, row.note or row.place), tones, strict=True)
        ):
            face = theme.font("label" if number == 0 else "body")
            painter.setFont(face)
            painter.setPen(theme.colour(tone))
            room = inside.width() - (0 if number else day + 8)
            shown = QFontMetrics(face).elidedText(words, Qt.TextElideMode.ElideRight, room)
            place = QRectF(inside.left(), inside.top() + number * line, room, line)
            painter.drawText(mirrored(painter, place, inside), _PLACE, shown)
        painter.restore()
