"""The window follows the system's colours and its wish for contrast while it is open, unless a theme was chosen.

Qt's plugin that draws into memory has no system to ask, so Qt's answers are put in its place, and its signals sent.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessibilityHints, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow

from desktop.app import Workbench
from desktop.theme.appearance import Appearance
from desktop.theme.theme import Theme
from desktop.theme.tokens import ThemeName
from desktop.views.parts import keep_dressed

pytestmark = pytest.mark.long

SEEN = 5  # places that show a theme's ground


class System:
    """What the system asks for, as Qt tells it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._scheme = Qt.ColorScheme.Light
        self._contrast = Qt.ContrastPreference.NoPreference
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _hints: self._scheme)
        monkeypatch.setattr(QAccessibilityHints, "contrastPreference", lambda _wishes: self._contrast)

    def turn(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)

    def want(self, contrast: Qt.ContrastPreference) -> None:
        self._contrast = contrast
        QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.emit(contrast)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    return System(monkeypatch)


def shown_with(appearance: Appearance, show_window: ShowWindow, qapp: QApplication) -> Workbench:
    keep_dressed(qapp, appearance)
    return show_window(appearance=appearance)


def looks(workbench: Workbench, name: ThemeName) -> bool:
    """Whether the palette of the window and what is seen of it are a theme's."""
    window, colour = workbench.window, Theme(name).colour("window")
    picture = window.grab().toImage()
    grounds = sum(picture.pixelColor(x, y) == colour for x in range(0, window.width(), 40) for y in (1, 300, 600))
    return window.palette().color(QPalette.ColorRole.Window) == colour and grounds > SEEN


def test_an_open_window_changes_its_colours_with_the_systems(
    system: System, show_window: ShowWindow, qapp: QApplication
) -> None:
    workbench = shown_with(Appearance("system"), show_window, qapp)
    assert looks(workbench, "light")
    system.turn(Qt.ColorScheme.Dark)
    assert looks(workbench, "dark")
    system.turn(Qt.ColorScheme.Light)
    assert looks(workbench, "light")


def test_an_open_window_takes_high_contrast_when_the_system_wants_it(
    system: System, show_window: ShowWindow, qapp: QApplication
) -> None:
    workbench = shown_with(Appearance("system"), show_window, qapp)
    system.want(Qt.ContrastPreference.HighContrast)
    assert looks(workbench, "high-contrast")
    system.want(Qt.ContrastPreference.NoPreference)
    assert looks(workbench, "light")


def test_a_theme_that_was_chosen_stays_and_the_system_is_followed_again_on_request(
    system: System, show_window: ShowWindow, qapp: QApplication
) -> None:
    workbench = shown_with(appearance := Appearance("light"), show_window, qapp)
    system.turn(Qt.ColorScheme.Dark)
    assert looks(workbench, "light")
    appearance.choose("system")
    assert looks(workbench, "dark")
