"""What lies in a layout, without asking it for its items.

`QLayout.itemAt` leaves a Python object for an item that is no QObject. Qt frees the item with its widget, the object
stays, and the next layout made at that address is taken for it: PySide 6.11 then crashes. So the widgets and layouts
themselves are asked where they stand.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLayout, QWidget


def parts_of(layout: QLayout) -> list[QWidget | QLayout]:
    """The widgets and layouts of a layout that a widget has, in the layout's order."""
    owner = layout.parentWidget()
    near: list[QObject] = [*owner.children(), *layout.children()] if owner is not None else []
    parts = [part for part in near if isinstance(part, (QWidget, QLayout))]
    placed = [(layout.indexOf(part), part) for part in parts]
    return [part for index, part in sorted(placed, key=lambda place: place[0]) if index >= 0]


def layouts_in(layout: QLayout) -> list[QLayout]:
    """The layouts that were added to a layout."""
    return [part for part in layout.children() if isinstance(part, QLayout)]
