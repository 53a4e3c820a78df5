"""Finds words of a window that are cut: what has less room than it needs, of whatever kind it is."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QWidget,
)

from desktop.views.parts import Badge, ElidedLabel, KeyButton, SegmentedChoice, WrappingButton
from desktop.views.parts.header_buttons import MenuButton
from desktop.views.parts.rail_button import RailButton
from desktop.views.parts.status_line import StatusLine

SIDES_OF_A_PLACEHOLDER = 4  # what Qt leaves free inside the frame, left and right together


def cut_words(window: QWidget) -> list[str]:
    """Every visible text below `window` that is not shown whole; [] is well.

    Some may go, for they are made to: a key in a button, keys in the status line, names that a person or a file gave,
    and the name under a room's icon, which stands in its tooltip and in the header.
    """
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            found += [f"{type(widget).__name__} {widget.objectName() or '–'}: {text}" for text in _cut(widget)]
    return found


def _cut(widget: QWidget) -> Iterator[str]:
    match widget:
        case KeyButton() if widget.width() < widget.minimumSizeHint().width():
            yield widget.text()
        case WrappingButton() if widget.heightForWidth(widget.width()) > widget.height():
            yield widget.text()
        case KeyButton() | MenuButton():
            pass
        case RailButton() if widget.text() in widget.toolTip():
            pass
        case SegmentedChoice() if (
            widget.width() < widget.minimumSizeHint().width() or widget.height() < widget.heightForWidth(widget.width())
        ):
            yield widget.accessibleName()
        case QAbstractButton() | Badge() if widget.width() < widget.sizeHint().width():
            yield widget.accessibleName()
        case ElidedLabel():
            pass
        case QLabel() if widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height():
                yield widget.text()
        case QLabel() if widget.fontMetrics().horizontalAdvance(widget.text()) > widget.contentsRect().width():
            yield widget.text()
        case QComboBox():
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            field = widget.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
            )
            if widget.fontMetrics().horizontalAdvance(widget.currentText()) > field.width():
                yield widget.currentText()
        case QLineEdit():
            frame = QStyleOptionFrame()
            widget.initStyleOption(frame)
            field = widget.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, widget)
            room = field.width() - SIDES_OF_A_PLACEHOLDER
            if not widget.text() and widget.fontMetrics().horizontalAdvance(widget.placeholderText()) > room:
                yield widget.placeholderText()
        case QPlainTextEdit() if not widget.toPlainText():
            room = widget.viewport().rect()
            wraps = int(Qt.TextFlag.TextWordWrap)
            if widget.fontMetrics().boundingRect(room, wraps, widget.placeholderText()).height() > room.height():
                yield widget.placeholderText()
        case QHeaderView() if widget.orientation() == Qt.Orientation.Horizontal:
            model = widget.model()
            if widget.length() > widget.width():
                yield "columns have no room side by side"
            for section in range(widget.count()):
                needed = widget.sectionSizeFromContents(section).width()
                if not widget.isSectionHidden(section) and needed > widget.sectionSize(section):
                    yield str(model.headerData(section, widget.orientation()))
        case StatusLine():
            if widget.said not in widget.accessibleDescription():
                yield widget.said
        case QMenu() if widget.width() < widget.sizeHint().width():
            yield "a menu is narrower than its entries"
        case QScrollArea() if widget.widget() is not None:
            if widget.widget().minimumSizeHint().width() > widget.viewport().width():
                yield "what it holds is wider than it is"
        case _:
            pass
