"""Asks what words that somebody marked are: a name, a date of birth, a home address, something else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from desktop.flow import personal
from desktop.flow.personal import MARKED_KINDS
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseMenu
from feedback_store.record_values import RedactedKind


def ask_kind(quote: str, parent: QWidget, then: Callable[[RedactedKind], None]) -> None:
    """Ask by a menu what the words are, what they most likely are first; `then` is called if somebody chose."""
    menu = HouseMenu("personalKind", _("What the words are"), parent)
    guess = personal.guessed_kind(quote)
    for kind in sorted(MARKED_KINDS, key=lambda kind: kind != guess):
        menu.entry(personal.kind_name(kind), kind)
    menu.triggered.connect(lambda picked: then(picked.data()))
    focus = QApplication.focusWidget() or parent
    menu.open_at(focus.mapToGlobal(QPoint(24, 24)))
