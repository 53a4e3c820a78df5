"""Puts a theme on the application: style, palette, font, sheet. Called at start and whenever the theme changes."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

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
