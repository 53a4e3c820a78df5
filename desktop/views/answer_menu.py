"""The menu of one answer: all that can be done with it, with the key of each."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _


def ask_act(button: QWidget, *, own: bool) -> str:
    """What to do with the answer, chosen below `button`: an act of CardAct; "" for nothing. `own`: it is one's own."""
    menu, keys = QMenu(button), keymap.current()
    theirs = (
        (_("Write again"), "again", "again"),
        (_("Go on where it was cut off"), "go_on", "go_on"),
        (_("Stop writing"), "stop", "stop_answer"),
        (_("Rewrite"), "rewrite", "rewrite"),
    )
    mine = (
        (_("Go on writing"), "rewrite", "rewrite"),
        (_("Remove my own answer"), "remove_own", "remove_own"),
    )
    both = ((_("Flag the whole answer"), "flag", "flag"), (_("Copy the text"), "copy", "copy_answer"))
    for text, act, command in (*(mine if own else theirs), *both):
        key = keys.shown(command)
        action = QAction(f"{text}\t{key}" if key else text, menu)
        action.setData(act)
        menu.addAction(action)
    picked = menu.exec(button.mapToGlobal(QPoint(0, button.height())))
    menu.deleteLater()
    return str(picked.data()) if picked is not None else ""
