"""A button that shows an icon."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.flow import keymap
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.button_ground import paint_button, state_role
from desktop.views.parts.paint_guard import guarded


class IconButton(QAbstractButton):
    """A quiet button with an icon only; its words are accessible name and tooltip. `why_not` is "" where it works."""

    def __init__(
        self,
        icon: str,
        words: str,
        *,
        small: bool = False,
        hint: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._small = small
        self.why_not = ""
        self.set_words(words, hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if name:
            self.setObjectName(name)

    def set_icon_name(self, icon: str) -> None:
        self._icon_name = icon
        self.update()

    def set_words(self, words: str, hint: str = "") -> None:
        """What the button does, in words."""
        self._words, self._hint = words, keymap.shown(hint)
        self.setAccessibleName(words)
        self._describe()

    def allow(self, why_not: str = "") -> None:
        """Let it be pressed; with a reason why not it says that one too."""
        self.why_not = why_not
        self.setEnabled(not why_not)
        self._describe()

    def _describe(self) -> None:
        words = f"{self._words} ({self._hint})" if self._hint else self._words
        self.setAccessibleDescription(self.why_not or self._hint)
        self.setToolTip(plain_tooltip(f"{words}\n{self.why_not}" if self.why_not else words))

    def sizeHint(self) -> QSize:
        side = current_theme().size("control-small" if self._small else "control")
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        role = "accent-subtle" if self.isChecked() else state_role(self, "", "hover", "pressed")
        if role and self.isEnabled():
            paint_button(painter, QRectF(self.rect()), theme.colour(role), None)
        side = theme.tokens.size["icon-small" if self._small else "icon"]
        ink = "text-disabled" if not self.isEnabled() else "accent-text" if self.isChecked() else "text-secondary"
        x, y = (self.width() - side) / 2, (self.height() - side) / 2
        paint_icon(painter, self._icon_name, theme.colour(ink), x, y, side)
        painter.end()
