"""Puts a theme on the application: style, palette, font, sheet. Called at start and whenever the theme changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.appearance import Appearance
from desktop.theme.palette import make_palette
from desktop.theme.stylesheet import make_stylesheet
from desktop.theme.theme import Theme, hang_theme
from desktop.views.parts.house_style import HouseStyle

_STYLED = "preceptorStyled"


def dress(app: QApplication, theme: Theme) -> None:
    """Every widget gets a StyleChange and repaints from `theme`."""
    hang_theme(app, theme)
    if not app.property(_STYLED):
        app.setStyle(HouseStyle())
        app.setProperty(_STYLED, True)
    app.setPalette(make_palette(theme))
    app.setFont(theme.font("body"))
    if app.styleSheet():  # Qt polishes a widget once for a first sheet, but for a next one once for each around it
        app.setStyleSheet("")
    app.setStyleSheet(make_stylesheet(theme))


def keep_dressed(app: QApplication, appearance: Appearance) -> None:
    """Dress it as the appearance says, now and whenever that changes."""
    dress(app, appearance.theme)
    appearance.changed.connect(lambda theme: dress(app, theme))


@contextmanager
def undressed() -> Iterator[None]:
    """Build a window in here: its widgets are dressed at the end, once.

    With a sheet on the application Qt tells each widget anew how it looks whenever one around it gets a parent. That is
    most of what a window of a thousand widgets would cost.
    """
    app = QApplication.instance()
    sheet = app.styleSheet() if isinstance(app, QApplication) else ""
    if not isinstance(app, QApplication) or not sheet:
        yield
        return
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def polish_all(part: QWidget) -> None:
    """Dress a part that is not seen yet, with all that is in it: else that is done when it is first shown."""
    part.ensurePolished()
    for inside in part.findChildren(QWidget):
        inside.ensurePolished()
