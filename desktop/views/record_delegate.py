"""How a record looks in a list: what was asked, what was said of it, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.flow import describing
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.qt_models.outbox_list import BEGAN, STANDING, Standing
from desktop.qt_models.record_list import RECORD
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import paint_item_ground
from feedback_store.record_table import StoredRecord

LINES = 3
ITS_OWN = "\u2068"  # first strong isolate: a foreign text is read in its own direction


class RecordDelegate(QStyledItemDelegate):
    """Two lines say what, one says in which state: icon and word, always both. `trainer` is who looks at it."""

    def __init__(self, trainer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self.names: Mapping[str, str] = {}  # what other trainers are called

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(300, LINES * current_theme().line_px() + current_theme().gap(16))

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        record = index.data(RECORD)
        if not isinstance(record, StoredRecord):
            return
        theme = current_theme()
        rect: QRect = option.rect
        paint_item_ground(painter, option)
        painter.save()
        painter.setPen(theme.colour("divider"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        air = theme.gap(16) // 2 - 2
        inside = rect.adjusted(12, air, -12, -air)
        line = inside.height() // LINES
        metrics = painter.fontMetrics()
        when = describing.when_text(index.data(BEGAN) or record.created_at)
        wide = metrics.horizontalAdvance(when) + 8
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        title = painter.fontMetrics().elidedText(
            in_one_line(record.title) or _("(erased)"), Qt.TextElideMode.ElideRight, inside.width() - wide
        )
        painter.setPen(theme.colour("text"))
        place = mirrored(painter, QRectF(inside.left(), inside.top(), inside.width() - wide, line), inside)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), f"{ITS_OWN}{title}")
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(theme.colour("text-secondary"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside.left(), inside.top(), inside.width(), line, right, when)
        painter.drawText(
            inside.left(), inside.top() + line, inside.width(), line, Qt.AlignmentFlag.AlignVCenter,
            in_one_line(describing.summary(record)),
        )  # fmt: skip
        word = describing.state_of(record, self._trainer, self.names)
        icon = describing.STATE_ICONS.get(record.state, "clock") if record.trainer == self._trainer else "user"
        tone = "text-secondary"
        standing = index.data(STANDING)
        if isinstance(standing, Standing):
            word = standing.words
            icon, tone = ("eye", "warning") if standing.look else (icon, tone)
        word = metrics.elidedText(
            in_one_line(word), Qt.TextElideMode.ElideRight, inside.width() - 20
        )  # a name as long as anybody likes
        painter.setPen(theme.colour(tone))
        x = mirrored_x(painter, inside.right() - metrics.horizontalAdvance(word) - 20, 16, inside)
        painter.drawText(inside.left(), inside.top() + 2 * line, inside.width(), line, right, word)
        paint_icon(
            painter, icon, theme.colour(tone), x,
            inside.top() + 2 * line + (line - 16) / 2, 16,
        )  # fmt: skip
        painter.restore()
