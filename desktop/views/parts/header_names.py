"""Names for the headers of a list or table, which Qt leaves without: a screen reader says what their columns are of."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QHeaderView, QTableView, QTreeView

from desktop.flow.wording import gettext as _


def name_headers(view: QTableView | QTreeView) -> None:
    """Name the headers of `view`, and the button between them, after it; it has its own names by now."""
    columns = view.horizontalHeader() if isinstance(view, QTableView) else view.header()
    _name(columns, f"{view.objectName()}Columns", _("{list}: columns").format(list=view.accessibleName()))
    if isinstance(view, QTableView):
        lines = _("{list}: lines").format(list=view.accessibleName())
        _name(view.verticalHeader(), f"{view.objectName()}Lines", lines)
        for corner in view.findChildren(QAbstractButton):
            corner.setObjectName(f"{view.objectName()}Corner")
            corner.setAccessibleName(_("{list}: all of it").format(list=view.accessibleName()))


def _name(header: QHeaderView, name: str, words: str) -> None:
    header.setObjectName(name)
    header.setAccessibleName(words)
