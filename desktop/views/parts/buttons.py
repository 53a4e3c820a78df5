"""Buttons of words: `KeyButton` with its shortcut painted inside, `WrappingButton` for a sentence."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.flow import keymap
from desktop.flow.shown_text import named
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import Theme, current_theme
from desktop.theme.tokens import TypeRole
from desktop.views.parts.button_ground import paint_button, state_role
from desktop.views.parts.key_cap import key_cap_width, paint_key_cap
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded

ButtonKind = Literal["main", "normal", "quiet", "danger"]
KEYPAD = Qt.KeyboardModifier.KeypadModifier
_SIDE = 12
_GAP = 8
_WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


class KeyButton(QPushButton):
    """A push button whose key hint disappears first when the width is short. A surface has at most one `main`.

    With `command` the hint is that command's key, whatever a trainer made of it.
    """

    def __init__(
        self,
        text: str,
        hint: str = "",
        kind: ButtonKind = "normal",
        *,
        icon: str = "",
        small: bool = False,
        name: str = "",
        command: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(named(text), parent)
        self._command = command
        self._works, self._why_not, self._usual_tip = True, "", ""
        self._kept: tuple[tuple[str, str], ...] = ()
        self._hint = hint = keymap.current().shown(command) if command else keymap.shown(hint)
        self._kind: ButtonKind = kind
        self._boldest = self._weight
        self._icon_name = icon
        self._small = small
        self._measured: tuple[Theme | None, tuple[str, str, int, bool], int] = (None, ("", "", 0, False), 0)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(hint)
        self.setAutoDefault(False)
        if name:
            self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def hint(self) -> str:
        return self._hint

    @property
    def kind(self) -> ButtonKind:
        """How it looks; `main` is the filled one."""
        return self._kind

    @property
    def command(self) -> str:
        """The command whose key it shows; "" for none."""
        return self._command

    @property
    def why_not(self) -> str:
        """Why it cannot be pressed, as a sentence; "" where it can."""
        return self._why_not

    @property
    def key_shown(self) -> str:
        """The key by which it can be pressed just now; "" while that would do something else."""
        return self._hint if self._works else ""

    def set_key_works(self, works: bool) -> None:
        """Whether the key would do it where the keyboard is; its room stays, so that nothing moves."""
        if works != self._works:
            self._works = works
            self.setAccessibleDescription(self._why_not or self.key_shown)
            self.update()

    def allow(self, why_not: str = "") -> None:
        """Let it be pressed; with a reason why not it says that one, to who points at it and to who hears it."""
        if not self._why_not:
            self._usual_tip = self.toolTip()
        self._why_not = why_not
        self.setEnabled(not why_not)
        self.setToolTip(plain_tooltip(why_not) if why_not else self._usual_tip)
        self.setAccessibleDescription(why_not or self.key_shown)

    def set_command(self, command: str, hint: str = "") -> None:
        """Show the key of another command; of none, `hint`."""
        self._command = command
        self.set_hint(keymap.current().shown(command) if command else hint)

    def follow_keys(self) -> None:
        """Show the key that the button's command has now."""
        if self._command:
            self.set_hint(keymap.current().shown(self._command))

    def set_hint(self, hint: str) -> None:
        """Change the key that is shown, "" for none."""
        self._hint = keymap.shown(hint)
        self.setAccessibleDescription(self._why_not or self.key_shown)
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: ButtonKind) -> None:
        """Look otherwise; its room is that of the boldest words it ever had, so its key stays and nothing moves."""
        self._kind = kind
        if self._weight > self._boldest:
            self._boldest = self._weight
            self.updateGeometry()
        self.update()

    def set_icon_name(self, icon: str) -> None:
        self._icon_name = icon
        self.updateGeometry()
        self.update()

    def setText(self, text: str) -> None:
        """Set text and accessible name."""
        text = named(text)
        super().setText(text)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        width = self._bare_width() + (self._hint_width() if self._hint else 0)
        keys = keymap.current()
        kept = (
            self.least_width(text) + _capped(keys.shown(command) if command else self._hint)
            for text, command in self._kept
        )
        return QSize(max(width, *kept, 0), self._height())

    def keep_room(self, *others: tuple[str, str]) -> None:
        """Be as wide as for these words and commands too, which it shows at other times: nothing moves then.

        With "" for a command they stand beside the key that the button has.
        """
        self._kept = others
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._bare_width(), self._height())

    def least_width(self, text: str) -> int:
        """What it would need for these words, without its key."""
        theme = current_theme()
        side = theme.tokens.size["icon-small"] + _GAP if self._icon_name else 0
        return theme.width(text, self._role, weight=self._boldest) + 2 * _SIDE + side + 1

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the focus, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~KEYPAD:
            self.click()
        else:
            super().keyPressEvent(event)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        ground, edge, ink = self._colours(theme)
        paint_button(painter, QRectF(self.rect()), ground, edge)
        painter.setFont(self._face())
        painter.setPen(ink)
        roomy = bool(self._hint) and self.width() >= self._bare_width() + self._hint_width()
        show_hint = roomy and self._works  # its room stays where it would do something else: words do not move
        used = self._bare_width() + (self._hint_width() if roomy else 0)
        x = max(4.0, (self.width() - used) / 2 + _SIDE)
        side = theme.tokens.size["icon-small"]
        if self._icon_name:
            at = mirrored_x(painter, x, side, self.rect())
            paint_icon(painter, self._icon_name, ink, at, (self.height() - side) / 2, side)
            x += side + _GAP
        room = self.width() - x - 4 - (self._hint_width() if roomy else 0)
        text, most = self.text(), max(0, round(room) + 2)
        if theme.width(text, self._role, weight=self._weight) > most:
            text = QFontMetrics(self._face()).elidedText(text, Qt.TextElideMode.ElideRight, most)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(mirrored(painter, QRectF(x, 0, room + 4, self.height()), self.rect()), flags, text)
        if show_hint:
            after = x + theme.width(text, self._role, weight=self._weight) + _GAP
            at = mirrored_x(painter, after, key_cap_width(self._hint), self.rect())
            cap = ink if self._kind == "main" or not self.isEnabled() else theme.colour("text-secondary")
            paint_key_cap(painter, self._hint, at, self.height() / 2, ink=cap, edge=self._cap_edge(theme, ink))
        painter.end()

    def _face(self) -> QFont:
        return current_theme().font(self._role, weight=self._weight)

    @property
    def _role(self) -> TypeRole:
        return "small" if self._small else "body"

    @property
    def _weight(self) -> int:
        return 600 if self._kind == "main" else 500

    def _height(self) -> int:
        return current_theme().grown("control-small" if self._small else "control")

    def _bare_width(self) -> int:
        """Its width without the key, measured once for what stands on it: layouts ask again and again."""
        asked = (self.text(), self._icon_name, self._boldest, self._small)
        theme, known, width = self._measured
        if theme is not current_theme() or known != asked:
            width = self.least_width(asked[0])
            self._measured = (current_theme(), asked, width)
        return width

    def _hint_width(self) -> int:
        return _capped(self._hint)

    def _cap_edge(self, theme: Theme, ink: QColor) -> QColor:
        if self._kind != "main":
            return theme.colour("border")
        edge = QColor(ink)
        edge.setAlphaF(0.6)
        return edge

    def _colours(self, theme: Theme) -> tuple[QColor | None, QColor | None, QColor]:
        """Ground, edge and ink for the state; None where nothing is painted."""
        colour = theme.colour
        if not self.isEnabled():
            ink = colour("text-disabled")
            if self._kind in ("quiet", "danger"):
                return (None, None, ink)
            return (colour("surface-sunken"), colour("border"), ink)
        if self._kind == "main":
            return (colour(state_role(self, "accent", "accent-hover", "accent-pressed")), None, colour("on-accent"))
        if self.isChecked():
            return (colour("accent-subtle"), colour("accent"), colour("accent-text"))
        ink = colour("danger" if self._kind == "danger" else "text")
        if self._kind in ("quiet", "danger"):
            role = state_role(self, "", "hover", "pressed")
            return (colour(role) if role else None, None, ink)
        return (colour(state_role(self, "surface", "hover", "pressed")), colour("border-strong"), ink)


def _capped(hint: str) -> int:
    """What a key takes in a button."""
    return key_cap_width(hint) + _GAP if hint else 0


class WrappingButton(KeyButton):
    """A button of a whole sentence: without its key it takes as many lines as it needs, so that nothing is cut."""

    def __init__(self, text: str, hint: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, hint, name=name, parent=parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)  # Fixed would be one line high
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        return QSize(max(map(self.least_width, self.text().split()), default=0), self._height())

    def heightForWidth(self, width: int) -> int:
        if width >= self._bare_width():
            return self._height()
        metrics = QFontMetrics(self._face())
        words = metrics.boundingRect(QRect(0, 0, width - 2 * _SIDE, 0), _WRAPPED, self.text())
        return self._height() + max(0, words.height() - metrics.lineSpacing())

    def balanced(self, width: int) -> int:
        """The least width in which the words take no more lines than in this one: no line is of a single word."""
        metrics, low = QFontMetrics(self._face()), max(1, self.minimumSizeHint().width() - 2 * _SIDE)

        def lines(room: int) -> int:
            return metrics.boundingRect(QRect(0, 0, room, 0), _WRAPPED, self.text()).height()

        high, wanted = width, lines(width)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if lines(middle) <= wanted else (middle + 1, high)
        return high

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= self._bare_width():
            super().paintEvent(event)
            return
        ground, edge, ink = self._colours(current_theme())
        painter = QPainter(self)
        paint_button(painter, QRectF(self.rect()), ground, edge)
        painter.setFont(self._face())
        painter.setPen(ink)
        spare = (self.width() - self.balanced(self.width() - 2 * _SIDE)) // 2
        painter.drawText(self.rect().adjusted(spare, 0, -spare, 0), _WRAPPED, self.text())
        painter.end()
