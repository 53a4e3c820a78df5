"""Asks what words that somebody marked are: a name, a date of birth, a home address, something else."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.flow import personal
from desktop.flow.personal import MARKED_KINDS
from feedback_store.record_parts import RedactedKind


def ask_kind(quote: str, parent: QWidget) -> RedactedKind | None:
    """What the words are, by a menu; what they most likely are comes first. None: it was left."""
    menu = QMenu(parent)
    menu.setObjectName("personalKind")
    guess = personal.guessed_kind(quote)
    for kind in sorted(MARKED_KINDS, key=lambda kind: kind != guess):
        action = QAction(personal.kind_name(kind), menu)
        action.setData(kind)
        menu.addAction(action)
    menu.setActiveAction(menu.actions()[0])
    focus = QApplication.focusWidget() or parent
    picked = menu.exec(focus.mapToGlobal(QPoint(24, 24)))
    menu.deleteLater()
    return next((kind for kind in MARKED_KINDS if picked is not None and picked.data() == kind), None)
