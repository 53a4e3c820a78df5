"""One of a few, side by side: confidence 1 to 5, yes or no, the layout of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.flow.shown_text import in_one_line, named
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded

_SIDE = 10
_CHECK = 20


class SegmentedChoice(QWidget):
    """Left and Right move and choose, a digit chooses the segment whose text it is; `chosen` carries the index.

    Choosing the chosen one tells it again, so that the owner may take the choice back. `icons` names an icon a
    segment in place of its text, which then is its tooltip. `check` paints a tick before the chosen text.
    `refused` says which digit was none of the texts, where all of them are digits. With `folds` the segments stand in
    as many lines as they need where they have no room beside each other, so that none is cut.
    """

    chosen = Signal(int)
    refused = Signal(str)

    def __init__(
        self,
        texts: Sequence[str],
        *,
        icons: Sequence[str] = (),
        check: bool = False,
        small: bool = True,
        folds: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts = tuple(texts)
        self._icons = tuple(icons)
        self._tooltips: tuple[str, ...] = self._texts if icons else ()
        self._check = check
        self._small, self._folds = small, folds
        self._index: int | None = None
        self._hover: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        fixed, most, least = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum
        policy = QSizePolicy(most, least) if folds else QSizePolicy(fixed, fixed)
        policy.setHeightForWidth(folds)
        self.setSizePolicy(policy)
        if name:
            self.setObjectName(name)
        self._describe()

    @property
    def index(self) -> int | None:
        return self._index

    @property
    def _of_digits(self) -> bool:
        return bool(self._texts) and all(each.isdigit() for each in self._texts)

    def show_texts(self, texts: Sequence[str], tooltips: Sequence[str] = ()) -> None:
        """Show other segments; `tooltips` say each in words. The choice is shown anew by the owner."""
        if tuple(texts) != self._texts:
            self._index = None
        self._texts, self._tooltips = tuple(texts), tuple(tooltips)
        self._describe()
        self.updateGeometry()
        self.update()

    def show_choice(self, index: int | None) -> None:
        """Show which is chosen, None for none; nothing is told back."""
        if index != self._index:
            self._index = index
            self._describe()
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(sum(self._widths(theme)) + 1, self._line(theme))

    def minimumSizeHint(self) -> QSize:
        if not self._folds:
            return self.sizeHint()
        theme = current_theme()
        return QSize(max(self._most(theme), default=0) + 1, self._line(theme))

    def hasHeightForWidth(self) -> bool:
        return self._folds

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        return self._line(theme) * max(1, ceil(len(self._texts) / max(1, len(self._columns(theme, width)))))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover = None
            self.update()
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press has done it

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position())
        words = self._tooltips[self._hover] if self._tooltips and self._hover is not None else ""
        self.setToolTip(plain_tooltip(words) if words else "")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self._choose(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        now = self._index
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if (key == Qt.Key.Key_Right) == self.isLeftToRight() else -1
            start = -1 if step > 0 else len(self._texts)
            self._choose(min(max((start if now is None else now) + step, 0), len(self._texts) - 1))
        elif text and self._texts.count(text) == 1:
            self._choose(self._texts.index(text))
        elif key == Qt.Key.Key_Space and now is not None:
            self._choose(now)
        elif text.isascii() and text.isdigit() and self._of_digits:
            self.refused.emit(text)
        else:
            super().keyPressEvent(event)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cells = self._cells(theme)
        around = QRectF(0, 0, max((cell.right() for cell in cells), default=0) + 0.5, self.height())
        around = mirrored(painter, around if self._folds else QRectF(self.rect()), self.rect())
        frame = around.adjusted(0.5, 0.5, -0.5, -0.5)
        radius = theme.tokens.radius["control"]
        outline = QPainterPath()
        outline.addRoundedRect(frame, radius, radius)
        painter.fillPath(outline, theme.colour("surface" if self.isEnabled() else "surface-sunken"))
        for index, cell in enumerate(cells):
            painter.save()
            painter.setClipPath(outline)
            self._paint_cell(painter, theme, index, mirrored(painter, cell, self.rect()))
            painter.restore()
        painter.setPen(QPen(theme.colour("border-strong" if self.isEnabled() else "border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)
        painter.end()

    def _paint_cell(self, painter: QPainter, theme: Theme, index: int, cell: QRectF) -> None:
        on = index == self._index
        if on or index == self._hover:
            painter.fillRect(cell, theme.colour("accent-subtle" if on else "hover"))
        painter.setPen(QPen(theme.colour("border"), 1))
        if cell.top() > 1:
            painter.drawLine(cell.topLeft(), cell.topRight())
        if index:
            if self.isLeftToRight():
                painter.drawLine(cell.topLeft(), cell.bottomLeft())
            else:
                painter.drawLine(cell.topRight(), cell.bottomRight())
        ink = theme.colour("text-disabled" if not self.isEnabled() else "accent-text" if on else "text")
        if self._icons:
            side = theme.tokens.size["icon-small"]
            paint_icon(
                painter, self._icons[index], ink, cell.center().x() - side / 2, cell.center().y() - side / 2, side
            )
            return
        painter.setPen(ink)
        painter.setFont(theme.font("body", weight=600 if on else 400))
        if on and self._check:
            side = theme.tokens.size["icon-small"]
            x = mirrored_x(painter, cell.left() + _SIDE, side, cell)
            paint_icon(painter, "check", ink, x, cell.center().y() - side / 2, side)
            cell = mirrored(painter, cell.adjusted(_CHECK, 0, 0, 0), cell)
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), self._shown[index])

    def _widths(self, theme: Theme) -> list[int]:
        if self._icons:
            return [theme.grown("control-small") + 4] * len(self._icons)
        widths = [max(24, theme.width(text, weight=600) + 2 * _SIDE - 2) for text in self._shown]
        if self._check and self._index is not None:
            widths[self._index] += _CHECK
        return widths

    def _most(self, theme: Theme) -> list[int]:
        """The widths of the segments, whichever is chosen: folded, none goes to another place when that changes."""
        widths = self._widths(theme)
        ticked = self._index if self._check else None
        return [width + (_CHECK if self._check and index != ticked else 0) for index, width in enumerate(widths)]

    def _line(self, theme: Theme) -> int:
        return theme.grown("control-small" if self._small else "control")

    def _columns(self, theme: Theme, width: int) -> list[int]:
        """How wide the columns are in which the segments stand: as few lines as have room, and those alike."""
        widths = self._widths(theme)
        if not self._folds or sum(widths) + 1 <= width:
            return widths
        most = self._most(theme)
        for lines in range(2, len(most) + 1):
            columns = ceil(len(most) / lines)
            widths = [max(most[column::columns]) for column in range(columns)]
            if sum(widths) + 1 <= width:
                break
        return widths

    def _cells(self, theme: Theme) -> list[QRectF]:
        """Where the segments stand, from the left; the last one goes on to the end of its line."""
        widths = self._columns(theme, self.width())
        height = (self.height() - 1) / max(1, ceil(len(self._texts) / max(1, len(widths))))
        cells = []
        for index in range(len(self._texts)):
            line, column = divmod(index, len(widths))
            cells.append(QRectF(0.5 + sum(widths[:column]), 0.5 + round(line * height), widths[column], height))
        if cells:
            cells[-1].setRight(0.5 + sum(widths))
        return cells

    def _at(self, point: QPointF) -> int | None:
        x = point.x() if self.isLeftToRight() else self.width() - point.x()
        found = (index for index, cell in enumerate(self._cells(current_theme())) if cell.contains(x, point.y()))
        return next(found, None)

    def _choose(self, index: int) -> None:
        self.show_choice(index)
        self.chosen.emit(index)

    def _describe(self) -> None:
        self._shown = tuple(in_one_line(text) for text in self._texts)
        words = self._tooltips or self._texts
        self.setAccessibleDescription(named(words[self._index]) if self._index is not None else "")
