"""What the header holds beside words: a name that opens a menu, and how many wait, which is a state and no action."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from desktop.flow.shown_text import in_one_line
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.button_ground import paint_button
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded

_SIDE = 8
_GAP = 8
_DOT = 6
_WIDEST = 280


class _HeaderButton(QAbstractButton):
    """As wide as its words in the letters of now; Tab stops at it, and it knows the pointer."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()


class MenuButton(_HeaderButton):
    """A name with a chevron. A click, Space, Enter or ↓ opens its menu; a long name gives up its end."""

    def __init__(self, menu: QMenu, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._menu = menu
        menu.setParent(self, menu.windowFlags())
        self.clicked.connect(self.open_menu)

    def show_name(self, name: str, accessible: str) -> None:
        """The name on the button, and what a screen reader says of it."""
        self.setText(in_one_line(name))
        self.setAccessibleName(accessible)
        cut = QFontMetrics(self._face()).horizontalAdvance(self.text()) > _WIDEST
        self.setToolTip(plain_tooltip(self.text()) if cut else "")
        self.updateGeometry()
        self.update()

    @Slot()
    def open_menu(self) -> None:
        """Open the menu under the button, its first entry that can be chosen current."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        checked = [action for action in self._menu.actions() if action.isChecked()]
        choices = checked or [action for action in self._menu.actions() if action.isEnabled()]
        if choices:
            self._menu.setActiveAction(choices[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        words = min(_WIDEST, QFontMetrics(self._face()).horizontalAdvance(self.text()) + 1)
        return QSize(words + theme.tokens.size["icon-small"] + _GAP + 2 * _SIDE, theme.grown("control"))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        role = "pressed" if self.isDown() else "hover" if self.underMouse() else ""
        if role:
            paint_button(painter, QRectF(self.rect()), theme.colour(role), None)
        face = self._face()
        painter.setFont(face)
        painter.setPen(theme.colour("text"))
        side = theme.tokens.size["icon-small"]
        room = self.width() - 2 * _SIDE - _GAP - side
        words = QFontMetrics(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        place = mirrored(painter, QRectF(_SIDE, 0, room + 1, self.height()), self.rect())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)
        ink = theme.colour("text-secondary")
        x = mirrored_x(painter, self.width() - _SIDE - side, side, self.rect())
        paint_icon(painter, "chevron-down", ink, x, (self.height() - side) / 2, side)
        painter.end()

    def _face(self) -> QFont:
        return current_theme().font("label")


class CountPill(_HeaderButton):
    """How many wait, as a pill with a dot; quiet words where none do. Clicking it goes there."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._count = 0

    def show_count(self, count: int, words: str) -> None:
        """`words` say it all; `count` decides how loudly."""
        self._count = count
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        words = QFontMetrics(theme.font("small", weight=500)).horizontalAdvance(self.text()) + 1
        dot = _DOT + _GAP if self._count else 0
        return QSize(words + dot + 2 * (_SIDE + 2), theme.line_px("small") + 12)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        x = float(_SIDE + 2)
        if self._count or self.underMouse():
            painter.setPen(QPen(theme.colour("border"), 1) if self._count else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover" if self.underMouse() else "surface"))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        if self._count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(mirrored(painter, QRectF(x, (self.height() - _DOT) / 2, _DOT, _DOT), self.rect()))
            x += _DOT + _GAP
        painter.setFont(theme.font("small", weight=500 if self._count else 400))
        painter.setPen(theme.colour("text" if self._count else "text-secondary"))
        place = mirrored(painter, QRectF(x, 0, self.width() - x, self.height()), self.rect())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.end()
