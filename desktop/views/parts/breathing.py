"""Gives layouts the room of the density: the gaps above, below and between what lies above one another.

Layouts are built with the usual gaps and nobody else thinks of density. The style calls this for every widget that it
polishes: before its first showing, and after each change of theme.
"""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.layouts import layouts_in

_NOTED = "preceptorGaps"  # of a layout: top, bottom and between as it was built, then as a density made them


def breathe(widget: QWidget) -> None:
    """Set the gaps of a widget's layout, and of those inside it."""
    layout = widget.layout()
    if layout is not None:
        _set(layout, current_theme())


def _set(layout: QLayout, theme: Theme) -> None:
    noted = layout.property(_NOTED)
    if noted or theme.density != "normal":
        now = _gaps(layout)
        before = noted or [*now, *now]
        # Its owner may have set others meanwhile: those are the usual ones then.
        usual = [u if made == gap else gap for u, made, gap in zip(before[:3], before[3:], now, strict=True)]
        made = [theme.gap(gap) for gap in usual]
        layout.setProperty(_NOTED, [*usual, *made])
        if made != now:
            _change(layout, *made)
    for inside in layouts_in(layout):
        _set(inside, theme)


def _gaps(layout: QLayout) -> list[int]:
    margins = layout.contentsMargins()
    between = -1
    if isinstance(layout, QVBoxLayout):
        between = layout.spacing()
    elif isinstance(layout, QGridLayout):
        between = layout.verticalSpacing()
    return [margins.top(), margins.bottom(), between]


def _change(layout: QLayout, top: int, bottom: int, between: int) -> None:
    margins = layout.contentsMargins()
    layout.setContentsMargins(margins.left(), top, margins.right(), bottom)
    if isinstance(layout, QVBoxLayout):
        layout.setSpacing(between)
    elif isinstance(layout, QGridLayout):
        layout.setVerticalSpacing(between)
