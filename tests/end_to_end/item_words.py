"""What is told of rows, cells and heads of a view, and of the entries of a choice or a menu: by tooltip or aloud."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QMenu, QWidget

Role = Qt.ItemDataRole
RICH = (Role.ToolTipRole, Role.WhatsThisRole)  # which Qt shows as rich text where it looks like some
_TOLD = (*RICH, Role.StatusTipRole, Role.AccessibleTextRole, Role.AccessibleDescriptionRole)
_ROWS = 50  # of each level
_LEVELS = 4


def told_by_items(widget: QWidget) -> Iterator[tuple[str, Role, str]]:
    """Where, in which role, and what."""
    if isinstance(widget, QHeaderView):
        return  # its view tells the same
    if isinstance(widget, QAbstractItemView | QComboBox) and widget.model() is not None:
        yield from _told_by(widget.model(), QModelIndex(), "")
    for action in widget.actions():
        yield "an entry", Role.WhatsThisRole, action.whatsThis()
        yield "an entry", Role.StatusTipRole, action.statusTip()
        if not isinstance(widget, QMenu) or widget.toolTipsVisible():
            yield "an entry", Role.ToolTipRole, action.toolTip()


def _told_by(model: QAbstractItemModel, parent: QModelIndex, above: str) -> Iterator[tuple[str, Role, str]]:
    rows = min(_ROWS, model.rowCount(parent))
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(rows):
        for column in range(columns):
            index = model.index(row, column, parent)
            here = f"{above}row {row}, column {column}"
            for role in _TOLD:
                yield here, role, str(index.data(role) or "")
            if not index.data(Role.AccessibleTextRole):  # what a screen reader is told then
                yield here, Role.DisplayRole, str(index.data(Role.DisplayRole) or "")
        if above.count("row") < _LEVELS and not isinstance(model, QAbstractListModel):
            yield from _told_by(model, model.index(row, 0, parent), f"{above}row {row}, ")
    if not above:
        for count, way in ((columns, Qt.Orientation.Horizontal), (rows, Qt.Orientation.Vertical)):
            for section in range(count):
                for role in (*_TOLD, Role.DisplayRole):
                    if role != Role.DisplayRole or not model.headerData(section, way, Role.AccessibleTextRole):
                        yield f"head {section}", role, str(model.headerData(section, way, role) or "")
