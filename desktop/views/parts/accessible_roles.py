"""What a widget is to a screen reader, where Qt cannot know it: a list, or an item of one.

Qt asks a factory for the interface of each widget when somebody first wants to read it. A widget says its role by a
property, so that what made it need not stay alive.
"""

from __future__ import annotations

from functools import cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

ROLE = "accessibleRole"
_ROLES = {"list": QAccessible.Role.List, "item": QAccessible.Role.ListItem}


def as_list(widget: QWidget) -> None:
    """Read `widget` as a list; its items are the children that `as_list_item` was said of."""
    _install()
    widget.setProperty(ROLE, "list")


def as_list_item(widget: QWidget) -> None:
    """Read `widget` as an item of the list it stands in."""
    _install()
    widget.setProperty(ROLE, "item")


def _interface(_kind: str, found: QObject) -> QAccessibleInterface | None:
    if not isinstance(found, QWidget) or found.property(ROLE) not in _ROLES:
        return None
    made = QAccessibleWidget(found, _ROLES[found.property(ROLE)])
    _made[found] = made
    return made


_made: WeakKeyDictionary[QObject, QAccessibleInterface] = WeakKeyDictionary()  # Qt keeps no reference of Python's


@cache
def _install() -> None:
    """Once a process, and after the application was made: the factory installed last is asked first."""
    QAccessible.installFactory(_interface)
