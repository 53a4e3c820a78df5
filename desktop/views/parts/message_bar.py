"""Messages over the place concerned: one sentence, one reason, one way out (seldom more).

Where a room has no height for that, they are folded to one line, which opens to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.shown_text import named
from desktop.flow.wording import gettext as _
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.buttons import KeyButton
from desktop.views.parts.icon_button import IconButton
from desktop.views.parts.labels import ElidedLabel, plain_label
from desktop.views.parts.mirroring import mirrored_x
from desktop.views.parts.paint_guard import guarded

MessageKind = Literal["success", "notice", "warning", "error"]
SUCCESS_MS = 6000
BELOW = 56  # of a message below a part: two lines, or one beside a button, are never folded
_ROLES = {  # ink, ground and icon
    "success": ("success", "success-subtle", "check"),
    "notice": ("text-secondary", "surface-sunken", "info"),
    "warning": ("warning", "warning-subtle", "triangle-alert"),
    "error": ("danger", "danger-subtle", "triangle-alert"),
}


@dataclass(frozen=True)
class Point:
    """A sentence of its own in a message, with its own way out: an id and the words on its button."""

    text: str
    way: str
    words: str


@dataclass(frozen=True)
class Message:
    """`ways` are pairs of an id and the words on its button, the likeliest first; a third item is its key hint.

    A "notice" only tells how things stand: nothing was done, and nothing is wrong. `about` names what it is about, such
    as a record's id: once something else is looked at, it is over.
    """

    kind: MessageKind
    text: str
    reason: str = ""
    ways: tuple[tuple[str, str] | tuple[str, str, str], ...] = ()
    points: tuple[Point, ...] = ()
    about: str = ""

    @property
    def spoken(self) -> str:
        """All of it as one text."""
        return " ".join(filter(None, (self.text, self.reason, *(point.text for point in self.points))))

    def __post_init__(self) -> None:
        if self.kind not in _ROLES:
            raise ValueError(f"a message of no known kind: {self.kind}")


class MessageBar(QFrame):
    """Hidden while there is nothing to say. Success and notices go after 6 s, others stay. `chosen` carries an id.

    `keyed`: the window's key for the first way out means this bar, so that way says it.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._message: Message | None = None
        self.keyed = False
        self._low = self._keeps_ways = self._opened = False
        self._line: ElidedLabel | None = None  # all of it, while it is folded; both are made when they are needed
        self._turn: IconButton | None = None
        self._text = plain_label("", role="label", wrap=True)
        self._reason = plain_label("", role="secondary", wrap=True)
        self._buttons: list[KeyButton] = []
        self._way: KeyButton | None = None
        self._labels: list[QLabel] = []
        self._timer = QTimer(self, interval=SUCCESS_MS, singleShot=True)
        self._timer.timeout.connect(self.clear)
        words = self._words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._reason)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(4)
        row = self._row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addLayout(self._ways)
        row.setAlignment(self._ways, Qt.AlignmentFlag.AlignTop)
        self._points = QGridLayout()
        self._points.setHorizontalSpacing(12)
        self._points.setVerticalSpacing(4)
        self._points.setColumnStretch(0, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(40, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(row)
        column.addLayout(self._points)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # wrapped words are never cut to the height of a wide bar
        self.setSizePolicy(policy)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown now."""
        return self._message

    def show_beside_points(self, message: Message) -> None:
        """Show a message; one that asks nothing leaves the open points of the one before, and is said beside them."""
        now = self._message
        if now is not None and now.points and not message.points and message.kind in ("success", "notice"):
            self.show_message(replace(now, reason=" ".join(filter(None, (now.reason, message.spoken)))))
        else:
            self.show_message(message)

    def show_message(self, message: Message) -> None:
        """Show a message in place of the one before, and tell it to screen readers."""
        self._drop_buttons()
        self._message, self._opened = message, False
        self._text.setText(message.text)
        self._reason.setText(message.reason)
        for way, words, *hint in message.ways:
            self._ways.addWidget(self._button(way, words, hint[0] if hint else ""))
        for line, point in enumerate(message.points):
            label = plain_label(point.text, wrap=True)
            self._labels.append(label)
            self._points.addWidget(label, line, 0)
            button = self._button(point.way, point.words)
            button.setAccessibleDescription(named(point.text))
            self._points.addWidget(button, line, 1, Qt.AlignmentFlag.AlignTop)
        self._fold()
        self._way = next((each for each in self._buttons if not each.hint), next(iter(self._buttons), None))
        if self.keyed and self._way is not None and not self._way.hint:
            self._way.set_command("notice_way")
        self.setAccessibleName(named(message.text))
        self.setAccessibleDescription(named(message.spoken.removeprefix(message.text).strip()))
        self.show()
        self.update()
        if message.kind in ("success", "notice"):
            self._timer.start()
        else:
            self._timer.stop()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.spoken))

    def show_low(self, low: bool, *, ways: bool = False) -> None:
        """Take one line in a low place, where more would take those that somebody works at; a button opens it.

        With `ways` the ways out stay beside that line.
        """
        if low != self._low:
            self._low, self._keeps_ways, self._opened = low, ways, False
            self._fold()

    def whole_height(self, width: int) -> int:
        """How high all that it says is at this width, folded or not."""
        if self._message is None:
            return 0
        ways = self._buttons[: len(self._message.ways)]
        room = width - 52 - sum(button.sizeHint().width() + 4 for button in ways) - (8 if ways else 0)
        words = self._text.heightForWidth(room)
        if self._message.reason:
            words += 2 + self._reason.heightForWidth(room)
        high = max([words, *(button.sizeHint().height() for button in ways)])
        for label, button in zip(self._labels, self._buttons[len(ways) :], strict=True):
            size = button.sizeHint()
            high += 6 + max(size.height(), label.heightForWidth(width - 64 - size.width()))
        return high + 20

    def _fold(self) -> None:
        """Show one line, or all. A single sentence is left as it is: it has nothing to be folded."""
        message = self._message
        if message is None:
            return
        foldable = self._low and bool(self._keeps_ways or message.reason or message.ways or message.points)
        folded = foldable and not self._opened
        if foldable and self._line is None:
            self._line = ElidedLabel("", "label")
            self._words.addWidget(self._line)
        if foldable and self._turn is None:
            self._turn = IconButton("chevron-down", "", small=True, name="turnNotice")
            self._turn.clicked.connect(self._on_turn)
            self._row.addWidget(self._turn, 0, Qt.AlignmentFlag.AlignTop)
        if self._turn is not None and self._line is not None:
            self._turn.set_icon_name("chevron-right" if folded else "chevron-down")
            self._turn.set_words(_("Show all of this notice") if folded else _("Show one line of this notice"))
            self._turn.setVisible(foldable)
            self._line.setText(message.spoken)
            self._line.setVisible(folded)
            if folded and not self._keeps_ways and any(button.hasFocus() for button in self._buttons):
                self._turn.setFocus(Qt.FocusReason.OtherFocusReason)
        self._text.setVisible(not folded)
        self._reason.setVisible(bool(message.reason) and not folded)
        kept = self._buttons[: len(message.ways)] if self._keeps_ways else []
        for part in (*self._buttons, *self._labels):
            part.setVisible(not folded or part in kept)
        around = 4 if folded else 10
        self._column.setContentsMargins(40, around, 12, around)
        self.updateGeometry()

    @Slot()
    def _on_turn(self) -> None:
        self._opened = not self._opened
        self._fold()

    @property
    def has_way(self) -> bool:
        """Whether there is a way out to be taken."""
        return self._way is not None

    def take_way(self) -> None:
        """Take the first way out that has no key of its own; where all have one, the likeliest."""
        if self._way is not None:
            self._way.click()

    def look_at(self, about: str) -> None:
        """Something is looked at now: a message about something else is over."""
        if self._message is not None and self._message.about not in ("", about):
            self.clear()

    def give_way(self) -> None:
        """What lies below it is read now: what would go by itself is over."""
        if self._message is not None and self._message.kind in ("success", "notice"):
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._message = None
        self._drop_buttons()
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]  # a QHideEvent by Qt's contract
        if self._message is None:
            self._timer.stop()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._message is None:
            return
        theme = current_theme()
        ink, ground, icon = _ROLES[self._message.kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(ink), 1))
        painter.setBrush(theme.colour(ground))
        radius = theme.tokens.radius["card"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = theme.tokens.size["icon-small"]
        x = mirrored_x(painter, 13, side, self.rect())
        paint_icon(painter, icon, theme.colour(ink), x, self._first_line() - side / 2, side)
        painter.end()

    def _first_line(self) -> float:
        """The middle of the first line of what is said: beside a button it stands lower than at the top."""
        text = self._text if self._line is None or self._line.isHidden() else self._line
        spare = max(
            0, text.height() - (text.heightForWidth(text.width()) if text is self._text else text.sizeHint().height())
        )
        return text.y() + spare / 2 + text.fontMetrics().height() / 2

    def _button(self, way: str, words: str, hint: str = "") -> KeyButton:
        again = sum(each.property("way") == way for each in self._buttons)
        name = f"way_{way}_{again + 1}" if again else f"way_{way}"
        button = KeyButton(words, hint, kind="quiet", small=True, name=name)
        button.setProperty("way", way)
        button.clicked.connect(self._on_way)
        self._buttons.append(button)
        return button

    def _drop_buttons(self) -> None:
        for part in (*self._buttons, *self._labels):
            for layout in (self._ways, self._points):
                layout.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._buttons, self._labels, self._way = [], [], None

    @Slot()
    def _on_way(self) -> None:
        way = self.sender().property("way")
        self.clear()
        self.chosen.emit(str(way))


class MessageBelow(QWidget):
    """A part of a room with the room's message below it. The part gives way: whatever stands elsewhere stays.

    A message over a room would push all of it down, and up again: the row or button that the hand is at would be
    another one. Room for the message is not asked for; the part gets as low as it can for a while, and the message
    lies over the end of it where that is not enough. What stays until somebody acts takes one line where it would cover
    the part; opened by hand it is shown whole.
    """

    def __init__(self, part: QWidget, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part, self._message = part, message
        for each in (part, message):
            each.setParent(self)
        message.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._place()  # before it is painted
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        return self._part.minimumSizeHint()

    def sizeHint(self) -> QSize:
        return self._part.sizeHint()

    def _place(self) -> None:
        """No layout does it: one would cut both where there is not enough for both."""
        width, height = self.width(), self.height()
        said = self._message.message
        least = self._part.minimumSizeHint().height()
        room = max(BELOW, height - least)
        lasts = said is not None and said.kind in ("warning", "error")
        self._message.show_low(lasts and self._message.whole_height(width) > room, ways=True)
        high = self._message.heightForWidth(width)
        high = self._message.sizeHint().height() if high < 0 else high  # folded nothing of it is wrapped
        below = 0 if self._message.isHidden() else min(height, high)
        self._part.setGeometry(0, 0, width, max(height - below, min(least, height)))
        self._message.setGeometry(0, height - below, width, below)
        self._message.raise_()
