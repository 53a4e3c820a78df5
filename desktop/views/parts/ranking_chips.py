"""The ranking as chips: Left and Right move the focused one, Up ties it, Down unties it; drags do both."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.flow.ranking import Ranking, letter
from desktop.flow.ranking_moves import move, put, tie, untie
from desktop.flow.wording import gettext as _
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.paint_guard import guarded

_CHIP = 36
_MARK = 24
_RING = 3
_DRAG_FROM = 6
_BAR = 3  # where a dragged chip would land


@dataclass(frozen=True)
class _Chip:
    position: int
    tier: int
    left: int


class RankingChips(QWidget):
    """One widget for all chips: it is one stop for Tab, and the arrows do the rest. `ranked` carries a Ranking."""

    ranked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranking: Ranking | None = None
        self._count = 0
        self._why_not = ""
        self._focused = 0  # position of the answer whose chip has the keyboard
        self._pressed: tuple[int, float] | None = None
        self._drag_x: float | None = None
        self.setObjectName("rankingChips")
        self.setAccessibleName(_("Ranking, best first"))
        self.setProperty("ring", "own")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the line that can be typed instead: b>a=c
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_ranking(self, ranking: Ranking | None, count: int) -> None:
        """Show a ranking; without one the chips stand in the order of the answers, unranked."""
        if (ranking, count) == (self._ranking, self._count):
            return
        self._ranking, self._count = ranking, count
        self._focused = min(self._focused, max(0, count - 1))
        self._describe()
        self.updateGeometry()
        self.update()

    def allow(self, why_not: str) -> None:
        """Let them be moved; with a reason why not they say that one."""
        self._why_not = why_not
        self.setEnabled(not why_not)
        self.setToolTip(plain_tooltip(why_not))
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        count = max(self._count, 1)
        width = count * self._chip_width(theme) + (count - 1) * _MARK + 2 * _RING
        return QSize(width, theme.grown("control") + 2 * _RING)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._count or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if (key == Qt.Key.Key_Right) == self.isLeftToRight() else -1
            self._tell(move(self._started(), self._focused, step))
        elif key == Qt.Key.Key_Up:
            self._tell(tie(self._started(), self._focused))
        elif key == Qt.Key.Key_Down:
            self._tell(untie(self._started(), self._focused))
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.text().isascii() and event.text().isalpha() and ord(event.text().lower()) - 97 < self._count:
            self._focus(ord(event.text().lower()) - 97)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self._focus(position)
            self._pressed = (position, event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if self._drag_x is not None or abs(event.position().x() - self._pressed[1]) >= _DRAG_FROM:
            self._drag_x = event.position().x()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        dragged, self._drag_x = self._drag_x is not None, None
        self.unsetCursor()
        self.update()
        if pressed is not None and dragged:
            tier, tied = self._target(event.position().x(), pressed[0])
            self._tell(put(self._started(), pressed[0], tier, tied=tied))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chips = self._chips(theme)
        height = theme.grown("control")
        for index, chip in enumerate(chips):
            self._paint_chip(painter, theme, chip, height)
            if index + 1 < len(chips):
                mark = "" if self._ranking is None else "=" if chips[index + 1].tier == chip.tier else self._better()
                box = QRectF(chip.left + self._chip_width(theme), _RING, _MARK, height)
                painter.setPen(theme.colour("text-secondary"))
                painter.setFont(theme.font("label", weight=500))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), mark)
        if self._drag_x is not None and self._pressed is not None:
            self._paint_target(painter, theme, height)
        painter.end()

    def _paint_chip(self, painter: QPainter, theme: Theme, chip: _Chip, height: int) -> None:
        box = QRectF(chip.left, _RING, self._chip_width(theme), height)
        dragged = self._drag_x is not None and self._pressed is not None and self._pressed[0] == chip.position
        painter.setPen(QPen(theme.colour("border" if self._ranking is None or dragged else "border-strong"), 1))
        painter.setBrush(theme.colour("pressed" if dragged else "surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self.hasFocus() and chip.position == self._focused:
            painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text-tertiary"))
        for row in range(3):
            for column in range(2):
                painter.drawEllipse(QRectF(box.left() + 8 + column * 4, box.center().y() - 5 + row * 4, 2, 2))
        ink = "text" if self._ranking is not None else "text-secondary" if self.isEnabled() else "text-disabled"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font("label"))
        painter.drawText(box.adjusted(14, 0, -2, 0), int(Qt.AlignmentFlag.AlignCenter), letter(chip.position))

    def _paint_target(self, painter: QPainter, theme: Theme, height: int) -> None:
        """Where a drop would land: a bar between tiers, a frame around the tier that it would join."""
        assert self._drag_x is not None and self._pressed is not None
        tier, tied = self._target(self._drag_x, self._pressed[0])
        inside = [chip for chip in self._chips(theme) if chip.tier == tier]
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = self._chip_width(theme)
        if tied and inside:
            left, right = inside[0].left, inside[-1].left + width
            painter.drawRoundedRect(QRectF(left - 2, _RING - 2, right - left + 4, height + 4), 6, 6)
        else:
            x = (inside[0].left if inside else self._chips(theme)[-1].left + width + _MARK) - _MARK / 2
            x = min(max(x, _BAR / 2), self.width() - _BAR / 2)  # before the first and behind the last it has no gap
            painter.fillRect(QRectF(x - _BAR / 2, 0, _BAR, self.height()), theme.colour("accent"))

    def _target(self, x: float, position: int) -> tuple[int, bool]:
        """The tier under `x` and whether a drop joins it."""
        theme = current_theme()
        width = self._chip_width(theme)
        for chip in self._chips(theme):
            if x < chip.left:
                return chip.tier, False
            if x <= chip.left + width and chip.position != position:
                return chip.tier, True
        return len(self._started().tiers), False

    def _chips(self, theme: Theme) -> list[_Chip]:
        x, chips = _RING, []
        for tier, members in enumerate(self._started().tiers):
            for position in members:
                chips.append(_Chip(position, tier, x))
                x += self._chip_width(theme) + _MARK
        return chips

    def _started(self) -> Ranking:
        """The ranking, or the order of the answers to start from."""
        return self._ranking or Ranking(tuple((position,) for position in range(self._count)))

    def _better(self) -> str:
        return ">" * max(1, (self._ranking.strength or 1) if self._ranking else 1)

    def _at(self, x: float) -> int | None:
        theme = current_theme()
        for chip in self._chips(theme):
            if chip.left <= x <= chip.left + self._chip_width(theme):
                return chip.position
        return None

    def _focus(self, position: int) -> None:
        self._focused = position
        self._describe()
        self.update()

    def _tell(self, ranking: Ranking) -> None:
        if ranking != self._ranking:
            self.ranked.emit(ranking)

    def _chip_width(self, theme: Theme) -> int:
        return round(_CHIP + (theme.zoom - 1) * 12)

    def _describe(self) -> None:
        order = (
            ""
            if self._ranking is None
            else ", ".join(" = ".join(letter(p) for p in tier) for tier in self._ranking.tiers)
        )
        chosen = _("{letter} is chosen").format(letter=letter(self._focused)) if self._count else ""
        self.setAccessibleDescription(self._why_not or "; ".join(part for part in (order, chosen) if part))
