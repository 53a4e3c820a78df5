"""The ring around the widget that has the focus: 2 px, 1 px outside. QSS `outline` cannot stand outside a widget.

Text fields show the focus by their border, and item views by their cell; what else does sets the property `ring` to
"own". A view without a current cell has the ring around it.
Inside a card the ring goes around the card.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QTextEdit,
    QWidget,
)

from desktop.theme.theme import current_theme
from desktop.views.parts.house_style import HouseStyle
from desktop.views.parts.paint_guard import guarded

_OWN = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractItemView)


class _RingStyle(HouseStyle):
    """A ring stands above its widget: below it would be cut off where that fills what it stands in."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)


class RingFrame(QFocusFrame):
    """The ring as it looks, around whichever widget it is set to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        style = _RingStyle()
        style.setParent(self)
        self.setStyle(style)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        width = theme.tokens.line["focus"]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        target = self.widget()
        card = target is not None and bool(target.property("card"))
        radius = theme.tokens.radius["card" if card else "control"] + theme.tokens.line["focus-offset"] + half
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)
        painter.end()


class FocusRing(RingFrame):
    """One a window: `FocusRing(window)`; it follows the focus inside that window by itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._follow)
        self.hide()  # else it is shown with its window, around nothing, until something there gets the keyboard
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt hides the frame when styles change, and does not bring it back."""
        super().hideEvent(event)
        self._soon.start()

    @Slot()
    def _follow(self) -> None:
        self._on_focus_changed(None, QApplication.focusWidget())

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        target = ring_target(now) if now is not None and now.window() is self._window else None
        self.setWidget(target)  # type: ignore[arg-type]  # Qt takes a null widget: no ring
        self.setVisible(target is not None)
        if isinstance(target, QAbstractItemView) and target.selectionModel() is not None:
            unique = Qt.ConnectionType.UniqueConnection
            target.selectionModel().currentChanged.connect(self._on_current, unique)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        """A list that had nothing current when the keyboard came has a row now, which shows the focus by itself."""
        self._soon.start()


def ring_target(widget: QWidget) -> QWidget | None:
    """Around which widget the ring goes when `widget` has the focus; None where it shows the focus by itself."""
    ring = widget.property("ring")
    if ring == "own":
        return None
    if ring == "card":
        return _card_of(widget) or widget
    if isinstance(widget, QAbstractItemView) and not widget.currentIndex().isValid():
        return widget  # there is no cell that could show it
    if isinstance(widget, _OWN) and ring is None:
        return None
    return widget


def _card_of(widget: QWidget) -> QWidget | None:
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if parent.property("card"):
            return parent
        parent = parent.parentWidget()
    return None  # a card that a dialog was opened from is no card of the dialog
