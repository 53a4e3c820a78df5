"""Which theme it should be now: the trainer's choice, or the system's, followed live; text zoom and density with it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from desktop.theme.fonts import Families, find_families
from desktop.theme.theme import Theme
from desktop.theme.tokens import DENSITIES, Density, ThemeName

APPEARANCE = "appearance"  # a setting of the profile: what `kept` says
Choice = Literal["system", "light", "dark", "high-contrast"]
CHOICES: tuple[Choice, ...] = ("system", "light", "dark", "high-contrast")
SMALLEST, LARGEST, STEP = 0.8, 2.0, 0.1  # of text


class Appearance(QObject):
    """Holds the choice; `changed` carries the next Theme. `dress` puts it on the application.

    `chosen` carries what a profile is to keep, once somebody has chosen.
    """

    changed = Signal(object)
    chosen = Signal(object)

    def __init__(self, choice: Choice = "system", zoom: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = choice
        self._zoom = _in_bounds(zoom)
        self._density: Density = "normal"
        self._less_motion = False
        self._families: Families = find_families()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        wishes = hints.accessibility()
        wishes.contrastPreferenceChanged.connect(self._on_system_changed)
        if hasattr(wishes, "motionPreferenceChanged"):  # since Qt 6.12
            wishes.motionPreferenceChanged.connect(self._on_system_changed)
        self._theme = self._make()

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Take a theme, or follow the system again."""
        self._choice = choice
        self._renew()
        self.chosen.emit(self.kept())

    @property
    def next_choice(self) -> Choice:
        """As the system, light, dark, high contrast, and round again."""
        return CHOICES[(CHOICES.index(self._choice) + 1) % len(CHOICES)]

    @property
    def zoom(self) -> float:
        """How large text is, 1 for its usual size."""
        return self._zoom

    def zoom_to(self, zoom: float) -> None:
        """Show text larger or smaller, within what windows can hold."""
        self._zoom = _in_bounds(zoom)
        self._renew()
        self.chosen.emit(self.kept())

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by so many steps."""
        self.zoom_to(self._zoom + steps * STEP)

    @property
    def density(self) -> Density:
        """How much stands above one another."""
        return self._density

    def choose_density(self, density: Density) -> None:
        """Show more of it at once, or with more air."""
        self._density = density
        self._renew()
        self.chosen.emit(self.kept())

    def choose_next_density(self) -> None:
        """Compact, normal, spacious, and round again."""
        self.choose_density(DENSITIES[(DENSITIES.index(self._density) + 1) % len(DENSITIES)])

    @property
    def less_motion(self) -> bool:
        """Whether less motion was chosen, whatever the system asks for."""
        return self._less_motion

    def choose_motion(self, *, less: bool) -> None:
        """Let nothing move by itself, or follow the system."""
        self._less_motion = less
        self._renew()
        self.chosen.emit(self.kept())

    @property
    def follows_motion(self) -> bool:
        """Whether the system's wish for less motion can be asked here."""
        return _motion_preference() is not None

    @property
    def system_wants_less_motion(self) -> bool:
        return "Reduce" in (_motion_preference() or "")

    def kept(self) -> dict[str, str | float | bool]:
        """The choices as a profile keeps them."""
        return {"theme": self._choice, "zoom": self._zoom, "density": self._density, "less_motion": self._less_motion}

    def take(self, kept: object) -> None:
        """Choose what a profile kept; what cannot be understood is left as it is."""
        values = kept if isinstance(kept, dict) else {}
        if values.get("theme") in CHOICES:
            self._choice = values["theme"]
        if isinstance(values.get("zoom"), int | float):
            self._zoom = _in_bounds(float(values["zoom"]))
        if values.get("density") in DENSITIES:
            self._density = values["density"]
        self._less_motion = values.get("less_motion") is True
        self._renew()

    @Slot()
    def _on_system_changed(self) -> None:
        self._renew()

    def _renew(self) -> None:
        theme = self._make()
        if theme != self._theme:
            self._theme = theme
            self.changed.emit(theme)

    def _make(self) -> Theme:
        return Theme(
            name=self._name(),
            zoom=self._zoom,
            density=self._density,
            family=self._families.text,
            mono=self._families.mono,
            motion=not (self._less_motion or self.system_wants_less_motion),
        )

    def _name(self) -> ThemeName:
        if self._choice != "system":
            return self._choice
        hints = QGuiApplication.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "high-contrast"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def _in_bounds(zoom: float) -> float:
    return round(min(max(zoom, SMALLEST), LARGEST), 2)


def _motion_preference() -> str | None:
    """What the system asks for, by the name that Qt gives it; None before Qt 6.12, where it cannot be asked."""
    ask = getattr(QGuiApplication.styleHints().accessibility(), "motionPreference", None)
    return None if ask is None else str(ask())
