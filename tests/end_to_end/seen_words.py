"""Every word that a window gives away: painted, told to a screen reader, in a tooltip, or in the data of an item."""

from __future__ import annotations

from collections.abc import Iterator

from painted_text import painted_texts
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def seen_words(shown: QWidget) -> list[tuple[str, str]]:
    """Pairs of where and what; only of widgets that can be seen."""
    found = [("painted", each.text) for each in painted_texts(shown)]
    root = QAccessible.queryAccessibleInterface(shown)
    assert root is not None
    found += _told(root)
    for widget in (shown, *shown.findChildren(QWidget)):
        if widget.isVisible():
            here = widget.objectName() or type(widget).__name__
            found += [(here, widget.toolTip()), (here, widget.accessibleName()), (here, widget.accessibleDescription())]
            if isinstance(widget, QAbstractItemView):
                found += _rows(widget, here)
            if isinstance(widget, QComboBox):
                found += [(here, f"{widget.itemText(at)} {widget.itemData(at)}") for at in range(widget.count())]
    return found


def _told(part: QAccessibleInterface) -> Iterator[tuple[str, str]]:
    """What a screen reader can ask of a part and of those inside it."""
    if part.state().invisible:  # type: ignore[attr-defined]  # a bit field that the stubs leave out
        return
    here = f"told by {part.object().objectName() if part.object() is not None else 'a part'}"
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help):
        yield here, part.text(kind)
    text = part.textInterface()
    if text is not None:
        yield here, text.text(0, text.characterCount())
    for number in range(part.childCount()):
        inside = part.child(number)
        if inside is not None:
            yield from _told(inside)


def _rows(view: QAbstractItemView, here: str) -> Iterator[tuple[str, str]]:
    model = view.model()
    for row in range(model.rowCount() if model is not None else 0):
        for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
            index = model.index(row, column)
            yield from ((here, str(index.data(role))) for role in _ROLES)
            yield here, repr(index.data(Qt.ItemDataRole.UserRole))
