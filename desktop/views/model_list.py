"""The list of models: a calm card of three lines each, chosen by arrows; its keys act on the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.flow import keymap
from desktop.flow.models.rows import ActName, Row
from desktop.flow.wording import gettext as _
from desktop.theme.icons import paint_icon
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import in_one_line
from desktop.views.parts.key_names import key_name
from desktop.views.parts.mirroring import mirrored_x
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import paint_item_ground
from desktop.views.parts.whole_end import whole_rows

ROW = Qt.ItemDataRole.UserRole
LINES = 3
SIDE = 12
TEXT = 40  # where words begin: after the icon
_ICONS = {"coming": "download", "model": "cpu", "server": "link", "broken": "triangle-alert"}
_TONES = {"plain": "text-secondary", "success": "success", "warning": "warning", "danger": "danger"}
_SIGNS = {"plain": "", "success": "check", "warning": "circle-alert", "danger": "triangle-alert"}
COMMANDS: dict[str, tuple[ActName, ...]] = {
    "use_model": ("use", "go_on"),
    "remove_model": ("remove", "cancel", "discard", "dismiss"),
    "trash_model": ("trash",),
    "measure": ("measure", "stop_measuring"),
    "test_server": ("test",),
    "digest": ("digest",),
}
KEYS: dict[int, tuple[ActName, ...]] = {
    Qt.Key.Key_Return.value: COMMANDS["use_model"],
    Qt.Key.Key_Enter.value: COMMANDS["use_model"],
    Qt.Key.Key_Delete.value: COMMANDS["remove_model"],
}


class ModelList(QListWidget):
    """Shows rows; a row that stays keeps being chosen. `acts_asked` carries the acts that a key means, in turn."""

    acts_asked = Signal(object)  # tuple of ActName
    commanded = Signal(str)  # by a key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelList")
        self.setAccessibleName(_("Models"))
        self.setItemDelegate(ModelDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._whole = whole_rows(self)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    @property
    def chosen(self) -> Row | None:
        """The row that is chosen."""
        index = self.currentRow()
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the chosen one stays chosen, or the one in its place."""
        before, at = self.chosen, max(0, self.currentRow())
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for index, row in enumerate(rows):
            if index == self.count():
                self.addItem(QListWidgetItem())
            elif index < len(self._rows) and self._rows[index] == row:
                continue
            item = self.item(index)
            item.setText(in_one_line(row.title))
            item.setData(ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, in_one_line(row.spoken))
        self._announce(rows)
        self._rows = tuple(rows)
        keys = [row.key for row in rows]
        if before is not None and before.key in keys:
            self.setCurrentRow(keys.index(before.key))
        elif rows:
            self.setCurrentRow(min(at, len(rows) - 1))
        self.blockSignals(False)

    def _announce(self, rows: Sequence[Row]) -> None:
        """A download that has failed is told to screen readers once."""
        known = {row.key: row for row in self._rows}
        for row in rows:
            before = known.get(row.key)
            if row.kind == "coming" and row.tone == "danger" and before is not None and before.tone != "danger":
                words = f"{in_one_line(row.title)}: {row.state}"
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def choose(self, key: str) -> bool:
        """Choose a row by its key; False where it is not there."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self.setCurrentRow(index)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        command = keymap.current().at("models", key_name(event))
        if command is not None:
            self.commanded.emit(command)
        elif plain and event.key() in KEYS:
            self.acts_asked.emit(KEYS[event.key()])
        else:
            super().keyPressEvent(event)


class ModelDelegate(QStyledItemDelegate):
    """Name and size; what it is; where from and whether it fits. A download has its progress below."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        theme = current_theme()
        return QSize(280, theme.line_px("body") + 2 * theme.line_px("small") + 2 * theme.gap(10) + 4)

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        theme, rect = current_theme(), option.rect
        painter.save()
        painter.setPen(theme.colour("divider"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        paint_item_ground(painter, option)
        self._paint_words(painter, theme, rect, row)
        painter.restore()

    def _paint_words(self, painter: QPainter, theme: Theme, rect: QRect, row: Row) -> None:
        body, small = theme.line_px("body"), theme.line_px("small")
        icon = "danger" if row.kind == "broken" else "text-secondary"
        side = theme.tokens.size["icon-small"]
        top = rect.top() + theme.gap(10)
        at = mirrored_x(painter, rect.left() + SIDE + 2, side, rect)
        paint_icon(painter, _ICONS[row.kind], theme.colour(icon), at, top + (body - side) / 2, side)
        left, width = rect.left() + TEXT, rect.right() - SIDE - rect.left() - TEXT
        if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = rect.left() + SIDE
        first = QRect(left, top, width, body)
        second = QRect(left, top + body + 2, width, small)
        third = QRect(left, top + body + small + 4, width, small)
        grey = theme.colour("text-secondary")
        used = _right(painter, theme, first, row.size, grey)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.colour("text"))
        _elided(painter, _without(painter, first, used), row.title)
        painter.setFont(theme.font("small"))
        painter.setPen(grey)
        _elided(painter, second, row.line)
        used = _state(painter, theme, third, row)
        painter.setPen(theme.colour("text-tertiary"))
        painter.setFont(theme.font("small"))
        if row.share is None:
            _elided(painter, _without(painter, third, used), row.source, Qt.TextElideMode.ElideMiddle)
        else:
            _bar(painter, theme, _without(painter, third, used + 4), row.share)


def _without(painter: QPainter, rect: QRect, used: int) -> QRect:
    """What is left of a line beside what stands at its end."""
    rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return rect.adjusted(used, 0, 0, 0) if rtl else rect.adjusted(0, 0, -used, 0)


def _elided(painter: QPainter, rect: QRect, text: str, where: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
    words = QFontMetrics(painter.font()).elidedText(in_one_line(text), where, rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)


def _right(painter: QPainter, theme: Theme, rect: QRect, text: str, ink: QColor) -> int:
    """Words at the right; how much room they take."""
    if not text:
        return 0
    painter.setFont(theme.font("small"))
    painter.setPen(ink)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)
    return QFontMetrics(painter.font()).horizontalAdvance(text) + 12


def _state(painter: QPainter, theme: Theme, rect: QRect, row: Row) -> int:
    """Icon and word, always both where it is no plain news."""
    ink = theme.colour(_TONES[row.tone])
    used = _right(painter, theme, rect, row.state, ink)
    sign, side = _SIGNS[row.tone], 14
    if sign and used:
        x = mirrored_x(painter, rect.right() - used + 12 - side - 4, side, rect)
        paint_icon(painter, sign, ink, x, rect.top() + (rect.height() - side) / 2, side)
        used += side + 4
    return used


def _bar(painter: QPainter, theme: Theme, rect: QRect, share: float) -> None:
    """How much has come, 4 px high; nothing is filled where nobody knows."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    track = QRectF(rect.left(), rect.center().y() - 1, rect.width(), 4)
    painter.setBrush(theme.colour("pip-empty"))
    painter.drawRoundedRect(track, 2, 2)
    if share > 0:
        track.setWidth(max(4.0, track.width() * share))
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(track, 2, 2)
