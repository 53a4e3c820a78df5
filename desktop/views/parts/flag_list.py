"""The flags of all answers as rows. Enter has one changed, digits set the severity, Delete removes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.qt_models.flag_rows import FlagRow
from desktop.qt_models.rating_typing import off_scale_words
from desktop.qt_models.ratings import letter_of
from desktop.theme.theme import current_theme
from desktop.views.parts.key_names import HELD
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.row_list import RowList, paint_words
from desktop.views.parts.underlines import mark_size, paint_flag_mark

MOST_ROWS = 6


class FlagList(RowList[FlagRow]):
    """`severity_set` carries row and severity, `removed` and `change_asked` a row; a click shows the place of one.

    `refused` says how bad a flag can be, when a digit was none of those.
    """

    change_asked = Signal(int)
    severity_set = Signal(int, int)
    removed = Signal(int)
    refused = Signal(str)

    def __init__(self, severities: int = 4, parent: QWidget | None = None) -> None:
        super().__init__("flags", _("Flags"), MOST_ROWS, parent)
        self._severities = severities

    def set_severities(self, count: int) -> None:
        """How many severities there are; digits below this number set them."""
        self._severities = count

    def row_height(self) -> int:
        return mark_size().height() + 4

    def pressed_at(self, row: int, event: QKeyEvent) -> bool:
        text = event.text()
        if event.modifiers() & HELD:
            return False
        if text.isascii() and text.isdigit():
            if int(text) < self._severities:
                self.severity_set.emit(row, int(text))
            else:
                self.refused.emit(off_scale_words(text, 0, self._severities - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.change_asked.emit(row)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        else:
            return False
        return True

    def paint_row(self, painter: QPainter, row: FlagRow, rect: QRectF) -> None:
        theme, size = current_theme(), mark_size()
        mark = QRectF(rect.left() + 4, rect.center().y() - size.height() / 2, size.width(), size.height())
        look = theme.flag(row.category, row.sign)
        paint_flag_mark(painter, mirrored(painter, mark, rect), look, row.severity, gone=row.gone)
        painter.setPen(theme.colour("text"))
        place = QRectF(mark.right() + 8, rect.top(), rect.right() - mark.right() - 14, rect.height())
        bold = theme.font("label")
        paint_words(painter, letter_of(row.position), bold, place, rect)
        place.setLeft(place.left() + QFontMetrics(bold).horizontalAdvance("M") + 6)
        room = min(self.lead_width, round(place.width() * 0.5))
        paint_words(
            painter, row.name, theme.font("body"), QRectF(place.left(), rect.top(), room + 2, rect.height()), rect
        )
        place.setLeft(place.left() + max(room + 12, 0))
        painter.setPen(theme.colour("text-secondary"))
        paint_words(painter, row.shown_quote, theme.font("small"), place, rect)
