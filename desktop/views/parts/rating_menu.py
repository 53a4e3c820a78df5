"""All values of one rating with their names, as a menu: for the mouse, and for whoever forgot what a digit means."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.qt_models.rating_typing import toggled
from desktop.qt_models.ratings import NOT_APPLICABLE, RatingLine, Value
from desktop.views.parts.menus import HouseMenu

MOST_VALUES = 11  # of a longer scale only the named ones are listed


def choose_value(parent: QWidget, place: QPoint, line: RatingLine, now: Value, then: Callable[[Value], None]) -> None:
    """Ask for a value of `line`; `then` is called with what somebody chose, None to take the value back."""
    menu = HouseMenu("ratingMenu", line.name, parent)
    offered = {
        menu.entry(text, key=key, press=_digit(value) if not key else "", on=on): value
        for text, key, value, on in _entries(line, now)
    }
    menu.addSeparator()
    clear = menu.entry(_("Clear"), key="⌫")
    clear.setEnabled(now is not None)
    offered[clear] = None
    menu.triggered.connect(lambda picked: then(offered[picked]))
    menu.open_at(place)


def _digit(value: Value) -> str:
    """The key of a value of a scale, with which its words begin."""
    return str(value) if isinstance(value, int) and 0 <= value <= 9 else ""


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
