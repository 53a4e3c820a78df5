"""All values of one rating with their names, as a menu: for the mouse, and for whoever forgot what a digit means."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.flow.wording import gettext as _
from desktop.qt_models.rating_typing import toggled
from desktop.qt_models.ratings import NOT_APPLICABLE, RatingLine, Value
from desktop.views.parts.shown_text import named

MOST_VALUES = 11  # of a longer scale only the named ones are listed


@dataclass(frozen=True)
class Chosen:
    """What was chosen; None takes the value back."""

    value: Value


def choose_value(parent: QWidget, place: QPoint, line: RatingLine, now: Value) -> Chosen | None:
    """Ask for a value of `line`; None when nobody chose."""
    menu = QMenu(parent)
    menu.setObjectName("ratingMenu")
    offered: dict[QAction, Value] = {}
    for text, key, value, on in _entries(line, now):
        action = menu.addAction(f"{named(text)}\t{key}".replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        offered[action] = value
    menu.addSeparator()
    clear = menu.addAction(_("Clear") + "\t⌫")
    clear.setEnabled(now is not None)
    offered[clear] = None
    done = menu.exec(place)
    menu.deleteLater()
    return Chosen(offered[done]) if done in offered else None


def _entries(line: RatingLine, now: Value) -> list[tuple[str, str, Value, bool]]:
    """Text, key, what choosing it sets, and whether it is set now."""
    if line.several:
        chosen = now if isinstance(now, tuple) else ()
        found: list[tuple[str, str, Value, bool]] = [
            (mark.full_name, mark.key, toggled(line, now, mark.value), mark.value in chosen) for mark in line.marks
        ]
        return [*found, (_("None of them"), "0", (), now == ())]
    if line.marks:
        return [(mark.full_name, mark.key, mark.value, mark.value == now) for mark in line.marks]
    names = dict(line.steps)
    every = range(line.lowest, line.highest + 1)
    values = every if len(every) <= MOST_VALUES else sorted(names)
    scale: list[tuple[str, str, Value, bool]] = [
        (f"{value}  {names.get(value, '')}".strip(), "", value, value == now) for value in values
    ]
    return [*scale, (_("Not applicable"), "-", NOT_APPLICABLE, now == NOT_APPLICABLE)] if line.na else scale
